import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { isExpression, type FieldReader } from "./fields.ts";

type Pair = { control: JsonObject; experiment: JsonObject };

/** What the stage deploys before it judges, and removes afterwards. */
export type Deployments = {
  serverGroupPairs: Pair[];
  delayBeforeCleanupMs: number;
  /** Ours: the share of requests each side gets from a load balancer while it is judged. */
  traffic: { loadBalancer: string; percentEach: number } | null;
};

const sides = ["control", "experiment"] as const;

/** Reads `/deployments`; null when the stage deploys nothing. */
export function readDeployments(stage: JsonObject, reader: FieldReader): Deployments | null {
  const fields = reader.object(stage, "deployments", "");
  if (fields === null) return null;
  const at = "/deployments";
  const pairs = reader.list(fields, "serverGroupPairs", at) ?? [];
  if (pairs.length === 0 && !isExpression(fields["serverGroupPairs"])) {
    reader.problem(`${at}/serverGroupPairs`, "must hold at least one pair {control, experiment} of clusters");
  }
  const serverGroupPairs = pairs.flatMap((pair, index): Pair[] => {
    const pointer = `${at}/serverGroupPairs/${index}`;
    if (!isJsonObject(pair)) {
      if (!isExpression(pair)) reader.problem(pointer, "must be an object {control, experiment}");
      return [];
    }
    const found = sides.map((side) => {
      const cluster = reader.object(pair, side, pointer);
      if (cluster === null && !isExpression(pair[side]))
        reader.problem(`${pointer}/${side}`, "is missing; give the cluster to deploy");
      return cluster ?? {};
    });
    return [{ control: found[0] ?? {}, experiment: found[1] ?? {} }];
  });
  const delay = reader.duration(fields, "delayBeforeCleanup", at);
  return {
    serverGroupPairs,
    delayBeforeCleanupMs: delay ?? 0,
    traffic: readTraffic(fields, at, serverGroupPairs.length, reader),
  };
}

function readTraffic(fields: JsonObject, at: string, pairs: number, reader: FieldReader): Deployments["traffic"] {
  const traffic = reader.object(fields, "traffic", at);
  if (traffic === null) return null;
  const pointer = `${at}/traffic`;
  const loadBalancer = reader.text(traffic, "loadBalancer", pointer);
  if (loadBalancer === null && !isExpression(traffic["loadBalancer"]))
    reader.problem(`${pointer}/loadBalancer`, "is missing; name the load balancer");
  const percentEach = reader.number(traffic, "percentEach", pointer, { min: 0, max: 50 });
  if (percentEach === null && !isExpression(traffic["percentEach"]) && (traffic["percentEach"] ?? null) === null) {
    reader.problem(`${pointer}/percentEach`, "is missing; say how many percent of the requests each side gets");
  }
  if (percentEach !== null && percentEach * 2 * pairs > 100) {
    reader.problem(
      `${pointer}/percentEach`,
      `is ${percentEach} for each of ${2 * pairs} server groups, which is more than 100 percent`,
    );
  }
  return { loadBalancer: loadBalancer ?? "", percentEach: percentEach ?? 0 };
}
