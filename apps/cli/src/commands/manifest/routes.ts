import { buildRouteMap } from "@stricli/core";
import { alwaysJson, command } from "../../command.ts";

export const manifestRoutes = buildRouteMap({
  routes: {
    health: command({
      brief: "Tell the health of Kubernetes objects offline: JSON lines in, JSON lines out",
      about:
        "Reads {id, manifest, related?, mode} per line on standard input and writes {id, status, message} per line, or {id, error} where " +
        "a line cannot be processed. Modes: gennaker (default), spinnaker, argocd, kstatus; the status is null where the mode has no " +
        "verdict. Blank lines are skipped. Needs no server.",
      examples: [`manifest health <<< '{"id":1,"mode":"kstatus","manifest":{"apiVersion":"v1","kind":"ConfigMap"}}'`],
      parameters: { flags: { json: alwaysJson } },
      load: () => import("./health.ts").then((module) => module.judgeManifests),
    }),
  },
  docs: { brief: "Kubernetes manifests" },
});
