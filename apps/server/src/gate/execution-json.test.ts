import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ExecutionView, StageView } from "../engine/api.ts";
import { executionJson, taskJson } from "./execution-json.ts";
import { differences } from "./fixtures/shape.ts";

type Recorded = { trigger: object; stages: { tasks: object[] }[] };
function recorded(name: string): Recorded & Record<string, unknown> {
  const read: unknown = JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8"));
  return (Array.isArray(read) ? read[0] : read) as Recorded & Record<string, unknown>;
}

function stage(more: Partial<StageView> = {}): StageView {
  return {
    id: "01S",
    refId: "1",
    type: "wait",
    name: "Wait",
    status: "SUCCEEDED",
    requisiteStageRefIds: [],
    parentStageId: null,
    syntheticStageOwner: null,
    startTime: "2026-01-02T03:04:06.000Z",
    endTime: "2026-01-02T03:04:07.000Z",
    context: { waitTime: 1 },
    outputs: {},
    failure: null,
    tasks: [
      {
        id: "1",
        name: "wait",
        status: "SUCCEEDED",
        startTime: "2026-01-02T03:04:06.000Z",
        endTime: "2026-01-02T03:04:07.000Z",
        attempt: 1,
        waiting: null,
      },
      {
        id: "2",
        name: "done",
        status: "SUCCEEDED",
        startTime: "2026-01-02T03:04:06.000Z",
        endTime: "2026-01-02T03:04:07.000Z",
        attempt: 1,
        waiting: null,
      },
    ],
    ...more,
  };
}

const succeeded: ExecutionView = {
  id: "01E",
  type: "PIPELINE",
  application: "shop",
  name: "Ship",
  pipelineConfigId: "c",
  status: "SUCCEEDED",
  buildTime: "2026-01-02T03:04:05.678Z",
  startTime: "2026-01-02T03:04:06.000Z",
  endTime: "2026-01-02T03:04:07.000Z",
  canceled: false,
  canceledBy: null,
  cancellationReason: null,
  paused: null,
  trigger: { type: "manual", user: "ann" },
  authentication: { user: "ann" },
  parentExecution: null,
  failure: null,
  stages: [stage()],
  initialConfig: { spelEvaluator: "v4", templateVariables: {}, limitConcurrent: true, name: "Ship" },
};
const running: ExecutionView = {
  ...succeeded,
  status: "RUNNING",
  endTime: null,
  stages: [stage({ status: "RUNNING", endTime: null, tasks: [] })],
  initialConfig: {},
};

describe("an execution beside recorded ones", () => {
  test.each([
    ["kubernetes-execution-succeeded.json", succeeded],
    ["manual-execution-running.json", running],
  ])("%s: has every key, of the same type", (name, ours) => {
    const theirs = recorded(name);
    const answer = executionJson(ours) as unknown as Recorded;
    expect(differences(theirs, answer)).toEqual([]);
    expect(differences(theirs.stages[0] as object, answer.stages[0] as object)).toEqual([]);
    const task = theirs.stages[0]?.tasks[0];
    if (task) expect(differences(task, answer.stages[0]?.tasks[0] as object)).toEqual([]);
    expect(answer.trigger).toMatchObject({ executionId: ours.id, expectedArtifacts: [], preferred: false });
  });

  test("says nothing where there is nothing to say, and times in epoch milliseconds", () => {
    const answer = executionJson(running);
    for (const key of [
      "endTime",
      "canceledBy",
      "cancellationReason",
      "paused",
      "spelEvaluator",
      "templateVariables",
      "description",
    ])
      expect(answer).not.toHaveProperty(key);
    expect(answer).toMatchObject({ buildTime: 1767323045678, maxConcurrentExecutions: 0, limitConcurrent: false });
    const paused = executionJson({
      ...running,
      status: "PAUSED",
      paused: { pausedBy: "ann", pauseTime: "2026-01-02T03:04:08.000Z", resumeTime: null },
    });
    expect(paused["paused"]).toEqual({ pausedBy: "ann", pauseTime: 1767323048000 });
  });

  test("marks a stage's first and last task, and who a synthetic stage belongs to", () => {
    const answer = executionJson({
      ...succeeded,
      stages: [stage(), stage({ parentStageId: "01S", syntheticStageOwner: "STAGE_BEFORE" })],
    }) as unknown as {
      stages: { tasks: { stageStart: boolean; stageEnd: boolean }[] }[];
    };
    expect(answer.stages[0]?.tasks.map(({ stageStart, stageEnd }) => [stageStart, stageEnd])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(answer.stages[1]).toMatchObject({ parentStageId: "01S", syntheticStageOwner: "STAGE_BEFORE" });
  });
});

test("a task shows its stages' steps and variables", () => {
  expect(taskJson({ ...succeeded, type: "ORCHESTRATION" })).toMatchObject({
    id: "01E",
    status: "SUCCEEDED",
    steps: [{ name: "wait", status: "SUCCEEDED", startTime: 1767323046000 }, { name: "done" }],
    variables: [{ key: "waitTime", value: 1 }],
    execution: { id: "01E", description: "Ship" },
  });
});
