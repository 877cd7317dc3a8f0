import { buildRouteMap } from "@stricli/core";
import { alwaysJson, command } from "../../command.ts";

export const canaryRoutes = buildRouteMap({
  routes: {
    judge: command({
      brief: "Judge canaries offline: JSON lines in, JSON lines out",
      about:
        "Reads {id, canaryConfig, scoreThresholds, metricSetPairList} per line on standard input and writes {id, judgeResult} per line, or " +
        "{id, error} where a judgement is impossible. Blank lines are skipped. Needs no server.",
      examples: ["canary judge < judgements.jsonl"],
      parameters: { flags: { json: alwaysJson } },
      load: () => import("./judge.ts").then((module) => module.judgeCanaries),
    }),
  },
  docs: { brief: "Canary configs, judgements and reports" },
});
