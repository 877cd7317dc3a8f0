import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ExecutionView, RunText, StageText, StageView } from "../engine/api.ts";
import { executionJson, executionText, taskJson } from "./execution-json.ts";
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

/** The view's run as the engine reads it for those who only pass it on. */
function textOf(view: ExecutionView): RunText {
  const epoch = (time: string | null) => (time === null ? null : Date.parse(time));
  const { paused } = view;
  return {
    ...view,
    buildTime: epoch(view.buildTime),
    startTime: epoch(view.startTime),
    endTime: epoch(view.endTime),
    user: view.authentication.user,
    paused: paused && { ...paused, pauseTime: epoch(paused.pauseTime), resumeTime: epoch(paused.resumeTime) },
    version: 1,
    stages: view.stages.map((each) => ({
      ...each,
      startTime: epoch(each.startTime),
      endTime: epoch(each.endTime),
      requisites: each.requisiteStageRefIds,
      parentId: each.parentStageId,
      owner: each.syntheticStageOwner,
      tasks: each.tasks.map((task) => ({ ...task, startTime: epoch(task.startTime), endTime: epoch(task.endTime) })),
      context: JSON.stringify(each.context),
      outputs: JSON.stringify(each.outputs),
    })) as unknown as StageText[],
  } as unknown as RunText;
}

test.each([
  ["ended", succeeded],
  ["running", running],
  ["paused", { ...running, paused: { pausedBy: "ann", pauseTime: "2026-01-02T03:04:08.000Z", resumeTime: null } }],
  ["without stages", { ...running, stages: [] }],
  [
    "with synthetic stages",
    { ...succeeded, stages: [stage({ parentStageId: "01S", syntheticStageOwner: "STAGE_AFTER" })] },
  ],
  [
    "with odd texts",
    { ...succeeded, stages: [stage({ context: { 'a"b': "\u0000}]", n: null }, outputs: { x: [{}] } })] },
  ],
])("the text of a run that is %s says the same as its JSON", (_what, view: ExecutionView) => {
  expect(JSON.parse(executionText(textOf(view)))).toEqual(executionJson(view));
});

test("what stages know is passed on word for word, numbers too", () => {
  const run = textOf(succeeded);
  const context = '{"large":12345678901234567890,"exact":1.0}';
  const text = executionText({ ...run, stages: run.stages.map((each) => ({ ...each, context })) });
  expect(text).toContain(`"context":${context}`);
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
