import { buildRouteMap } from "@stricli/core";
import { statuses } from "./statuses.ts";
import { argument, command, flag, serverFlags } from "../../command.ts";
import { proposeApplications, proposeExecutions } from "../../completion/propose.ts";
import { followFlags } from "./flags.ts";

const execution = argument.required("EXECUTION", "The execution's id", proposeExecutions);
const one = { kind: "tuple", parameters: [execution] } as const;
const withStage = {
  kind: "tuple",
  parameters: [execution, argument.required("STAGE", "The stage's refId, name or id")],
} as const;
const ofApplication = {
  kind: "tuple",
  parameters: [argument.optional("APPLICATION", "This application's; default: the server's", proposeApplications)],
} as const;
const reason = flag.text("Why, for those who look at it later", "TEXT");
const load = () => import("./handlers.ts");

export const executionRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List executions, newest first",
      examples: [
        "execution list shop --limit 10",
        "executions list --status RUNNING --json",
        "execution list shop --status TERMINAL --parameter env=prod --text 'release 7'",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          pipeline: flag.text(
            "Only of this pipeline: its name in the application, APPLICATION/NAME, or id",
            "PIPELINE",
          ),
          name: flag.text("Only of pipelines of this name, in any application", "NAME"),
          status: {
            kind: "enum",
            values: statuses,
            brief: "Only with this status; may be given several times",
            optional: true,
            variadic: true,
          },
          triggerType: flag.texts("Only those triggered so (manual, cron, git …); may be given several times", "TYPE"),
          by: flag.text("Only those that this person started, or that run as them", "NAME"),
          parameter: flag.texts("Only those with this parameter; may be given several times", "NAME=VALUE"),
          artifact: flag.text(
            "Only those with this artifact: its name, reference, version or NAME:VERSION",
            "ARTIFACT",
          ),
          text: flag.text("Words that begin words of the name, user, parameters, artifacts or source", "WORDS"),
          from: flag.text("Only those built at this time or later (ISO 8601)", "TIME"),
          until: flag.text("Only those built at this time or earlier (ISO 8601)", "TIME"),
          limit: flag.count("At most this many (default 25)"),
          before: flag.text("Only those older than this one: the last of the page before", "EXECUTION"),
        },
        positional: {
          kind: "tuple",
          parameters: [argument.optional("APPLICATION", "Only this application's", proposeApplications)],
        },
      },
      load: () => import("./list.ts").then((module) => module.listExecutions),
    }),
    get: command({
      brief: "Show an execution with its stages, what they wait for and why they failed",
      examples: ["execution get 01J8ZK5T3V9Q2M7N4R6S8W0XYB"],
      parameters: { flags: serverFlags, positional: one },
      load: () => load().then((module) => module.getExecution),
    }),
    history: command({
      brief: "Tell what happened to an execution, step by step",
      about: "With --at the stages as they stood after that step, told from the steps alone; otherwise after the last.",
      examples: [
        "execution history 01J8ZK5T3V9Q2M7N4R6S8W0XYB",
        "execution history 01J8ZK5T3V9Q2M7N4R6S8W0XYB --at 12",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          at: flag.count("Show the stages as they stood after this step", "STEP"),
          after: flag.count("Only steps behind this one", "STEP"),
          limit: flag.count("At most this many steps (default 1000)"),
        },
        positional: one,
      },
      load: () => import("./history.ts").then((module) => module.executionHistory),
    }),
    watch: command({
      brief: "Follow an execution until it ends",
      about:
        "A tree that redraws itself in a terminal, lines when piped, with --json one event a line (first execution.snapshot, last " +
        "execution.result). Exit code 0 when it SUCCEEDED, 1 otherwise, 130 on Ctrl-C, which leaves it running.",
      examples: [
        "execution watch 01J8ZK5T3V9Q2M7N4R6S8W0XYB",
        "execution watch 01J8ZK5T3V9Q2M7N4R6S8W0XYB --json | jq .type",
      ],
      parameters: { flags: { ...serverFlags, ...followFlags }, positional: one },
      load: () => load().then((module) => module.followExecution),
    }),
    rerun: command({
      brief: "Start a run's pipeline again with the same parameters, artifacts and trigger",
      examples: [
        "execution rerun 01J8ZK5T3V9Q2M7N4R6S8W0XYB --follow",
        "execution rerun 01J8ZK5T3V9Q2M7N4R6S8W0XYB --same",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          ...followFlags,
          same: flag.yes("The pipeline as it was then, not as it is now"),
          follow: flag.yes("Wait until it has ended"),
        },
        positional: one,
      },
      load: () => import("./rerun.ts").then((module) => module.rerunExecution),
    }),
    cancel: command({
      brief: "Cancel a running execution",
      examples: ["execution cancel 01J8ZK5T3V9Q2M7N4R6S8W0XYB --reason 'wrong version'"],
      parameters: { flags: { ...serverFlags, reason, follow: flag.yes("Wait until it has ended") }, positional: one },
      load: () => load().then((module) => module.cancelExecution),
    }),
    pause: command({
      brief: "Let a running execution begin no further stage",
      examples: ["execution pause 01J8ZK5T3V9Q2M7N4R6S8W0XYB"],
      parameters: { flags: serverFlags, positional: one },
      load: () => load().then((module) => module.pauseExecution),
    }),
    resume: command({
      brief: "Let a paused execution go on",
      examples: ["execution resume 01J8ZK5T3V9Q2M7N4R6S8W0XYB"],
      parameters: { flags: serverFlags, positional: one },
      load: () => load().then((module) => module.resumeExecution),
    }),
    judge: command({
      brief: "Answer a manual judgement",
      about: "Without a decision it asks, in a terminal. --stage is needed only where several judgements wait.",
      examples: [
        "execution judge 01J8ZK5T3V9Q2M7N4R6S8W0XYB continue",
        "execution judge 01J8ZK5T3V9Q2M7N4R6S8W0XYB stop --reason 'too slow'",
      ],
      parameters: {
        flags: {
          ...serverFlags,
          stage: flag.text("The stage's refId, name or id", "STAGE"),
          input: flag.text("One of the judgement's options", "OPTION"),
          reason,
        },
        positional: {
          kind: "tuple",
          parameters: [
            execution,
            argument.optional("DECISION", "continue or stop", async (partial) =>
              ["continue", "stop"].filter((each) => each.startsWith(partial)),
            ),
          ],
        },
      },
      load: () => import("./judge.ts").then((module) => module.judgeExecution),
    }),
    skip: command({
      brief: "Skip a stage, or what is left of its wait",
      examples: ["execution skip 01J8ZK5T3V9Q2M7N4R6S8W0XYB 'Wait a day'"],
      parameters: { flags: { ...serverFlags, reason }, positional: withStage },
      load: () => load().then((module) => module.skipStage),
    }),
    restart: command({
      brief: "Run a stage and everything after it again",
      examples: ["execution restart 01J8ZK5T3V9Q2M7N4R6S8W0XYB Deploy"],
      parameters: { flags: serverFlags, positional: withStage },
      load: () => load().then((module) => module.restartStage),
    }),
    remove: command({
      brief: "Delete an execution that has ended, with all that is kept about it",
      examples: ["execution remove 01J8ZK5T3V9Q2M7N4R6S8W0XYB"],
      parameters: { flags: serverFlags, positional: one },
      load: () => load().then((module) => module.removeExecution),
    }),
    retention: buildRouteMap({
      routes: {
        get: command({
          brief: "Show how long ended executions are kept",
          examples: ["execution retention get", "execution retention get shop"],
          parameters: { flags: serverFlags, positional: ofApplication },
          load: () => import("./retention.ts").then((module) => module.showRetention),
        }),
        set: command({
          brief: "Change how long ended executions are kept, on the whole server or of one application",
          about: "An execution is removed when neither --days nor --last keeps it. Running ones are never removed.",
          examples: ["execution retention set --days 90 --last 50", "execution retention set shop --forever"],
          parameters: {
            flags: {
              ...serverFlags,
              days: flag.count("Keep each at least this many days after its end"),
              last: flag.count("Keep at least this many of each pipeline"),
              forever: flag.yes("Keep all"),
            },
            positional: ofApplication,
          },
          load: () => import("./retention.ts").then((module) => module.setRetention),
        }),
        clear: command({
          brief: "Let the server's policy hold for an application again",
          examples: ["execution retention clear shop"],
          parameters: {
            flags: serverFlags,
            positional: {
              kind: "tuple",
              parameters: [argument.required("APPLICATION", "The application", proposeApplications)],
            },
          },
          load: () => import("./retention.ts").then((module) => module.clearRetention),
        }),
      },
      docs: { brief: "How long ended executions are kept" },
    }),
  },
  docs: { brief: "Executions of pipelines and operations" },
});
