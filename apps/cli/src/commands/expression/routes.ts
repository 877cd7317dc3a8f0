import { buildRouteMap } from "@stricli/core";
import { alwaysJson, command } from "../../command.ts";

export const expressionRoutes = buildRouteMap({
  routes: {
    evaluate: command({
      brief: "Evaluate expressions offline: JSON lines in, JSON lines out",
      about:
        "Reads {id, template, context, execution?} per line on standard input and writes {id, result, errors} per line, or {id, error} where " +
        "a line cannot be processed. Blank lines are skipped. Needs no server.",
      examples: [`expression evaluate <<< '{"id":1,"template":"\${1 + 1}","context":{}}'`],
      parameters: { flags: { json: alwaysJson } },
      load: () => import("./evaluate.ts").then((module) => module.evaluateExpressions),
    }),
  },
  docs: { brief: "Pipeline expressions (SpEL)" },
});
