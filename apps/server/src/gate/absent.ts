import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json } from "@gennaker/contract/json.ts";
import type { GateRoute } from "../platform/http/api.ts";

/**
 * What Gate answers where an installation has nothing of the kind: no security groups, no CI masters, no plugins. The
 * pages of Spinnaker's UI ask for these on the way to what they show.
 */
const absent: readonly (readonly [path: string, answer: Json])[] = [
  ["/applications/:application/clusters/:account/:cluster/:type/loadBalancers", []],
  ["/applications/:application/clusters/:account/:cluster/serverGroups/:name/scalingActivities", []],
  ["/applications/:application/functions", []],
  ["/applications/:application/rawResources", []],
  ["/applications/:application/serverGroups/:account/:name/events", []],
  ["/applications/:application/snapshots/:account", {}],
  ["/applications/:application/snapshots/:account/history", []],
  ["/artifactory/names", []],
  ["/artifacts/:provider/:package", []],
  ["/auth/apiTokens", []],
  ["/auth/apiTokens/admin/users", []],
  ["/auth/apiTokens/serviceAccounts", []],
  ["/bakery/options", []],
  ["/bakery/options/:provider", {}],
  ["/banners", []],
  ["/banners/all", []],
  ["/canaryConfig/names", []],
  ["/canaryConfigs/:application", []],
  ["/capabilities/deploymentMonitors", []],
  ["/capabilities/quietPeriod", { isEnabled: false, inQuietPeriod: false }],
  ["/certificates", []],
  ["/certificates/:provider", []],
  ["/charts/:account/:region/:chart", []],
  ["/charts/find", []],
  ["/charts/tags", []],
  ["/ci/builds", []],
  ["/cloudMetrics/:provider/:account/:region", []],
  ["/cloudMetrics/:provider/:account/:region/:name/statistics", {}],
  ["/codebuild/accounts", []],
  ["/codebuild/projects/:account", []],
  ["/concourse/:master/teams", []],
  ["/concourse/:master/teams/:team/pipelines", []],
  ["/concourse/:master/teams/:team/pipelines/:pipeline/jobs", []],
  ["/concourse/:master/teams/:team/pipelines/:pipeline/resources", []],
  ["/credentials/type/:type", []],
  ["/ecs/cloudMetrics/alarms", []],
  ["/ecs/ecsClusterDescriptions/:account/:region", []],
  ["/ecs/ecsClusters", []],
  ["/ecs/secrets", []],
  ["/ecs/serviceDiscoveryRegistries", []],
  ["/executions/failedStages", []],
  ["/firewalls", {}],
  ["/firewalls/:account", {}],
  ["/firewalls/:account/:region", []],
  ["/functions", []],
  ["/gcb/accounts", []],
  ["/gcb/triggers/:account", []],
  ["/history/:name", []],
  ["/images/:account/:region/:image", []],
  ["/images/find", []],
  ["/images/tags", []],
  ["/instanceTypes", []],
  ["/keyPairs", []],
  ["/networks", {}],
  ["/networks/:provider", []],
  ["/nexus/names", []],
  ["/notifications/metadata", []],
  ["/oidcConfigs", []],
  ["/pagerDuty/oncalls", {}],
  ["/pagerDuty/services", []],
  ["/plugins/deck/plugin-manifest.json", []],
  ["/plugins/info", []],
  ["/plugins/installed", {}],
  ["/proxies", []],
  ["/pubsub/subscriptions", []],
  ["/roles/:provider", []],
  ["/securityGroups", {}],
  ["/securityGroups/:account", {}],
  ["/servicebroker/:account/services", []],
  ["/slack/channels", []],
  ["/storage", []],
  ["/subnets", []],
  ["/subnets/:provider", []],
  ["/tags", []],
  ["/v2/builds", []],
  ["/v2/builds/:master/jobs", []],
  ["/v3/builds", []],
  ["/v3/builds/:master/builds", []],
  ["/v3/builds/:master/jobs", []],
  ["/vpcs", []],
];

/** What is asked for by name, and of whose kind nothing can be here: 404, as for a name that is unknown. */
const unknown: readonly (readonly [path: string, kind: string])[] = [
  ["/applications/:application/jobs/:account/:region/:name", "Job"],
  ["/artifacts/:provider/:package/:version", "Artifact"],
  ["/artifacts/content-address/:application/:hash", "Artifact"],
  ["/banners/:id", "Banner"],
  ["/canaries/:id", "Canary"],
  ["/ci/builds/:build/output", "Build"],
  ["/firewalls/:account/:region/:name", "Firewall"],
  ["/securityGroups/:account/:region/:name", "Security group"],
  ["/v3/builds/:master/build/:number", "Build"],
  ["/v3/builds/:master/job", "Job"],
];

/** Paths that are answered with nothing, since there is nothing of their kind here. */
export function absentRoutes(): GateRoute[] {
  return [
    ...absent.map(([path, body]): GateRoute => ({ method: "GET", path, handle: async () => ({ body }) })),
    ...unknown.map(([path, kind]): GateRoute => {
      const last = path.split("/:").at(-1) ?? "";
      const handle: GateRoute["handle"] = async ({ params, query }) => {
        throw new GennakerError("not_found", `${kind} ${params[last] ?? query["job"] ?? ""} not found.`);
      };
      return { method: "GET", path, handle };
    }),
  ];
}
