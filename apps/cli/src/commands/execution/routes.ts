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
const reason = flag.text("Why, for those who look at it later", "TEXT");
const load = () => import("./handlers.ts");

export const executionRoutes = buildRouteMap({
  routes: {
    list: command({
      brief: "List executions, newest first",
      examples: ["execution list shop --limit 10", "executions list --status RUNNING --json"],
      parameters: {
        flags: {
          ...serverFlags,
          pipeline: flag.text(
            "Only of this pipeline: its name in the application, APPLICATION/NAME, or id",
            "PIPELINE",
          ),
          status: {
            kind: "enum",
            values: statuses,
            brief: "Only with this status; may be given several times",
            optional: true,
            variadic: true,
          },
          limit: flag.count("At most this many (default 25)"),
          before: flag.text("Only those older than this one", "EXECUTION"),
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
  },
  docs: { brief: "Executions of pipelines and operations" },
});
