import { buildRouteMap } from "@stricli/core";
import { argument, command, serverFlags } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";

const application = argument.required("APPLICATION", "The application's name", proposeApplications);

export const clusterRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List an application's server groups by cluster, with health and traffic",
      examples: ["cluster list shop"],
      parameters: { flags: serverFlags, positional: { kind: "tuple", parameters: [application] } },
      load: () => import("./handlers.ts").then((module) => module.listClusters),
    }),
    get: command({
      brief: "Show one cluster with its instances",
      examples: ["cluster get shop shop-web"],
      parameters: {
        flags: serverFlags,
        positional: { kind: "tuple", parameters: [application, argument.required("CLUSTER", "The cluster's name")] },
      },
      load: () => import("./handlers.ts").then((module) => module.getCluster),
    }),
  },
  docs: { brief: "Clusters: the versions of one service side by side" },
});

export const loadBalancerRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List an application's load balancers with their traffic split",
      examples: ["load-balancer list shop"],
      parameters: { flags: serverFlags, positional: { kind: "tuple", parameters: [application] } },
      load: () => import("./handlers.ts").then((module) => module.listLoadBalancers),
    }),
  },
  docs: { brief: "Load balancers" },
});
