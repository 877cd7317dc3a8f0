import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";

export type Action = "resize" | "enable" | "disable" | "destroy" | "rollback";

/** What can be done with a server group as it is. */
export function actionsFor(group: Pick<ServerGroup, "disabled" | "instances">): Action[] {
  return ["resize", group.disabled ? "enable" : "disable", "rollback", "destroy"];
}

/** True while taking it out would take requests from it. */
export function servesTraffic(group: Pick<ServerGroup, "traffic" | "disabled">): boolean {
  return !group.disabled && group.traffic.some((share) => share.requestedPercent > 0);
}

type Job = { type: string } & Record<string, unknown>;

/** The job of an operation, in the fields of Spinnaker's stage of the same name. */
export function jobFor(action: Action, group: ServerGroup, size: number): Job {
  const target = {
    cloudProvider: group.cloudProvider,
    credentials: group.account,
    account: group.account,
    region: group.region,
    regions: [group.region],
  };
  const one = { ...target, serverGroupName: group.name, cluster: group.cluster };
  switch (action) {
    case "resize":
      return {
        type: "resizeServerGroup",
        ...one,
        action: "scale_exact",
        capacity: { min: size, max: size, desired: size },
      };
    case "enable":
      return { type: "enableServerGroup", ...one };
    case "disable":
      return { type: "disableServerGroup", ...one };
    case "destroy":
      return { type: "destroyServerGroup", ...one };
    case "rollback":
      return {
        type: "rollbackCluster",
        ...target,
        cluster: group.cluster,
        moniker: { app: group.application, cluster: group.cluster, stack: group.stack, detail: group.detail },
      };
  }
}
