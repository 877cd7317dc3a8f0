import { expect, test } from "vitest";
import { pageStart, stageOfStep, stagesOf, stepsOnPage, within } from "./history-state.ts";

test.each([
  [0, 0],
  [1, 0],
  [stepsOnPage, 0],
  [stepsOnPage + 1, stepsOnPage],
  [3 * stepsOnPage, 2 * stepsOnPage],
])("step %i stands on the page that begins after %i", (at, start) => {
  expect(pageStart(at)).toBe(start);
});

test("a step beyond the ends is the nearest there is", () => {
  expect([within(-3, 9), within(4, 9), within(12, 9), within(1, 0)]).toEqual([0, 4, 9, 0]);
});

test("the graph gets the stages as they stood, and nothing before the first step", () => {
  const stage = {
    id: "s1",
    refId: "1",
    type: "wait",
    name: "Wait",
    status: "RUNNING" as const,
    requisiteStageRefIds: [],
    parentStageId: null,
    syntheticStageOwner: null,
    startTime: null,
    endTime: null,
    failure: null,
    tasks: [],
  };
  const state = {
    status: "RUNNING" as const,
    startTime: null,
    endTime: null,
    canceled: false,
    canceledBy: null,
    cancellationReason: null,
    paused: null,
    failure: null,
    stages: [stage],
  };
  expect(stagesOf(state)).toEqual([{ ...stage, context: {}, outputs: {} }]);
  expect(stagesOf(null)).toEqual([]);
});

test("a step names its stage, or the whole run", () => {
  const step = { number: 2, time: "", text: "", task: null, before: null, after: null };
  const steps = [
    { ...step, number: 1, stage: null },
    { ...step, stage: { id: "s1", refId: "1", name: "Wait" } },
  ];
  expect([stageOfStep(steps, 1), stageOfStep(steps, 2), stageOfStep(steps, 7)]).toEqual([null, "s1", null]);
});
