import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";
import { expect, test } from "vitest";
import { problemsOfEvents } from "./event-history.ts";

const task = { id: "1", name: "create", status: "SUCCEEDED" };
const stage = { id: "s", name: "Deploy", status: "SUCCEEDED", tasks: [task] };
const execution = { id: "e", status: "SUCCEEDED", stages: [stage] } as unknown as Execution;

const event = (type: string, data: LiveEvent["data"]): LiveEvent => ({
  type,
  application: "shop",
  subject: "e",
  time: "2026-01-01T00:00:00.000Z",
  data,
});
const story = [
  event("execution.status", { status: "RUNNING" }),
  event("stage.status", { stageId: "s", status: "RUNNING" }),
  event("task.status", { stageId: "s", taskId: "1", status: "RUNNING" }),
  event("task.status", { stageId: "s", taskId: "1", status: "SUCCEEDED" }),
  event("stage.status", { stageId: "s", status: "SUCCEEDED" }),
  event("execution.status", { status: "SUCCEEDED" }),
];

test("a story told whole and once has no problem, whatever is told of others in between", () => {
  const other = { ...event("execution.status", { status: "RUNNING" }), subject: "other" };
  expect(problemsOfEvents([execution], story.toSpliced(3, 0, other, other))).toEqual([]);
});

test.each(story.map((_event, index) => index).filter((index) => index > 2))("event %i missing is found", (index) => {
  expect(problemsOfEvents([execution], story.toSpliced(index, 1))).toHaveLength(1);
});

test.each(story.map((_event, index) => index))("event %i told twice is found", (index) => {
  const twice = story.slice(index, index + 1);
  expect(problemsOfEvents([execution], story.toSpliced(index, 0, ...twice))).toEqual([
    expect.stringContaining("was told twice"),
  ]);
});
