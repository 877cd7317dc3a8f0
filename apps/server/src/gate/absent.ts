import type { Json } from "@gennaker/contract/json.ts";
import type { GateRoute } from "../platform/http/api.ts";

/**
 * What Gate answers where an installation has nothing of the kind: no security groups, no CI masters, no plugins. The
 * pages of Spinnaker's UI ask for these on the way to what they show.
 */
const absent: readonly (readonly [path: string, answer: Json])[] = [
  ["/applications/:application/functions", []],
  ["/applications/:application/rawResources", []],
  ["/applications/:application/serverGroupManagers", []],
  ["/applications/:application/snapshots/:account/history", []],
  ["/artifactory/names", []],
  ["/auth/user/serviceAccounts", []],
  ["/bakery/options", []],
  ["/capabilities/deploymentMonitors", []],
  ["/capabilities/quietPeriod", { isEnabled: false, inQuietPeriod: false }],
  ["/certificates", []],
  ["/certificates/:provider", []],
  ["/ci/builds", []],
  ["/codebuild/accounts", []],
  ["/ecs/ecsClusters", []],
  ["/ecs/secrets", []],
  ["/ecs/serviceDiscoveryRegistries", []],
  ["/ecs/cloudMetrics/alarms", []],
  ["/executions/failedStages", []],
  ["/firewalls", {}],
  ["/firewalls/:account", {}],
  ["/functions", []],
  ["/gcb/accounts", []],
  ["/images/find", []],
  ["/images/tags", []],
  ["/instanceTypes", []],
  ["/keyPairs", []],
  ["/networks", {}],
  ["/networks/:provider", []],
  ["/nexus/names", []],
  ["/notifications/metadata", []],
  ["/pagerDuty/oncalls", {}],
  ["/pagerDuty/services", []],
  ["/plugins/deck/plugin-manifest.json", []],
  ["/pubsub/subscriptions", []],
  ["/roles/:provider", []],
  ["/securityGroups", {}],
  ["/securityGroups/:account", {}],
  ["/slack/channels", []],
  ["/storage", []],
  ["/subnets", []],
  ["/subnets/:provider", []],
  ["/tags", []],
  ["/v2/builds", []],
  ["/v3/builds", []],
  ["/vpcs", []],
];

/** Paths that are answered with nothing, since there is nothing of their kind here. */
export function absentRoutes(): GateRoute[] {
  return absent.map(([path, body]) => ({ method: "GET", path, handle: async () => ({ body }) }));
}
