import type { Execution, Stage, Status, Task } from "@gennaker/contract/resources/execution.ts";
import { at } from "./time.ts";

type Short = Partial<Omit<Stage, "tasks">> &
  Pick<Stage, "refId" | "type" | "name" | "status"> & { after?: string[]; from?: number; to?: number; tasks?: Task[] };

function task(name: string, status: Status, more: Partial<Task> = {}): Task {
  return {
    id: name,
    name,
    status,
    startTime: at(-40),
    endTime: status === "RUNNING" || status === "NOT_STARTED" ? null : at(-38),
    attempt: 1,
    waiting: null,
    ...more,
  };
}

function stage({ after = [], from, to, tasks = [], ...short }: Short): Stage {
  return {
    id: `stage-${short.refId}`,
    requisiteStageRefIds: after,
    parentStageId: null,
    syntheticStageOwner: null,
    context: {},
    outputs: {},
    failure: null,
    startTime: from === undefined ? null : at(from),
    endTime: to === undefined ? null : at(to),
    tasks,
    ...short,
  };
}

const inside = (parent: string, owner: "STAGE_BEFORE" | "STAGE_AFTER") => ({
  parentStageId: `stage-${parent}`,
  syntheticStageOwner: owner,
});

function execution(
  id: string,
  name: string,
  status: Status,
  stages: Stage[],
  more: Partial<Execution> = {},
): Execution {
  return {
    id,
    type: "PIPELINE",
    application: "shop",
    name,
    pipelineConfigId: "ship",
    status,
    buildTime: at(-52),
    startTime: at(-52),
    endTime: null,
    canceled: false,
    canceledBy: null,
    cancellationReason: null,
    paused: null,
    trigger: { type: "manual", parameters: { version: "2.5.0", current: "2.4.0", pass: "90" } },
    authentication: { user: "jiwoo" },
    parentExecution: null,
    stages,
    ...more,
  };
}

const deployments = [
  stage({
    refId: "2<1",
    type: "deployCanaryServerGroups",
    name: "Deploy baseline and canary",
    status: "SUCCEEDED",
    from: -50,
    to: -44,
    ...inside("2", "STAGE_BEFORE"),
  }),
  stage({
    refId: "2<1<1",
    type: "createServerGroup",
    name: "Deploy in local",
    status: "SUCCEEDED",
    from: -50,
    to: -44,
    ...inside("2<1", "STAGE_BEFORE"),
  }),
  stage({
    refId: "2<2",
    type: "shiftTraffic",
    name: "Shift 10 % of the traffic to each side",
    status: "SUCCEEDED",
    from: -44,
    to: -42,
    after: ["2<1"],
    ...inside("2", "STAGE_BEFORE"),
  }),
];

const canaryExecution = execution("01CANARYRUN", "Ship", "RUNNING", [
  stage({
    refId: "1",
    type: "checkPreconditions",
    name: "Production is up",
    status: "SUCCEEDED",
    from: -52,
    to: -51,
    tasks: [task("checkPrecondition", "SUCCEEDED")],
  }),
  stage({
    refId: "2",
    type: "kayentaCanary",
    name: "Canary",
    status: "RUNNING",
    after: ["1"],
    from: -51,
    outputs: { canaryScores: [98, 96] },
    context: { analysisType: "realTime" },
    tasks: [
      task("prepareCanary", "SUCCEEDED"),
      task("runCanaryIntervals", "RUNNING", {
        waiting: {
          code: "canary.collecting",
          message: "Collects metrics for run 3 of 3, judged in 18 s; the last score is 96",
          details: { run: 3, runs: 3, due: at(30) },
        },
      }),
      task("aggregateCanaryResults", "NOT_STARTED", { startTime: null }),
    ],
  }),
  ...deployments,
  stage({ refId: "3", type: "deploy", name: "Replace production", status: "NOT_STARTED", after: ["2"] }),
  stage({ refId: "4", type: "webhook", name: "Tell the status page", status: "NOT_STARTED", after: ["2"] }),
  stage({ refId: "5", type: "destroyServerGroup", name: "Clean up", status: "NOT_STARTED", after: ["3", "4"] }),
]);

export const judgedExecution = execution("01JUDGEDRUN", "Release", "RUNNING", [
  stage({
    refId: "1",
    type: "wait",
    name: "Soak",
    status: "SUCCEEDED",
    from: -52,
    to: -42,
    tasks: [task("wait", "SUCCEEDED")],
  }),
  stage({
    refId: "2",
    type: "manualJudgment",
    name: "Go live?",
    status: "RUNNING",
    after: ["1"],
    from: -42,
    context: {
      instructions: "Look at the dashboard first.",
      judgmentInputs: [{ value: "all of it" }, { value: "half" }],
    },
    tasks: [
      task("waitForJudgment", "RUNNING", {
        waiting: { code: "judgment.waiting", message: "Waits for a person's decision: Look at the dashboard first." },
      }),
    ],
  }),
]);

const words =
  "The canary failed with score 55 (must be above 60): latency-p95 high: canary mean 55.9 ms is 2.21× the baseline's 25.3 ms; allowed 1.25×.";

const failedExecution = execution(
  "01FAILEDRUN",
  "Ship",
  "TERMINAL",
  [
    stage({
      refId: "1",
      type: "checkPreconditions",
      name: "Production is up",
      status: "SUCCEEDED",
      from: -900,
      to: -899,
    }),
    stage({
      refId: "2",
      type: "kayentaCanary",
      name: "Canary",
      status: "TERMINAL",
      after: ["1"],
      from: -899,
      to: -860,
      failure: { code: "canary.failed", message: words },
      tasks: [task("runCanaryIntervals", "TERMINAL")],
    }),
    stage({
      refId: "2>1",
      type: "cleanUp",
      name: "Clean up the canary",
      status: "SUCCEEDED",
      from: -866,
      to: -861,
      ...inside("2", "STAGE_AFTER"),
    }),
    stage({ refId: "3", type: "deploy", name: "Replace production", status: "NOT_STARTED", after: ["2"] }),
  ],
  { startTime: at(-900), endTime: at(-860), buildTime: at(-900) },
);

const all: Status[] = [
  "NOT_STARTED",
  "RUNNING",
  "PAUSED",
  "SUSPENDED",
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "SKIPPED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
  "REDIRECT",
  "BUFFERED",
];

/** One stage in every status. */
const motleyExecution = execution(
  "01MOTLEYRUN",
  "Every state",
  "PAUSED",
  all.map((status, index) =>
    stage({
      refId: String(index),
      type: index === 4 ? "pipeline" : "wait",
      name: `Stage ${status.toLowerCase()}`,
      status,
      after: index === 0 ? [] : [String(Math.floor((index - 1) / 2))],
      from: -50,
      context: index === 4 ? { executionId: "01FAILEDRUN", application: "shop" } : {},
    }),
  ),
  {
    paused: { pausedBy: "jiwoo", pauseTime: at(-10), resumeTime: null },
    parentExecution: { executionId: "01FAILEDRUN", stageId: "stage-1" },
  },
);

const canceledExecution = execution(
  "01CANCELEDRUN",
  "Resize shop-prod-v004 to 5",
  "CANCELED",
  [stage({ refId: "1", type: "resizeServerGroup", name: "Resize", status: "CANCELED", from: -3_000, to: -2_990 })],
  {
    type: "ORCHESTRATION",
    pipelineConfigId: null,
    canceled: true,
    canceledBy: "jiwoo",
    cancellationReason: "not needed any more",
    startTime: at(-3_000),
    endTime: at(-2_990),
    buildTime: at(-3_000),
  },
);

export const executions = [canaryExecution, judgedExecution, motleyExecution, failedExecution, canceledExecution];
