import { expect, test } from "vitest";
import { createStyle } from "../output/style.ts";
import { aStage, aTask, anExecution } from "../testing/builders.ts";
import { progressLines } from "./progress-lines.ts";

const now = Date.parse("2026-05-04T10:00:10.000Z");
const lines = (before: Parameters<typeof progressLines>[0], after: Parameters<typeof progressLines>[1]) =>
  progressLines(before, after, createStyle(false), now);
const started = "2026-05-04T10:00:00.000Z";

test("the first look tells what has begun and is silent about the rest", () => {
  const execution = anExecution({ stages: [aStage({ refId: "1", status: "RUNNING" }), aStage({ refId: "2" })] });
  expect(lines(null, execution)).toEqual(["deploy  shop  01EXECUTION", "  Stage 1  RUNNING"]);
});

test("nothing is said twice", () => {
  const execution = anExecution({
    stages: [aStage({ status: "RUNNING", tasks: [aTask({ waiting: { code: "c", message: "Waits" } })] })],
  });
  expect(lines(null, execution)).toContain("  Stage 1  Waits");
  expect(lines(execution, structuredClone(execution))).toEqual([]);
});

test("a changed reason is told, below the names of the outer stages", () => {
  const at = (message: string) =>
    anExecution({
      stages: [
        aStage({ refId: "1", name: "Deploy", status: "RUNNING" }),
        aStage({
          refId: "1<1",
          name: "Create",
          parentStageId: "S1",
          status: "RUNNING",
          tasks: [aTask({ waiting: { code: "c", message } })],
        }),
      ],
    });
  expect(lines(at("0 of 2 up"), at("1 of 2 up"))).toEqual(["  Deploy › Create  1 of 2 up"]);
});

test("the end tells the failed stage with its reason, then the outcome", () => {
  const before = anExecution({ stages: [aStage({ status: "RUNNING" })] });
  const failure = { code: "x", message: "no space left" };
  const after = anExecution({
    status: "TERMINAL",
    endTime: "2026-05-04T10:00:08.000Z",
    stages: [aStage({ status: "TERMINAL", startTime: started, endTime: "2026-05-04T10:00:07.000Z", failure })],
  });
  expect(lines(before, after)).toEqual(["  Stage 1  TERMINAL  7s", "  Stage 1  no space left", "TERMINAL after 8s"]);
});

test("an execution that had ended before is told whole", () => {
  const done = anExecution({ status: "CANCELED", canceled: true, canceledBy: "kim", endTime: started });
  expect(lines(null, done)).toEqual(["deploy  shop  01EXECUTION", "CANCELED after 0ms: cancelled by kim"]);
});
