import { buildRouteMap } from "@stricli/core";
import { alwaysJson, argument, command, flag, serverFlags } from "../../command.ts";
import { proposeApplications, proposePipelines } from "../../completion/propose.ts";
import { followFlags } from "../execution/flags.ts";

const positional = {
  kind: "tuple",
  parameters: [
    argument.required(
      "PIPELINE",
      "APPLICATION/NAME, or the pipeline's id, or the application with the name after it",
      proposePipelines,
    ),
    argument.optional("NAME", "The pipeline's name, where the first argument is the application"),
  ],
} as const;

export const pipelineRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List pipelines, of one application or of all",
      examples: ["pipeline list shop", "pipelines list --json"],
      parameters: {
        flags: serverFlags,
        positional: {
          kind: "tuple",
          parameters: [argument.optional("APPLICATION", "Only this application's", proposeApplications)],
        },
      },
      load: () => import("./handlers.ts").then((module) => module.listPipelines),
    }),
    get: command({
      brief: "Print a pipeline's document (with --json the whole resource)",
      examples: ["pipeline get shop/deploy > deploy.json", "pipeline get shop deploy --json"],
      parameters: { flags: serverFlags, positional },
      load: () => import("./handlers.ts").then((module) => module.getPipeline),
    }),
    save: command({
      brief: "Create or replace a pipeline from a file",
      about:
        "The file is Spinnaker's JSON (or the same as YAML). Without an id, the application's pipeline of that name is replaced.",
      examples: ["pipeline save --file deploy.json", "pipeline get shop/deploy | gennaker pipeline save --file -"],
      parameters: {
        flags: {
          ...serverFlags,
          file: {
            kind: "parsed",
            parse: String,
            brief: "JSON or YAML document; - is standard input",
            placeholder: "FILE",
          },
          application: flag.text("Save into this application, whatever the file says", "NAME"),
          name: flag.text("Save under this name, whatever the file says", "NAME"),
        },
        aliases: { f: "file" },
      },
      load: () => import("./handlers.ts").then((module) => module.savePipeline),
    }),
    delete: command({
      brief: "Delete a pipeline",
      examples: ["pipeline delete shop/deploy --yes"],
      parameters: { flags: { ...serverFlags, yes: flag.yes("Do not ask") }, positional },
      load: () => import("./handlers.ts").then((module) => module.deletePipeline),
    }),
    history: command({
      brief: "List a pipeline's versions with what each changed",
      examples: ["pipeline history shop/deploy", "pipeline history shop deploy --limit 5 --json"],
      parameters: {
        flags: { ...serverFlags, limit: flag.count("At most this many (default 20)") },
        positional,
      },
      load: () => import("./history.ts").then((module) => module.showPipelineHistory),
    }),
    validate: command({
      brief: "Check pipelines offline: JSON lines in, JSON lines out; or one file, as a table",
      about:
        "Without --file: reads {id, pipeline} per line on standard input and writes {id, kind, valid, problems} per line, or {id, error} " +
        "where a line cannot be processed. Blank lines are skipped. With --file: lists the problems, exit code 1 if there are errors. " +
        "Needs no server, except with --online, which also knows the stage types that only the server has.",
      examples: ["pipeline validate --file deploy.json", "pipeline validate < pipelines.jsonl"],
      parameters: {
        flags: {
          ...serverFlags,
          file: flag.text("Check this one JSON or YAML document; - is standard input", "FILE"),
          online: flag.yes("Let the server check the file"),
        },
        aliases: { f: "file" },
      },
      load: () => import("./validate.ts").then((module) => module.validatePipelines),
    }),
    plan: command({
      brief: "Plan pipelines from templates offline: JSON lines in, JSON lines out",
      about:
        "Reads {id, template, instance} per line on standard input and writes {id, pipeline} per line, or {id, error} where a line cannot be " +
        "planned. Templates of both generations. Blank lines are skipped. Needs no server.",
      examples: ["pipeline plan < instances.jsonl"],
      parameters: { flags: { json: alwaysJson } },
      load: () => import("./plan.ts").then((module) => module.planPipelines),
    }),
    dryRun: command({
      brief: "Show what a run would do, without doing any of it",
      about:
        "Plans, checks and evaluates a run: the fields of each stage, what would be called, and which expressions wait for what. " +
        "Exits 1 when the run could not be started.",
      examples: ["pipeline dry-run shop/deploy -p version=2.1", "pipeline dry-run shop --file pipeline.json"],
      parameters: {
        flags: {
          ...serverFlags,
          parameter: flag.texts("A parameter; may be given several times", "NAME=VALUE"),
          file: flag.text("An unsaved pipeline, JSON or YAML, instead of a stored one", "FILE"),
        },
        aliases: { p: "parameter" },
        positional,
      },
      load: () => import("./dry-run.ts").then((module) => module.dryRunPipeline),
    }),
    start: command({
      brief: "Start a pipeline",
      about:
        "With --follow the exit code is the outcome: 0 when it SUCCEEDED, 1 otherwise, 130 on Ctrl-C, which leaves it running.",
      examples: [
        "pipeline start shop/deploy -p version=2.1 --follow",
        "pipeline execute shop deploy --parameter-file release.json",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          ...followFlags,
          follow: flag.yes("Show its progress until it ends"),
          parameter: flag.texts("A parameter; may be given several times", "NAME=VALUE"),
          parameterFile: flag.text("JSON or YAML object of parameters; -p wins over it", "FILE"),
          reason: flag.text("Why, for those who look at it later", "TEXT"),
        },
        aliases: { p: "parameter", f: "follow" },
        positional,
      },
      load: () => import("./start.ts").then((module) => module.startPipeline),
    }),
  },
  aliases: { execute: "start" },
  docs: { brief: "Pipelines" },
});
