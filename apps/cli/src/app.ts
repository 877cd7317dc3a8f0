import { buildApplication, buildRouteMap, text_en } from "@stricli/core";
import type { Application, ApplicationText } from "@stricli/core";
import { accessRoutes, loginCommand, logoutCommand, tokenRoutes, userRoutes } from "./commands/access/routes.ts";
import { applicationRoutes } from "./commands/application/routes.ts";
import { artifactRoutes } from "./commands/artifact/routes.ts";
import { auditRoutes } from "./commands/audit/routes.ts";
import { canaryRoutes } from "./commands/canary/routes.ts";
import { clusterRoutes, loadBalancerRoutes } from "./commands/cluster/routes.ts";
import { contextRoutes } from "./commands/context/routes.ts";
import { engineRoutes } from "./commands/engine/routes.ts";
import { executionRoutes } from "./commands/execution/routes.ts";
import { expressionRoutes } from "./commands/expression/routes.ts";
import { kubernetesRoutes } from "./commands/kubernetes/routes.ts";
import { manifestRoutes } from "./commands/manifest/routes.ts";
import { freezeRoutes } from "./commands/freeze/routes.ts";
import { exportCommand, importCommand } from "./commands/import/routes.ts";
import { pipelineRoutes } from "./commands/pipeline/routes.ts";
import { projectRoutes } from "./commands/project/routes.ts";
import { secretRoutes } from "./commands/secret/routes.ts";
import { shadowCommand } from "./commands/shadow/routes.ts";
import { serverGroupRoutes } from "./commands/server-group/routes.ts";
import { accountRoutes, eventsCommand, serveCommand, systemCommand, versionCommand } from "./commands/system/routes.ts";
import { completeCommand, completionRoutes } from "./completion/routes.ts";
import type { CliContext } from "./context.ts";
import { ownVersion } from "./version.ts";

/** The whole command tree. Only descriptions are loaded here; each command's work is loaded when it runs. */
export const routes = buildRouteMap({
  routes: {
    application: applicationRoutes,
    pipeline: pipelineRoutes,
    project: projectRoutes,
    import: importCommand,
    export: exportCommand,
    shadow: shadowCommand,
    execution: executionRoutes,
    cluster: clusterRoutes,
    "server-group": serverGroupRoutes,
    "load-balancer": loadBalancerRoutes,
    kubernetes: kubernetesRoutes,
    canary: canaryRoutes,
    engine: engineRoutes,
    freeze: freezeRoutes,
    expression: expressionRoutes,
    manifest: manifestRoutes,
    artifact: artifactRoutes,
    secret: secretRoutes,
    login: loginCommand,
    logout: logoutCommand,
    access: accessRoutes,
    user: userRoutes,
    token: tokenRoutes,
    audit: auditRoutes,
    account: accountRoutes,
    events: eventsCommand,
    system: systemCommand,
    context: contextRoutes,
    completion: completionRoutes,
    version: versionCommand,
    serve: serveCommand,
    __complete: completeCommand,
  },
  aliases: {
    applications: "application",
    app: "application",
    apps: "application",
    pipelines: "pipeline",
    projects: "project",
    executions: "execution",
    clusters: "cluster",
    "server-groups": "server-group",
    "load-balancers": "load-balancer",
    canaries: "canary",
    expressions: "expression",
    freezes: "freeze",
    manifests: "manifest",
    artifacts: "artifact",
    secrets: "secret",
    users: "user",
    tokens: "token",
    audits: "audit",
    accounts: "account",
    event: "events",
    contexts: "context",
    completions: "completion",
  },
  docs: {
    brief: "Gennaker: ship, judge and take back services",
    fullDescription: [
      "Gennaker: ship, judge and take back services",
      "",
      "Each command explains itself with --help. Exit codes: 0 done, 1 failed, 2 not understood, 3 no server, 130 interrupted.",
    ].join("\n"),
    hideRoute: { __complete: true },
  },
});

const text: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput({ input, corrections }) {
    const near = corrections.length > 0 ? ` Did you mean ${corrections.join(" or ")}?` : "";
    return `gennaker: there is no command "${input}".${near}\nNext:\n  gennaker --help    lists the commands`;
  },
  exceptionWhileParsingArguments: (error) =>
    `gennaker: ${error instanceof Error ? error.message : String(error)}\nNext:\n  Add --help to see what the command takes.`,
};

export function createApp(): Application<CliContext> {
  return buildApplication(routes, {
    name: "gennaker",
    versionInfo: { currentVersion: ownVersion() },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab" },
    completion: { includeAliases: false },
    localization: { text },
  });
}
