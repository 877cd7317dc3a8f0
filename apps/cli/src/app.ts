import { buildApplication, buildRouteMap, text_en } from "@stricli/core";
import type { Application, ApplicationText } from "@stricli/core";
import { applicationRoutes } from "./commands/application/routes.ts";
import { canaryRoutes } from "./commands/canary/routes.ts";
import { executionRoutes } from "./commands/execution/routes.ts";
import { expressionRoutes } from "./commands/expression/routes.ts";
import { pipelineRoutes } from "./commands/pipeline/routes.ts";
import type { CliContext } from "./context.ts";

/** The whole command tree. Only descriptions are loaded here; each command's work is loaded when it runs. */
export const routes = buildRouteMap({
  routes: {
    application: applicationRoutes,
    pipeline: pipelineRoutes,
    execution: executionRoutes,
    canary: canaryRoutes,
    expression: expressionRoutes,
  },
  aliases: {
    applications: "application",
    pipelines: "pipeline",
    executions: "execution",
    canaries: "canary",
    expressions: "expression",
  },
  docs: { brief: "Gennaker: ship, judge and take back services" },
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
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab" },
    localization: { text },
  });
}
