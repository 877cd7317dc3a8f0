import { buildRouteMap } from "@stricli/core";
import { argument, command, flag, serverFlags } from "../../command.ts";
import { proposeApplications } from "../../completion/propose.ts";
import { followFlags } from "../execution/flags.ts";

const account = argument.required("ACCOUNT", "A Kubernetes account (gennaker account list)");
const namespace = flag.text("Only this namespace (default: the login's own, for lists all)", "NAMESPACE");
const one = {
  kind: "tuple",
  parameters: [account, argument.required("KIND", "Its kind"), argument.required("NAME", "Its name")],
} as const;
const operateFlags = {
  ...serverFlags,
  ...followFlags,
  namespace,
  detach: flag.yes("Only start it; do not follow it to its end"),
  reason: flag.text("Why, for those who look at it later", "TEXT"),
};
const operate = () => import("./operate.ts");
const followed = "Runs as an operation of the object's application, followed live: exit code 0 when it SUCCEEDED.";

export const kubernetesRoutes = buildRouteMap({
  routes: {
    tree: command({
      brief: "Show objects as a tree with health, versions and traffic; --watch follows it",
      about:
        "Of one account, or with --application alone of all accounts: traffic from its entrance to the Pods, workloads below " +
        "their owners, configuration with what is in use, and all other kinds, custom resources included. Many of a kind are " +
        "one line unless --all is said. With --json the nodes; with --watch --json what changes, a line each.",
      examples: [
        "kubernetes tree production --application shop",
        "kubernetes tree --application shop --watch",
        "kubernetes tree production --namespace shop --health failed",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          namespace,
          application: flag.text("Only objects of this application", "APPLICATION"),
          kind: flag.text("Only this kind, e.g. deployment", "KIND"),
          health: flag.text("Only objects that are stable, progressing, failed, paused or unknown", "HEALTH"),
          text: flag.text("Only objects with these words in name, kind, version or reason", "WORDS"),
          all: flag.yes("Every object on a line of its own"),
          watch: flag.yes("Go on as it changes, until Ctrl-C"),
        },
        aliases: { n: "namespace", w: "watch" },
        positional: {
          kind: "tuple",
          parameters: [argument.optional("ACCOUNT", "A Kubernetes account (gennaker account list)")],
        },
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
        positional: one,
      },
      load: () => import("./get.ts").then((module) => module.showObject),
    }),
    diff: command({
      brief: "Show what deploying manifests would create, change and delete; nothing is changed",
      about:
        "The cluster itself is asked by dry runs. With --application as a deployManifest stage of it would deploy them, with " +
        "versions and bound artifacts; else as they are. Exit code 1 where the cluster would refuse something.",
      examples: [
        "kubernetes diff production --file web.yaml",
        "kubernetes diff production --application shop --exit-code < web.yaml",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          file: flag.text("YAML or JSON with one or several manifests (default: standard input)", "FILE"),
          application: flag.text("As a stage of this application deploys them", "APPLICATION"),
          exitCode: flag.yes("Exit with 1 when anything would change"),
        },
        aliases: { f: "file" },
        positional: { kind: "tuple", parameters: [account] },
      },
      load: () => import("./diff.ts").then((module) => module.showDiff),
    }),
    events: command({
      brief: "List what the cluster told about an object",
      examples: ["kubernetes events production deployment web --namespace shop"],
      parameters: { flags: { ...serverFlags, namespace }, aliases: { n: "namespace" }, positional: one },
      load: () => import("./events.ts").then((module) => module.showEvents),
    }),
    logs: command({
      brief: "Print what several Pods write, each line after its Pod and container",
      about: "deployment/web stands for the Pods below it as they are now.",
      examples: [
        "kubernetes logs production shop web-7d9f-x2x8v,web-7d9f-k4k2p --follow",
        "kubernetes logs production shop deployment/web --since 5m",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          container: flag.text("Only this container", "CONTAINER"),
          tail: flag.count("Begin with the last N lines of each (default 200)"),
          since: flag.text("Only what is younger: 90s, 5m, 2h, 1d", "TIME"),
          follow: flag.yes("Go on as more is written, until Ctrl-C"),
          previous: flag.yes("Of the containers' previous run"),
          times: flag.yes("Each line after its time"),
        },
        aliases: { f: "follow" },
        positional: {
          kind: "tuple",
          parameters: [
            account,
            argument.required("NAMESPACE", "Where the Pods are"),
            argument.required("PODS", "Their names, or KIND/NAME of what owns them, separated by commas"),
          ],
        },
      },
      load: () => import("./logs.ts").then((module) => module.followPods),
    }),
    scale: command({
      brief: "Change how many replicas a workload has",
      about: followed,
      examples: ["kubernetes scale production deployment web 5 --namespace shop --reason 'sale begins'"],
      parameters: {
        flags: operateFlags,
        aliases: { n: "namespace" },
        positional: {
          kind: "tuple",
          parameters: [...one.parameters, argument.required("REPLICAS", "How many")],
        },
      },
      load: () => operate().then((module) => module.scaleObject),
    }),
    restart: command({
      brief: "Replace a workload's Pods one after the other",
      about: followed,
      examples: ["kubernetes restart production deployment web --namespace shop"],
      parameters: { flags: operateFlags, aliases: { n: "namespace" }, positional: one },
      load: () => operate().then((module) => module.restartObject),
    }),
    pause: command({
      brief: "Hold the rollout of a Deployment",
      about: followed,
      examples: ["kubernetes pause production deployment web --namespace shop"],
      parameters: { flags: operateFlags, aliases: { n: "namespace" }, positional: one },
      load: () => operate().then((module) => module.pauseRollout),
    }),
    resume: command({
      brief: "Let the rollout of a Deployment go on",
      about: followed,
      examples: ["kubernetes resume production deployment web --namespace shop"],
      parameters: { flags: operateFlags, aliases: { n: "namespace" }, positional: one },
      load: () => operate().then((module) => module.resumeRollout),
    }),
    undo: command({
      brief: "Bring an earlier revision of a workload back",
      about: followed,
      examples: [
        "kubernetes undo production deployment web --namespace shop",
        "kubernetes undo production deployment web --namespace shop --revision 7",
      ],
      parameters: {
        flags: {
          ...operateFlags,
          back: flag.count("So many revisions before this one (default 1)"),
          revision: flag.count("This revision"),
        },
        aliases: { n: "namespace" },
        positional: one,
      },
      load: () => operate().then((module) => module.undoRollout),
    }),
    delete: command({
      brief: "Delete an object and all that it owns",
      about: followed,
      examples: ["kubernetes delete production configMap settings-v003 --namespace shop --yes"],
      parameters: {
        flags: {
          ...operateFlags,
          orphan: flag.yes("Leave what it owns behind"),
          yes: flag.yes("Do not ask"),
        },
        aliases: { n: "namespace" },
        positional: one,
      },
      load: () => operate().then((module) => module.deleteObject),
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
