import type { GateRoute } from "../../platform/http/api.ts";
import { absentRoutes } from "../absent.ts";

/** Which Gate and Kayenta paths the command line `spin` calls; all others are Spinnaker's UI, or scripts like it. */
const calledBySpin: readonly RegExp[] = [
  /^GET \/version$/,
  /^GET \/credentials(\/:account)?$/,
  /^GET \/auth\/user$/,
  /^GET \/applications(\/:application)?$/,
  /^(POST \/tasks|GET \/tasks\/:id)$/,
  /^GET \/applications\/:application\/(pipelines|pipelineConfigs(\/:name)?)$/,
  /^PUT (\/applications\/:application)?\/pipelines\/:id\/cancel$/,
  /^POST \/pipelines$/,
  /^(POST|DELETE) \/pipelines\/:application\/:name$/,
  /^GET \/executions$/,
  /^GET \/projects(\/:id(\/pipelines)?)?$/,
  /^GET \/v2\/pipelineTemplates(\/:id)?$/,
  /^POST \/v2\/pipelineTemplates\/(plan|create|update\/:id)$/,
  /^DELETE \/v2\/pipelineTemplates\/:id$/,
  /^(GET|POST) \/v2\/canaryConfig$/,
  /^(GET|PUT|DELETE) \/v2\/canaryConfig\/:id$/,
  /^POST \/v2\/canaries\/canary$/,
  /^GET \/v2\/canaries\/canary\/:id$/,
];

/** The README's table of paths: who calls each, and whether there is something behind it. */
export function pathTable(routes: readonly GateRoute[]): string {
  const absent = new Set(absentRoutes().map(keyOf));
  const rows = routes
    .map(keyOf)
    .toSorted((left, right) => (left.slice(left.indexOf("/")) < right.slice(right.indexOf("/")) ? -1 : 1))
    .map((key) => {
      const caller = calledBySpin.some((pattern) => pattern.test(key)) ? "spin, Deck" : "Deck";
      return `| \`${key}\` | ${caller} | ${absent.has(key) ? "empty: nothing of the kind here" : "done"} |`;
    });
  return ["| path | called by | state |", "| --- | --- | --- |", ...rows].join("\n");
}

/** How many of the paths that `spin` calls are among the routes, and how many there are. */
export function spinPaths(routes: readonly GateRoute[]): { answered: number; patterns: number } {
  const keys = routes.map(keyOf);
  const answered = calledBySpin.filter((pattern) => keys.some((key) => pattern.test(key))).length;
  return { answered, patterns: calledBySpin.length };
}

function keyOf({ method, path }: GateRoute): string {
  return `${method} ${path}`;
}
