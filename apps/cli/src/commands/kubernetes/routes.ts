import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";

const account = argument.required("ACCOUNT", "A Kubernetes account (gennaker account list)");
const namespace = flag.text("Only this namespace (default: the login's own, for lists all)", "NAMESPACE");

export const kubernetesRoutes = buildRouteMap({
  routes: {
    tree: command({
      brief: "List objects of a cluster below their owners, with health and the reason",
      about: "All kinds that the cluster serves, custom resources included; kinds that cannot be listed are named.",
      examples: ["kubernetes tree production --application shop", "kubernetes tree production --kind deployment"],
      parameters: {
        flags: {
          ...serverFlags,
          namespace,
          application: flag.text("Only objects of this application", "APPLICATION"),
          kind: flag.text("Only this kind, e.g. deployment or CronTab.stable.example.com", "KIND"),
        },
        aliases: { n: "namespace" },
        positional: { kind: "tuple", parameters: [account] },
      },
      load: () => import("./tree.ts").then((module) => module.showTree),
    }),
    get: command({
      brief: "Show an object's health, its events, and where it differs from what was applied",
      about: "With --json the whole object as it is and as it was applied. A Secret's values stay hidden.",
      examples: ["kubernetes get production deployment web --namespace shop"],
      parameters: {
        flags: { ...serverFlags, namespace },
        aliases: { n: "namespace" },
        positional: {
          kind: "tuple",
          parameters: [account, argument.required("KIND", "Its kind"), argument.required("NAME", "Its name")],
        },
      },
      load: () => import("./get.ts").then((module) => module.showObject),
    }),
    logs: command({
      brief: "Print what several Pods write, each line after its Pod and container",
      examples: ["kubernetes logs production shop web-7d9f-x2x8v,web-7d9f-k4k2p --follow"],
      parameters: {
        flags: {
          ...serverFlags,
          container: flag.text("Only this container", "CONTAINER"),
          tail: flag.count("Begin with the last N lines of each (default 200)"),
          follow: flag.yes("Go on as more is written, until Ctrl-C"),
          previous: flag.yes("Of the containers' previous run"),
        },
        aliases: { f: "follow" },
        positional: {
          kind: "tuple",
          parameters: [
            account,
            argument.required("NAMESPACE", "Where the Pods are"),
            argument.required("PODS", "Their names, separated by commas"),
          ],
        },
      },
      load: () => import("./logs.ts").then((module) => module.followPods),
    }),
    traffic: command({
      brief: "List Services, Ingresses and network policies with the server groups they reach",
      examples: ["kubernetes traffic shop"],
      parameters: {
        flags: serverFlags,
        positional: {
          kind: "tuple",
          parameters: [argument.required("APPLICATION", "The application's name", proposeApplications)],
        },
      },
      load: () => import("./traffic.ts").then((module) => module.showTraffic),
    }),
  },
  docs: { brief: "Kubernetes: what is in the clusters of the configured accounts" },
});
