import type { JsonObject } from "@gennaker/contract/json.ts";
import { commonStageFields } from "@gennaker/pipeline-model/stage-common.ts";
import { readyCount } from "../../../providers/port/api.ts";
import type { Capacity, ServerGroup } from "../../../providers/port/api.ts";
import { newestFirst, ordinary } from "@gennaker/pipeline-model/server-group-targets.ts";

/** Keys of the stage's context that are not part of the cluster. */
const notCluster = new Set([
  ...commonStageFields,
  "deployState",
  "deploy.server.groups",
  "progress",
  "targetServerGroups",
  "restartDetails",
  "deployedBy",
  "previousServerGroup",
  "source",
  "target",
  "targetCluster",
  "serverGroupName",
  "asgName",
  "credentials",
  "regions",
  "provider",
  "useSourceCapacity",
  "preferSourceCapacity",
  "cluster",
]);

/** The cluster in a flat stage context: everything in it that is not the engine's or the stage's own. */
export function clusterPart(context: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(context).filter(([key, value]) => !notCluster.has(key) && value !== null));
}

/** The document for one place: account, region and zones of that region only. */
export function inPlace(
  cluster: JsonObject,
  place: { account: string; region: string; cloudProvider: string; application: string },
  capacity: Capacity,
): JsonObject {
  const zones = cluster["availabilityZones"];
  const own = typeof zones === "object" && zones !== null && !Array.isArray(zones) ? zones[place.region] : undefined;
  const document: JsonObject = { ...cluster, ...place, capacity };
  if (own !== undefined && own !== null) document["availabilityZones"] = { [place.region]: own };
  else delete document["availabilityZones"];
  return document;
}

/** The regions of a cluster of `deploy`: its `region`, or the keys of its `availabilityZones`; empty when it names none. */
export function regionsOfCluster(cluster: JsonObject): string[] {
  const zones = cluster["availabilityZones"];
  if (typeof cluster["region"] === "string" && cluster["region"] !== "") return [cluster["region"]];
  return typeof zones === "object" && zones !== null && !Array.isArray(zones) ? Object.keys(zones) : [];
}

/**
 * The group that a deploy replaces: the newest enabled one with instances up, else the newest enabled, else the newest.
 */
export function sourceAmong(groups: readonly ServerGroup[]): ServerGroup | null {
  const sorted = newestFirst(ordinary(groups));
  const enabled = sorted.filter((group) => !group.disabled);
  return enabled.find((group) => readyCount(group) > 0) ?? enabled[0] ?? sorted[0] ?? null;
}
