import { describe, expect, test } from "vitest";
import { aStage, aTask, anExecution } from "../testing/builders.ts";
import { executionReason, executionTree, inOrder } from "./execution-tree.ts";
import { createStyle } from "./style.ts";
import { displayWidth } from "./width.ts";

const now = Date.parse("2026-05-04T10:00:10.000Z");
const options = { style: createStyle(false), now, columns: null };
const started = "2026-05-04T10:00:00.000Z";
const waiting = (message: string) => [aTask({ waiting: { code: "some.code", message } })];

describe("the tree of an execution", () => {
  test("shows the order of running, inner stages below theirs, and why something waits or failed", () => {
    const execution = anExecution({
      stages: [
        aStage({
          refId: "2",
          name: "Ask",
          type: "manualJudgment",
          requisiteStageRefIds: ["1"],
          status: "RUNNING",
          startTime: started,
          tasks: waiting("Waits for a person"),
        }),
        aStage({
          refId: "1",
          name: "Deploy",
          type: "deploy",
          status: "FAILED_CONTINUE",
          startTime: started,
          endTime: "2026-05-04T10:00:04.000Z",
          failure: { code: "x", message: "no space" },
        }),
        aStage({
          refId: "1<1",
          name: "Create",
          parentStageId: "S1",
          syntheticStageOwner: "STAGE_BEFORE",
          status: "SUCCEEDED",
        }),
        aStage({
          refId: "1>1",
          name: "Clean",
          parentStageId: "S1",
          syntheticStageOwner: "STAGE_AFTER",
          status: "SKIPPED",
        }),
      ],
    });
    expect(executionTree(execution, options)).toEqual([
      "● RUNNING  deploy  shop  01EXECUTION  10s",
      "  ! Deploy (deploy)  4s",
      "    ✔ Create (wait)",
      "    » Clean (wait)",
      "    └ no space",
      "  ● Ask (manualJudgment)  10s",
      "    └ Waits for a person",
    ]);
  });

  test("folded, what has ended well is one line", () => {
    const inner = aStage({ refId: "1<1", name: "Create", parentStageId: "S1", syntheticStageOwner: "STAGE_BEFORE" });
    const done = anExecution({ stages: [aStage({ refId: "1", status: "SUCCEEDED" }), inner] });
    expect(executionTree(done, { ...options, compact: true })).toHaveLength(2);
    const running = anExecution({ stages: [aStage({ refId: "1", status: "RUNNING" }), inner] });
    expect(executionTree(running, { ...options, compact: true })).toHaveLength(3);
  });

  test("no line is wider than the terminal", () => {
    const long = "배포 서비스 ".repeat(20);
    const execution = anExecution({
      name: long,
      stages: [aStage({ name: long, status: "RUNNING", startTime: started, tasks: waiting(long) })],
    });
    for (const line of executionTree(execution, { ...options, columns: 60 }))
      expect(displayWidth(line)).toBeLessThanOrEqual(60);
  });

  test("words from outside lose their control characters", () => {
    const execution = anExecution({ stages: [aStage({ name: "a\u001b[2Jb" })] });
    expect(executionTree(execution, options).join("")).not.toContain("\u001b");
  });
});

test("who cancelled or paused is said", () => {
  expect(executionReason(anExecution({ canceled: true, canceledBy: "kim", cancellationReason: "wrong version" }))).toBe(
    "cancelled by kim: wrong version",
  );
  const paused = { pausedBy: "lee", pauseTime: started, resumeTime: null };
  expect(executionReason(anExecution({ status: "PAUSED", paused }))).toBe("paused by lee");
  expect(executionReason(anExecution({ paused }))).toBeNull();
});

test("a cycle or an unknown requirement loses no stage", () => {
  const stages = [
    aStage({ refId: "a", requisiteStageRefIds: ["b"] }),
    aStage({ refId: "b", requisiteStageRefIds: ["a", "gone"] }),
  ];
  expect(new Set(inOrder(stages))).toEqual(new Set(stages));
});
