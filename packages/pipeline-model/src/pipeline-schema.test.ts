import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { stageRules } from "./stages/registry.ts";
import { triggerSchemas } from "./pipeline-schema.ts";
import { validatePipeline } from "./validate-pipeline.ts";

const found = (more: JsonObject) =>
  validatePipeline({ name: "ship", application: "app", stages: [{ type: "wait", refId: "1" }], ...more }, stageRules)
    .problems;

test.each<[JsonObject]>([
  [{ type: "git", source: "github", project: "org", slug: "repo", branch: "main.*", secret: "s", events: ["push"] }],
  [{ type: "docker", account: "hub", organization: "o", repository: "o/r", tag: "v.*", enabled: "true" }],
  [{ type: "jenkins", master: "ci", job: "build", propertyFile: "", payloadConstraints: {} }],
  [{ type: "webhook", source: "deploy", payloadConstraints: { branch: "main" }, expectedArtifactIds: ["a"] }],
  [{ type: "cron", cronExpression: "0 0 12 * * ?", id: "x" }],
  [{ type: "pubsub", pubsubSystem: "google", subscriptionName: "s", attributeConstraints: {} }],
  [{ type: "pipeline", application: "a", pipeline: "id", status: ["successful"] }],
  [{ type: "helm", account: "a", chart: "c", version: "^1" }],
])("the trigger %j is right", (trigger) => {
  expect(found({ triggers: [trigger] })).toEqual([]);
});

test.each<[JsonObject, string]>([
  [{ type: "git", enabled: "perhaps" }, "/enabled"],
  [{ type: "git", branch: [] }, "/branch"],
  [{ type: "docker", tag: {} }, "/tag"],
  [{ type: "jenkins", job: [] }, "/job"],
  [{ type: "webhook", payloadConstraints: "x" }, "/payloadConstraints"],
  [{ type: "cron", cronExpression: "" }, "/cronExpression"],
  [{ type: "pipeline", status: "successful", pipeline: "x" }, "/status"],
  [{ type: "pipeline" }, "/pipeline"],
  [{ type: "pubsub", attributeConstraints: [] }, "/attributeConstraints"],
  [{ type: "helm", version: false, chart: {} }, "/chart"],
  [{ type: "slack-bot", parameters: [] }, "/parameters"],
])("the trigger %j is refused at %s", (trigger, pointer) => {
  const errors = found({ triggers: [trigger] }).filter((problem) => problem.level === "error");
  expect(errors.map((problem) => problem.pointer)).toEqual([`/triggers/0${pointer}`]);
});

test("an unknown trigger type is kept, and noted with what was probably meant", () => {
  expect(found({ triggers: [{ type: "webhok" }, { type: "carrier-pigeon" }] })).toEqual([
    {
      level: "note",
      pointer: "/triggers/0/type",
      message: 'trigger type "webhok" is not known here; it is kept and never fires',
      suggestion: "webhook",
    },
    {
      level: "note",
      pointer: "/triggers/1/type",
      message: 'trigger type "carrier-pigeon" is not known here; it is kept and never fires',
    },
  ]);
  expect(triggerSchemas.size).toBeGreaterThanOrEqual(18);
});

test.each<[string, JsonObject, string]>([
  ["index", { index: "first" }, "/index"],
  ["schema", { schema: {} }, "/schema"],
  ["disabled", { disabled: 1 }, "/disabled"],
  ["roles", { roles: "ops" }, "/roles"],
  ["tags", { tags: [{ value: "x" }] }, "/tags/0/name"],
  ["manualStartAlert", { manualStartAlert: "careful" }, "/manualStartAlert"],
  ["spelEvaluator", { spelEvaluator: ["v4"] }, "/spelEvaluator"],
  ["parameterConfig", { parameterConfig: [{ name: "a", required: "of course" }] }, "/parameterConfig/0/required"],
  ["a parameter's condition", { parameterConfig: [{ name: "a", condition: "b" }] }, "/parameterConfig/0/condition"],
  [
    "expectedArtifacts",
    { expectedArtifacts: [{ useDefaultArtifact: "sure" }] },
    "/expectedArtifacts/0/useDefaultArtifact",
  ],
  [
    "an artifact's metadata",
    { expectedArtifacts: [{ defaultArtifact: { metadata: [] } }] },
    "/expectedArtifacts/0/defaultArtifact/metadata",
  ],
  ["notifications", { notifications: [{ type: "email", message: "hi" }] }, "/notifications/0/message"],
  ["locked", { locked: { ui: "very" } }, "/locked/ui"],
  ["executionTimeoutMs", { executionTimeoutMs: -1 }, "/executionTimeoutMs"],
  ["executionTimeoutMs in words", { executionTimeoutMs: "an hour" }, "/executionTimeoutMs"],
  ["startTimeExpiry", { startTimeExpiry: "soon" }, "/startTimeExpiry"],
])("%s is checked", (_field, more, pointer) => {
  expect(found(more).map((problem) => [problem.level, problem.pointer])).toEqual([["error", pointer]]);
});

test.each<[JsonObject, string]>([
  [{ stageEnabled: "yes" }, "/stageEnabled"],
  [{ continuePipeline: 2 }, "/continuePipeline"],
  [{ completeOtherBranchesThenFail: "x" }, "/completeOtherBranchesThenFail"],
  [{ failOnFailedExpressions: [] }, "/failOnFailedExpressions"],
  [
    { restrictedExecutionWindow: { whitelist: [{ startHour: 25 }] } },
    "/restrictedExecutionWindow/whitelist/0/startHour",
  ],
  [{ restrictedExecutionWindow: { jitter: { minDelay: -1 } } }, "/restrictedExecutionWindow/jitter/minDelay"],
  [{ notifications: [{}] }, "/notifications/0/type"],
  [{ selectedStageRoles: "ops" }, "/selectedStageRoles"],
  [{ backoffPeriodMs: "x" }, "/backoffPeriodMs"],
  [{ markSuccessfulOnTimeout: "x" }, "/markSuccessfulOnTimeout"],
  [{ comments: {} }, "/comments"],
])("what every stage has is checked: %j", (field, pointer) => {
  const stages = [{ type: "vendorStage", refId: "1", ...field }];
  const errors = found({ stages }).filter((problem) => problem.level === "error");
  expect(errors.map((problem) => problem.pointer)).toEqual([`/stages/0${pointer}`]);
});

test("what older and generated files really contain is no error", () => {
  const document = {
    schema: "1",
    index: 0,
    appConfig: {},
    executionEngine: "v2",
    parallel: true,
    stageCounter: 3,
    updateTs: "1555947453000",
    lastModifiedBy: "a@b",
    limitConcurrent: true,
    keepWaitingPipelines: false,
    description: null,
    roles: [],
    tags: [],
    parameterConfig: [
      {
        name: "rate",
        label: "Rate",
        description: "",
        default: "",
        required: true,
        hasOptions: true,
        pinned: false,
        options: [{ value: "0" }, { value: 10 }],
      },
    ],
    expectedArtifacts: [
      {
        id: "a",
        displayName: "x",
        matchArtifact: { kind: "custom", type: "docker/image", customKind: true },
        defaultArtifact: { kind: "custom" },
      },
    ],
    triggers: [{ type: "jenkins", enabled: true, job: "j", master: "m", propertyFile: "" }],
    notifications: [
      {
        type: "email",
        level: "pipeline",
        address: "a@b",
        when: ["pipeline.failed"],
        message: { "pipeline.failed": { text: "x" } },
      },
    ],
    stages: [
      { type: "bake", refId: 1, name: "Bake", vmType: "hvm", regions: ["us-east-1"], user: "anonymous" },
      {
        type: "manualJudgment",
        refId: "2",
        requisiteStageRefIds: [1],
        judgmentInputs: [],
        notifications: [],
        failPipeline: true,
      },
      {
        type: "pipeline",
        refId: "3",
        requisiteStageRefIds: ["2"],
        pipeline: "id",
        pipelineParameters: { r: "${ parameters.r }" },
        waitForCompletion: true,
        stageEnabled: { type: "expression", expression: "${ #stage('Canary')['status'].toString() == 'SUCCEEDED'}" },
      },
      {
        type: "kayentaCanary",
        refId: "4",
        requisiteStageRefIds: [],
        canaryConfig: {
          canaryConfigId: "c",
          lifetimeDuration: "PT1H",
          scopes: [{ controlScope: "a-v000", experimentScope: "a-v001", step: "60" }],
          scoreThresholds: { pass: null, marginal: null },
        },
      },
    ],
  };
  expect(found(document).map((problem) => [problem.level, problem.pointer])).toEqual([["note", "/stages/0/type"]]);
});
