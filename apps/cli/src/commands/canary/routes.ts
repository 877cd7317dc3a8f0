import { buildRouteMap } from "@stricli/core";
import { alwaysJson, argument, command, flag, serverFlags } from "../../command.ts";
import { proposeApplications, proposeCanaryConfigs, proposeExecutions } from "../../completion/propose.ts";

const config = argument.required("CONFIG", "The canary config's id or name", proposeCanaryConfigs);
const ofExecution = {
  kind: "tuple",
  parameters: [argument.required("EXECUTION", "The execution's id", proposeExecutions)],
} as const;
const stage = flag.text("Only this canary stage: its refId, name or id", "STAGE");
const load = () => import("./config.ts");

const configRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List canary configs",
      examples: ["canary config list", "canary config list shop"],
      parameters: {
        flags: serverFlags,
        positional: {
          kind: "tuple",
          parameters: [argument.optional("APPLICATION", "Only this application's", proposeApplications)],
        },
      },
      load: () => load().then((module) => module.listCanaryConfigs),
    }),
    get: command({
      brief: "Print a canary config's document (with --json the whole resource)",
      examples: ["canary config get shop-latency > config.json"],
      parameters: { flags: serverFlags, positional: { kind: "tuple", parameters: [config] } },
      load: () => load().then((module) => module.getCanaryConfig),
    }),
    save: command({
      brief: "Create or replace a canary config from a file (Kayenta's JSON)",
      examples: ["canary config save --file config.json", "canary config save --file config.json --id shop-latency"],
      parameters: {
        flags: {
          ...serverFlags,
          file: {
            kind: "parsed",
            parse: String,
            brief: "JSON or YAML document; - is standard input",
            placeholder: "FILE",
          },
          id: flag.text(
            "Save under this id (default: the file's, that of the config with its name, or a new one)",
            "ID",
          ),
        },
        aliases: { f: "file" },
      },
      load: () => load().then((module) => module.saveCanaryConfig),
    }),
    delete: command({
      brief: "Delete a canary config",
      examples: ["canary config delete shop-latency --yes"],
      parameters: {
        flags: { ...serverFlags, yes: flag.yes("Do not ask") },
        positional: { kind: "tuple", parameters: [config] },
      },
      load: () => load().then((module) => module.deleteCanaryConfig),
    }),
  },
  docs: { brief: "What a canary is judged by" },
});

export const canaryRoutes = buildRouteMap({
  routes: {
    config: configRoutes,
    runs: command({
      brief: "List the judgements of an execution's canary stages",
      examples: ["canary runs 01J8ZK5T3V9Q2M7N4R6S8W0XYB"],
      parameters: { flags: { ...serverFlags, stage }, positional: ofExecution },
      load: () => import("./report.ts").then((module) => module.listRuns),
    }),
    report: command({
      brief: "Show the last judgement: score, groups, each metric with its reason",
      examples: ["canary report 01J8ZK5T3V9Q2M7N4R6S8W0XYB", "canary report 01J8ZK5T3V9Q2M7N4R6S8W0XYB --run 2 --json"],
      parameters: {
        flags: { ...serverFlags, stage, run: flag.count("The N-th judgement instead of the last") },
        positional: ofExecution,
      },
      load: () => import("./report.ts").then((module) => module.reportRun),
    }),
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
  aliases: { configs: "config", run: "runs", reports: "report" },
  docs: { brief: "Canary configs, judgements and reports" },
});
