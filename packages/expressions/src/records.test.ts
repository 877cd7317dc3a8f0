import { expect, test } from "vitest";
import { evaluateTemplate } from "./evaluate.ts";
import type { ExecutionData } from "./execution.ts";

const stage = (refId: string, more: object = {}) => ({
  id: `S${refId}`,
  refId,
  name: `Stage ${refId}`,
  type: "wait",
  status: "RUNNING",
  context: { a: 1 },
  outputs: {},
  requisiteStageRefIds: [],
  ...more,
});
const trigger = { type: "manual", artifacts: [{ type: "docker/image", name: "img", extra: 1 }] };
const execution: ExecutionData = {
  id: "E",
  application: "app",
  name: "p",
  buildTime: 7,
  status: "RUNNING",
  trigger,
  stages: [stage("1")],
};

const evaluate = (template: string, data: ExecutionData = execution, currentStageRefId = "1") =>
  evaluateTemplate(template, { context: { own: 1 }, execution: data, currentStageRefId }).result;
const parsed = (template: string, data?: ExecutionData) =>
  JSON.parse(String(evaluate(template, data))) as Record<string, unknown>;

test("an execution in a result has the engine's fields with their defaults, and none without a value", () => {
  expect(evaluate("${execution}")).toEqual({
    type: "PIPELINE",
    id: "E",
    application: "app",
    name: "p",
    buildTime: 7,
    canceled: false,
    limitConcurrent: false,
    maxConcurrentExecutions: 0,
    keepWaitingPipelines: false,
    stages: [{ ...stage("1"), context: { own: 1 }, tasks: [] }],
    status: "RUNNING",
    trigger: {
      type: "manual",
      user: "[anonymous]",
      parameters: {},
      artifacts: trigger.artifacts,
      notifications: [],
      rebake: false,
      dryRun: false,
      strategy: false,
      resolvedExpectedArtifacts: [],
    },
    notifications: [],
    initialConfig: {},
    systemNotifications: [],
  });
});

test("#toJson writes every field in the engine's order, null where there is no value, and nothing that the engine does not know", () => {
  const text = String(evaluate("${#toJson(#stage('Stage 1'))}", { ...execution, stages: [stage("1", { extra: 1 })] }));
  expect(text).toBe(
    '{"id":"S1","refId":"1","type":"wait","name":"Stage 1","startTime":null,"endTime":null,"startTimeExpiry":null,' +
      '"status":"RUNNING","context":{"own":1},"outputs":{},"tasks":[],"syntheticStageOwner":null,"parentStageId":null,' +
      '"requisiteStageRefIds":[],"scheduledTime":null,"lastModified":null,"additionalMetricTags":null}',
  );
  expect(Object.keys(parsed("${#toJson(execution)}"))).toEqual(
    (
      "type id application name buildTime canceled canceledBy cancellationReason limitConcurrent maxConcurrentExecutions " +
      "keepWaitingPipelines stages startTime endTime startTimeExpiry status authentication paused origin trigger description " +
      "pipelineConfigId source notifications initialConfig systemNotifications spelEvaluator templateVariables partition"
    ).split(" "),
  );
});

test("a paused run says for how long", () => {
  const paused = (more: object) =>
    parsed("${#toJson(execution)}", { ...execution, paused: { pausedBy: "me", pauseTime: 3, ...more } })["paused"];
  expect(paused({})).toEqual({
    pausedBy: "me",
    resumedBy: null,
    pauseTime: 3,
    resumeTime: null,
    paused: true,
    pausedMs: 0,
  });
  expect(paused({ resumeTime: 5 })).toMatchObject({ paused: false, pausedMs: 2 });
});

test("artifacts of the trigger are as received under its own name, and full ones in the execution's trigger", () => {
  const full = { type: "docker/image", customKind: false, name: "img", metadata: { extra: 1 } };
  expect(evaluate("${trigger.artifacts}")).toEqual(trigger.artifacts);
  expect(evaluate("${trigger.artifacts[0].customKind}")).toBe("${trigger.artifacts[0].customKind}");
  expect(evaluate("${execution.trigger.artifacts}")).toEqual([full]);
  expect(parsed("${#toJson(execution.trigger)}")).toMatchObject({
    artifacts: [{ ...full, version: null, uuid: null }],
    other: trigger,
  });
});

test.each<[object, object]>([
  [
    { type: "docker", account: "a", repository: "r", tag: "t" },
    { account: "a", repository: "r", tag: "t" },
  ],
  [
    { type: "git", hash: "h", branch: "b" },
    { hash: "h", source: null, project: null, branch: "b", slug: null, action: null },
  ],
  [
    { type: "jenkins", job: "j", buildInfo: { name: "j", number: 5 } },
    {
      job: "j",
      properties: {},
      buildInfo: {
        name: "j",
        number: 5,
        url: null,
        result: null,
        artifacts: null,
        scm: null,
        building: false,
        timestamp: null,
        fullDisplayName: "j#5",
      },
    },
  ],
  [
    { type: "pipeline", parentExecution: { id: "P", application: "app", name: "par", stages: [stage("1")] } },
    {
      parentPipelineStageId: null,
      parentExecution: expect.objectContaining({ id: "P", canceled: false, trigger: expect.anything() }),
    },
  ],
])("a trigger %j has the fields of its type", (given, fields) => {
  expect(parsed("${#toJson(execution.trigger)}", { ...execution, trigger: { ...given } })).toMatchObject(fields);
});

const parts = {
  ...execution,
  stages: [
    stage("1"),
    stage("2", { requisiteStageRefIds: ["1"] }),
    stage("2<1", { parentStageId: "S2", syntheticStageOwner: "STAGE_BEFORE", outputs: { x: "before" } }),
    stage("2>1", { parentStageId: "S2", syntheticStageOwner: "STAGE_AFTER" }),
    stage("3", { requisiteStageRefIds: ["2"], tasks: [{ id: "1", name: "t", status: "SUCCEEDED" }] }),
  ],
};

test.each<[string, unknown]>([
  ["${#stage('Stage 2>1').ancestors().![refId]}", ["2>1", "2<1", "2", "1"]],
  ["${#stage('Stage 2>1').directAncestors().![refId]}", ["2>1", "2<1", "2"]],
  ["${#stage('Stage 3').directAncestors().![refId]}", ["3"]],
  ["${execution.namedStage('wait').refId}", "1"],
  ["${#stage('Stage 3').tasks[0].loopStart}", false],
  ["${x}", "before"],
])("%s is %j", (template, expected) => {
  expect(evaluate(template, parts, "2>1")).toEqual(expected);
});
