import { GennakerError } from "@gennaker/contract/errors.ts";
import type { ServerGroup } from "../providers/port/api.ts";

/** The names that Clouddriver's paths have for one server group among a cluster's, and how each is chosen. */
const choices: Readonly<Record<string, (groups: readonly ServerGroup[]) => ServerGroup | undefined>> = {
  current_asg: (groups) => groups[0],
  current_asg_dynamic: (groups) => groups[0],
  newest: (groups) => groups[0],
  newest_asg_dynamic: (groups) => groups[0],
  ancestor_asg: (groups) => groups[1],
  ancestor_asg_dynamic: (groups) => groups[1],
  previous: (groups) => groups[1],
  oldest: (groups) => groups.at(-1),
  oldest_asg_dynamic: (groups) => groups.at(-1),
  largest: (groups) => groups.toSorted((left, right) => right.instances.length - left.instances.length)[0],
};

/** The server group that a target names among those of one cluster and region. Throws `not_found`. */
export function targetOf(target: string, groups: readonly ServerGroup[]): ServerGroup {
  const choose = Object.hasOwn(choices, target) ? choices[target] : undefined;
  if (!choose) {
    const known = Object.keys(choices).join(", ");
    throw new GennakerError("not_found", `There is no target "${target.slice(0, 80)}". There are: ${known}.`);
  }
  const newestFirst = groups.toSorted((left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt));
  const found = choose(newestFirst);
  if (found) return found;
  throw new GennakerError("not_found", `No server group of the cluster is its ${target}: it has ${groups.length}.`);
}
