import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Capacity } from "../../../providers/port/api.ts";

/** The group that a deploy replaces: what it was when the deploy began. */
export type Source = { name: string; capacity: Capacity; enabled: boolean; artifact?: JsonObject };

/** What the first task of a deploy found out, kept in the stage's context under `deployState`. */
export type DeployState = {
  account: string;
  region: string;
  cloudProvider: string;
  application: string;
  cluster: string;
  /** The full size to reach. */
  target: Capacity;
  source: Source | null;
  /** The cluster document handed to the provider. */
  document: JsonObject;
};

export function writeState(state: DeployState): JsonObject {
  return { deployState: state };
}

/** The state written before, null when the first task has not ended. */
export function readState(context: JsonObject): DeployState | null {
  const state = context["deployState"];
  if (!isJsonObject(state) || !isJsonObject(state["document"]) || !isJsonObject(state["target"])) return null;
  const { account, region, cloudProvider, application, cluster } = state;
  if (typeof account !== "string" || typeof region !== "string" || typeof cloudProvider !== "string") return null;
  if (typeof application !== "string" || typeof cluster !== "string") return null;
  const target = capacityIn(state["target"]);
  return {
    account,
    region,
    cloudProvider,
    application,
    cluster,
    target,
    source: sourceIn(state["source"]),
    document: state["document"],
  };
}

/** The name of the server group that the stage created in its region, null before. Spinnaker's own context key. */
export function createdName(context: JsonObject): string | null {
  const groups = context["deploy.server.groups"];
  if (!isJsonObject(groups)) return null;
  for (const names of Object.values(groups)) if (Array.isArray(names) && typeof names[0] === "string") return names[0];
  return null;
}

function sourceIn(value: unknown): Source | null {
  if (!isJsonObject(value) || typeof value["name"] !== "string" || !isJsonObject(value["capacity"])) return null;
  const artifact = isJsonObject(value["artifact"] ?? null) ? { artifact: value["artifact"] as JsonObject } : {};
  return {
    name: value["name"],
    capacity: capacityIn(value["capacity"]),
    enabled: value["enabled"] === true,
    ...artifact,
  };
}

function capacityIn(value: JsonObject): Capacity {
  return { min: Number(value["min"] ?? 0), max: Number(value["max"] ?? 0), desired: Number(value["desired"] ?? 0) };
}
