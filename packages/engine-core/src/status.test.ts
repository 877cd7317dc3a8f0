import { expect, test } from "vitest";
import type { Stage, Status } from "./model.ts";
import { newStage } from "./new-execution.ts";
import {
  executionStatus,
  failureStatus,
  isActive,
  isComplete,
  isFailure,
  isHalt,
  isPassing,
  stageStatus,
} from "./status.ts";

test.each([
  // status, complete, halt, failure, passing, active
  ["NOT_STARTED", false, false, false, false, false],
  ["RUNNING", false, false, false, false, true],
  ["PAUSED", false, false, false, false, true],
  ["SUSPENDED", false, false, false, false, true],
  ["SUCCEEDED", true, false, false, true, false],
  ["FAILED_CONTINUE", true, false, true, true, false],
  ["SKIPPED", true, false, false, true, false],
  ["TERMINAL", true, true, true, false, false],
  ["CANCELED", true, true, false, false, false],
  ["STOPPED", true, true, true, false, false],
  ["REDIRECT", false, false, false, false, false],
  ["BUFFERED", false, false, false, false, false],
] as const)("%s", (status, complete, halt, failure, passing, active) => {
  expect([isComplete(status), isHalt(status), isFailure(status), isPassing(status), isActive(status)]).toEqual([
    complete,
    halt,
    failure,
    passing,
    active,
  ]);
});

const made = (patch: Partial<Stage>): Stage => ({
  ...newStage({ id: "s", refId: "1", type: "t", name: "n", requisites: [], source: {}, parentId: null, owner: null }),
  ...patch,
});
const tasks = (...list: Status[]): Stage["tasks"] =>
  list.map((status, index) => ({
    id: String(index),
    name: "t",
    status,
    startTime: 1,
    endTime: 1,
    attempt: 1,
    pausedBefore: 0,
    timeoutMs: 1,
    loopStart: false,
    waiting: null,
  }));

test.each([
  [[], "NOT_STARTED"],
  [["SUCCEEDED", "SKIPPED"], "SUCCEEDED"],
  [["SUCCEEDED", "FAILED_CONTINUE", "CANCELED", "STOPPED", "TERMINAL"], "TERMINAL"],
  [["FAILED_CONTINUE", "CANCELED", "STOPPED"], "STOPPED"],
  [["FAILED_CONTINUE", "CANCELED"], "CANCELED"],
  [["SUCCEEDED", "FAILED_CONTINUE"], "FAILED_CONTINUE"],
  [["SUCCEEDED", "NOT_STARTED"], "TERMINAL"],
] as const)("a stage with parts %j is %s", (list, expected) => {
  expect(stageStatus(made({ tasks: tasks(...list) }), [])).toBe(expected);
});

test("after-stages that have not begun keep a stage RUNNING; a TERMINAL part follows the stage's own rule", () => {
  const after = made({ id: "c", parentId: "s", owner: "STAGE_AFTER" });
  expect(stageStatus(made({ tasks: tasks("SUCCEEDED") }), [after])).toBe("RUNNING");
  expect(stageStatus(made({ tasks: tasks("TERMINAL"), context: { failPipeline: false } }), [])).toBe("STOPPED");
  expect(stageStatus(made({ planningFailed: true, context: { continuePipeline: true } }), [])).toBe("FAILED_CONTINUE");
});

test("only the JSON value true counts as a flag", () => {
  expect(failureStatus({ continuePipeline: "true" })).toBe("TERMINAL");
  expect(failureStatus({ failPipeline: "true" })).toBe("STOPPED");
  expect(failureStatus({}, "CANCELED")).toBe("CANCELED");
});

test.each([
  [["SUCCEEDED", "SKIPPED", "FAILED_CONTINUE"], { canMove: false, unreachable: false }, "SUCCEEDED"],
  [["CANCELED", "TERMINAL"], { canMove: true, unreachable: false }, "TERMINAL"],
  [["CANCELED", "RUNNING"], { canMove: true, unreachable: false }, "CANCELED"],
  [["STOPPED", "RUNNING"], { canMove: true, unreachable: false }, "undecided"],
  [["STOPPED", "NOT_STARTED"], { canMove: false, unreachable: false }, "SUCCEEDED"],
  [["SUCCEEDED", "NOT_STARTED"], { canMove: false, unreachable: true }, "stuck"],
] as const)("a run with top-level stages %j %j is %s", (list, facts, expected) => {
  const stages = list.map((status) => made({ status }));
  expect(executionStatus(stages, { ...facts, failAfterwards: false })).toBe(expected);
  const afterwards = executionStatus(stages, { ...facts, failAfterwards: true });
  expect(afterwards).toBe(expected === "SUCCEEDED" && list.includes("STOPPED" as never) ? "TERMINAL" : expected);
});
