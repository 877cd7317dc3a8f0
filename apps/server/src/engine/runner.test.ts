import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { newExecution } from "@gennaker/engine-core/new-execution.ts";
import type { Execution, Message, Stage, Task } from "@gennaker/engine-core/model.ts";
import { TaskError, type StageType, type TaskContext, type TaskResult } from "./api.ts";
import type { Claim, Wait } from "./claims.ts";
import { createEvaluator } from "./evaluation.ts";
import { createLookups } from "./lookups.ts";
import { type as stageType } from "./fixtures/stage-types.ts";
import { createRunner } from "./runner.ts";

const start = 1_000_000;

type Given = {
  run?: (context: TaskContext) => Promise<TaskResult>;
  type?: Partial<StageType>;
  context?: JsonObject;
  task?: Partial<Task>;
  backoffMs?: number;
  claim?: Partial<Claim>;
  cancel?: boolean;
  execution?: Partial<Execution>;
};

/** One running stage with one task, a runner, and what the runner told the engine. */
function scene(given: Given) {
  const reports: Message[] = [];
  const waits: Wait[] = [];
  const told: string[] = [];
  const limits = { limitConcurrent: false, maxConcurrentExecutions: 0, keepWaitingPipelines: false };
  const base = {
    id: "e",
    type: "PIPELINE",
    application: "a",
    name: "p",
    pipelineConfigId: null,
    user: "u",
    parentExecution: null,
    limits,
  } as const;
  const made = newExecution(
    { ...base, stages: [{ refId: "1", type: "t", ...given.context }], trigger: {}, initialConfig: {} },
    start,
    () => "s",
  );
  const task: Task = {
    id: "1",
    name: "tTask",
    status: "RUNNING",
    startTime: start,
    endTime: null,
    attempt: 1,
    pausedBefore: 0,
    timeoutMs: 60_000,
    loopStart: false,
    waiting: null,
    ...given.task,
  };
  const kind = given.cancel === true ? "cancel" : "run";
  const own = {
    ...(made.stages.get("s") as Stage),
    status: "RUNNING",
    startTime: start,
    tasks: [task],
    activity: { kind, taskId: "1", aborting: null },
  } as const;
  const execution: Execution = { ...made, status: "RUNNING", stages: new Map([["s", own]]), ...given.execution };
  const definition: StageType = {
    ...stageType(
      "t",
      given.run ?? (async () => ({ status: "SUCCEEDED" })),
      given.backoffMs === undefined ? {} : { backoffMs: given.backoffMs },
    ),
    ...given.type,
  };
  const now = () => start + 10;
  const runner = createRunner({
    types: new Map([["t", definition]]),
    evaluator: createEvaluator(createLookups({}, Date.now), now),
    lookups: createLookups({}, Date.now),
    now,
    log: (_level, message) => told.push(message),
    report: async (_claim, message) => reports.push(message) > 0,
    putBack: async (_claim, wait) => void waits.push(wait),
    letGo: async () => void told.push("let go"),
    discard: async () => void told.push("discarded"),
    freed: () => undefined,
  });
  const claim: Claim = {
    executionId: "e",
    stageId: "s",
    kind,
    taskId: "1",
    attempt: 1,
    fencing: 7,
    failures: 0,
    cancelRequested: false,
    ...given.claim,
  };
  runner.begin(claim, execution);
  const settled = async () => {
    while (runner.has("e", "s")) await sleep(1);
  };
  return { runner, reports, waits, told, settled };
}

const ids = { stageId: "s", taskId: "1", attempt: 1 };

test("a result is reported as plain JSON, with the operation key the same for each look", async () => {
  let key = "";
  const { reports, settled } = scene({
    run: async (context) => {
      key = context.operationKey;
      return {
        status: "SUCCEEDED",
        outputs: { at: new Date(0) as unknown as string, gone: undefined as unknown as string },
        context: { a: 1 },
      };
    },
  });
  await settled();
  expect(key).toBe("e/s/1/1");
  expect(reports).toEqual([
    {
      type: "RecordTask",
      ...ids,
      outcome: { status: "SUCCEEDED", context: { a: 1 }, outputs: { at: "1970-01-01T00:00:00.000Z" } },
    },
  ]);
});

test("RUNNING that changes nothing is put back without a transition; its wait is the longer of back-off and backoffPeriodMs", async () => {
  const running = async (): Promise<TaskResult> => ({ status: "RUNNING", wakeOn: ["topic"] });
  const plain = scene({ run: running, backoffMs: 200 });
  await plain.settled();
  const raised = scene({ run: running, backoffMs: 200, context: { backoffPeriodMs: 5_000 } });
  await raised.settled();
  expect(plain.reports).toEqual([]);
  expect(plain.waits).toEqual([{ due: start + 210, topics: ["topic"] }]);
  expect(raised.waits[0]?.due).toBe(start + 5_010);
  const asked = async (): Promise<TaskResult> => ({ status: "RUNNING", retryAfterMs: 300 });
  const wanted = scene({ run: asked, context: { backoffPeriodMs: 5_000 } });
  await wanted.settled();
  expect(wanted.waits[0]?.due).toBe(start + 5_010);
  const text = scene({ run: asked, context: { backoffPeriodMs: "5000" } });
  await text.settled();
  expect(text.waits[0]?.due).toBe(start + 310);
});

test("a look is never later than the deadline, and a changed reason is recorded", async () => {
  const waiting = { code: "w", message: "why" };
  const { reports, settled } = scene({
    run: async () => ({ status: "RUNNING", retryAfterMs: 999_999, waiting }),
    task: { timeoutMs: 50 },
  });
  await settled();
  expect(reports).toEqual([
    { type: "RecordTask", ...ids, outcome: { status: "RUNNING", due: start + 50, wakeOn: [], waiting } },
  ]);
});

test("a task whose time is up is not run again", async () => {
  let ran = false;
  const { reports, settled } = scene({
    run: async () => {
      ran = true;
      return { status: "SUCCEEDED" };
    },
    task: { timeoutMs: 5 },
  });
  await settled();
  expect(ran).toBe(false);
  expect(reports).toEqual([{ type: "TimeOutTask", ...ids }]);
});

test("a task that runs into its deadline is aborted; a result that is final all the same counts", async () => {
  const stubborn = scene({
    run: ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    task: { timeoutMs: 40 },
  });
  const finished = scene({
    run: ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({ status: "SUCCEEDED" }))),
    task: { timeoutMs: 40 },
  });
  await stubborn.settled();
  await finished.settled();
  expect(stubborn.reports).toEqual([{ type: "TimeOutTask", ...ids }]);
  expect(finished.reports).toEqual([{ type: "RecordTask", ...ids, outcome: { status: "SUCCEEDED" } }]);
});

test.each([
  ["a retryable TaskError", new TaskError("busy", "Busy.", { retryable: true, details: { n: 1 } }), "busy"],
  ["a GennakerError of a retryable code", new GennakerError("upstream_failed", "Down."), "upstream_failed"],
  [
    "a database that is away",
    Object.assign(new Error("terminating connection"), { code: "57P01" }),
    "database_unavailable",
  ],
])("%s is tried again, each time twice as late", async (_name, error, code) => {
  const { reports, settled } = scene({
    run: async () => {
      throw error;
    },
    backoffMs: 100,
    claim: { failures: 2 },
  });
  await settled();
  const [report] = reports;
  expect(report).toMatchObject({
    type: "RecordTask",
    outcome: { status: "RUNNING", due: start + 10 + 400, failures: 3, waiting: { code } },
  });
  expect(report?.type === "RecordTask" && report.outcome.waiting?.message).toContain("Tried 3 times");
});

test("any other error fails the task, with the exception as Orca keeps it", async () => {
  const { reports, settled } = scene({
    run: async () => {
      throw new TypeError("no such thing");
    },
  });
  await settled();
  const exception = {
    timestamp: start + 10,
    exceptionType: "TypeError",
    operation: "tTask",
    details: { error: "Unexpected Task Failure", errors: ["no such thing"] },
    shouldRetry: false,
  };
  expect(reports).toEqual([
    { type: "FailTask", ...ids, failure: { code: "task.failed", message: "no such thing" }, exception },
  ]);
});

const untilAborted = ({ signal }: TaskContext) =>
  new Promise<TaskResult>((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));

test("cancel aborts and says so; a lost claim aborts and says nothing", async () => {
  const canceled = scene({ run: untilAborted });
  canceled.runner.abort("e", "s", 7, "cancel");
  await canceled.settled();
  const lost = scene({ run: untilAborted });
  lost.runner.abort("e", "s", 6, "lost");
  expect(lost.runner.has("e", "s")).toBe(true);
  lost.runner.abort("e", "s", 7, "lost");
  await lost.settled();
  expect(canceled.reports).toEqual([{ type: "TaskAborted", stageId: "s", taskId: "1" }]);
  expect(lost.reports).toEqual([]);
});

test("a claim that was asked to end before it began does not begin; one that the execution does not know is discarded", async () => {
  const asked = scene({ claim: { cancelRequested: true } });
  await asked.settled();
  expect(asked.reports).toEqual([{ type: "TaskAborted", stageId: "s", taskId: "1" }]);
  const unknown = scene({ claim: { taskId: "9" } });
  await unknown.settled();
  expect([unknown.reports, unknown.told]).toEqual([[], ["discarded"]]);
});

test("stop waits for what ends in time, and aborts the rest without a report", async () => {
  const quick = scene({ run: () => new Promise((resolve) => setTimeout(() => resolve({ status: "SUCCEEDED" }), 20)) });
  await quick.runner.stop(1_000);
  expect(quick.reports).toHaveLength(1);
  const slow = scene({ run: untilAborted });
  await slow.runner.stop(20);
  expect(slow.reports).toEqual([]);
  expect(slow.runner.busy()).toBe(0);
});

test("cancel of a stage reports what it undid; when it fails, the failure says that something may be left", async () => {
  const undone = scene({
    cancel: true,
    type: { cancel: async ({ operationKey }) => ({ outputs: { key: operationKey } }) },
  });
  await undone.settled();
  expect(undone.reports).toEqual([{ type: "CancelFinished", stageId: "s", outputs: { key: "e/s/1/1" } }]);
  const failed = scene({
    cancel: true,
    type: {
      cancel: async () => {
        throw new Error("still there");
      },
    },
  });
  await failed.settled();
  expect(failed.reports[0]).toMatchObject({
    type: "CancelFinished",
    failure: { message: "Canceled. What it had begun could not be undone: still there" },
  });
});

test("a stage that halts because its time is up undoes what it had begun; one that goes on does not", async () => {
  const begun: boolean[] = [];
  const cancel: NonNullable<StageType["cancel"]> = async ({ signal }) => {
    begun.push(signal.aborted);
    return { context: { child: "canceled" } };
  };
  const late = (context: JsonObject, type: Partial<StageType> = { cancel }) =>
    scene({ run: untilAborted, task: { timeoutMs: 30 }, context, type });
  const halted = late({ failPipeline: false });
  await halted.settled();
  expect(halted.reports).toEqual([{ type: "TimeOutTask", ...ids, undone: { context: { child: "canceled" } } }]);
  expect(begun).toEqual([false]);
  for (const goesOn of [{ continuePipeline: true }, { markSuccessfulOnTimeout: true }]) {
    const { reports, settled } = late(goesOn);
    await settled();
    expect(reports).toEqual([{ type: "TimeOutTask", ...ids }]);
  }
  expect(begun).toHaveLength(1);
  const broken = late({}, { cancel: () => Promise.reject(new Error("still there")) });
  await broken.settled();
  expect(broken.reports[0]).toMatchObject({ undone: { failure: { message: expect.stringContaining("still there") } } });
});

test("undoing after the time is up is taken over when the server stops, and gives way to a cancel", async () => {
  const type: Partial<StageType> = {
    cancel: ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
  };
  const given = { task: { timeoutMs: 5 }, type };
  const stopped = scene(given);
  await stopped.runner.stop(20);
  expect(stopped.reports).toEqual([]);
  const canceled = scene(given);
  canceled.runner.abort("e", "s", 7, "cancel");
  await canceled.settled();
  expect(canceled.reports).toEqual([{ type: "TaskAborted", stageId: "s", taskId: "1" }]);
});

test("a task that the stage type no longer has is an error with its name", async () => {
  const { reports, settled } = scene({ task: { name: "older" } });
  await settled();
  expect(reports[0]).toMatchObject({
    type: "FailTask",
    failure: { message: expect.stringContaining('no longer has the task "older"') as string },
  });
});
