import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ProviderPort, ServerGroup, ServerGroupRef } from "../../../providers/port/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { accountOf, regionOf } from "../../../traffic/stages/api.ts";
import { parseServerGroupName } from "../../../providers/port/naming.ts";
import { resolveTarget } from "@gennaker/pipeline-model/server-group-targets.ts";

/** The target fields that every server-group stage shares, as read by its schema. */
export type TargetFields = {
  account?: string | undefined;
  credentials?: string | undefined;
  region?: string | undefined;
  regions?: string[] | undefined;
  zones?: string[] | undefined;
  namespaces?: string[] | undefined;
  cluster?: string | undefined;
  moniker?: { cluster?: string | undefined } | undefined;
  target?: string | undefined;
  serverGroupName?: string | undefined;
  asgName?: string | undefined;
};

/** One account and region of a stage. */
export type Place = { account: string; region: string; provider: ProviderPort };

/** Every region that the stage names, or the account's only one. */
export async function placesOf(deps: TrafficDeps, fields: TargetFields): Promise<Place[]> {
  const { account, provider } = await accountOf(deps, fields.credentials ?? fields.account);
  const named = [fields.regions, fields.namespaces, fields.zones].find((list) => list !== undefined && list.length > 0);
  const regions = named ?? [fields.region];
  return regions.map((region) => ({ account: account.name, region: regionOf(account, region), provider }));
}

export function clusterNameIn(fields: TargetFields): string {
  const name = fields.cluster ?? fields.moniker?.cluster;
  if (name !== undefined && name !== "") return name;
  const group = fields.serverGroupName ?? fields.asgName;
  const cluster = parseServerGroupName(group ?? "")?.cluster;
  if (cluster !== undefined) return cluster;
  throw new TaskError(
    "cluster.unnamed",
    "The stage names neither a cluster nor a server group. Fill in `cluster` and `target`, or `serverGroupName`.",
  );
}

/** All server groups of a cluster in one place. */
export async function clusterIn(place: Place, cluster: string): Promise<readonly ServerGroup[]> {
  return await place.provider.serverGroups({ account: place.account, region: place.region, cluster });
}

/** The stage's one target in each of its regions; a region without it ends the stage. */
export async function targetsOf(deps: TrafficDeps, fields: TargetFields): Promise<ServerGroup[]> {
  const named = fields.serverGroupName ?? fields.asgName;
  const target = named !== undefined && named !== "" ? named : (fields.target ?? "current_asg_dynamic");
  const groups: ServerGroup[] = [];
  for (const place of await placesOf(deps, fields)) {
    const direct =
      named === undefined || named === "" ? null : await place.provider.serverGroup({ ...place, name: target });
    if (direct !== null) {
      groups.push(direct);
      continue;
    }
    // Only now: names of other providers, such as `replicaSet web-v000`, do not tell the cluster.
    const cluster = clusterNameIn(fields);
    const resolved = resolveTarget(target, await clusterIn(place, cluster));
    if ("missing" in resolved) {
      const where = `cluster ${cluster} in ${place.account}/${place.region}`;
      throw new TaskError("serverGroup.missing", `No target for the stage: ${resolved.missing} (${where}).`, {
        details: { cluster, account: place.account, region: place.region, target },
      });
    }
    groups.push(resolved.group);
  }
  return groups;
}

/** The group as it is now, with its provider; null when it is gone. */
export async function lookUp(
  deps: TrafficDeps,
  ref: ServerGroupRef,
): Promise<{ group: ServerGroup | null; provider: ProviderPort }> {
  const { provider } = await accountOf(deps, ref.account);
  return { group: await provider.serverGroup(ref), provider };
}

/** The group as it is now; gone is an error. */
export async function present(
  deps: TrafficDeps,
  ref: ServerGroupRef,
): Promise<{ group: ServerGroup; provider: ProviderPort }> {
  const { group, provider } = await lookUp(deps, ref);
  if (group !== null) return { group, provider };
  throw new TaskError("serverGroup.gone", `Server group ${ref.name} (${ref.account}/${ref.region}) no longer exists.`);
}

export function refOf(group: ServerGroupRef): { account: string; region: string; name: string } {
  return { account: group.account, region: group.region, name: group.name };
}

/** The refs that an earlier task of the stage wrote under `key`. */
export function refsIn(context: JsonObject, key: string): ServerGroupRef[] {
  const list = context[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry): ServerGroupRef[] => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [];
    const { account, region, name } = entry;
    if (typeof account !== "string" || typeof region !== "string" || typeof name !== "string") return [];
    return [{ account, region, name }];
  });
}
