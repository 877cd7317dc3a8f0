import { expect, test } from "vitest";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { stageRules } from "./registry.ts";

/** A stage of each type that is right, so that one wrong field is the only problem. */
const right: Record<string, JsonObject> = {
  wait: {},
  waitUntil: {},
  waitForCondition: { condition: { type: "manual" } },
  manualJudgment: {},
  webhook: { url: "https://a.example" },
  pipeline: { pipeline: "id" },
  monitorPipeline: { executionIds: ["a", null] },
  dependsOnExecution: { executionId: "a", executionType: "PIPELINE" },
  script: { command: "true" },
  evaluateVariables: { variables: [] },
  evaluateArtifacts: {},
  findArtifactFromExecution: { pipeline: "id" },
  savePipelinesFromArtifact: {},
  runMultiplePipelines: { yamlConfig: [] },
  checkPreconditions: {},
  rollbackServerGroup: { rollbackContext: {} },
  createServerGroup: {},
};

const wrong = { text: {}, number: "many", flag: "perhaps", list: "x", map: [], choice: "sideways", count: -1 };
type Kind = keyof typeof wrong;

/** Every field that a stage type reads, and what it must be. `a.0.b` is a field of a list's first entry. */
const fields: Record<string, Record<string, Kind>> = {
  wait: { waitTime: "number", skipRemainingWait: "flag", skipWaitText: "text", startTime: "number" },
  waitUntil: { epochMillis: "number" },
  waitForCondition: {
    status: "text",
    region: "text",
    cluster: "text",
    account: "text",
    condition: "map",
    "condition.type": "choice",
    "condition.expression": "text",
    "condition.url": "text",
    "condition.method": "text",
    "condition.customHeaders": "map",
    "condition.statusJsonPath": "text",
    "condition.successStatuses": "text",
  },
  monitorPipeline: { executionIds: "list", monitorBehavior: "choice" },
  dependsOnExecution: { executionId: "text", executionType: "choice" },
  manualJudgment: {
    instructions: "text",
    judgmentInputs: "list",
    "judgmentInputs.0.value": "text",
    judgmentStatus: "text",
    judgmentInput: "text",
    requiredJudgmentRoles: "list",
    selectedStageRoles: "list",
    propagateAuthenticationContext: "flag",
    notifyEveryMs: "number",
    notifications: "list",
    "notifications.0.notifyEveryMs": "number",
    "notifications.0.when": "list",
    sendNotifications: "flag",
  },
  webhook: {
    url: "text",
    method: "text",
    customHeaders: "map",
    waitForCompletion: "flag",
    statusUrlResolution: "choice",
    statusUrlJsonPath: "text",
    statusJsonPath: "text",
    statusEndpoint: "text",
    progressJsonPath: "text",
    successStatuses: "map",
    canceledStatuses: "map",
    terminalStatuses: "map",
    failFastStatusCodes: "list",
    webhookRetryStatusCodes: "list",
    retryStatusCodes: "list",
    retries: "list",
    "retries.503.maxAttempts": "count",
    waitBeforeMonitor: "number",
    monitorOnly: "flag",
    signalCancellation: "flag",
    cancelEndpoint: "text",
    cancelMethod: "text",
  },
  pipeline: {
    application: "text",
    pipelineApplication: "text",
    pipeline: "text",
    pipelineId: "text",
    pipelineParameters: "map",
    waitForCompletion: "flag",
    skipDownstreamOutput: "flag",
  },
  script: {
    command: "map",
    interpreter: "text",
    scriptArtifactId: "text",
    scriptArtifact: "map",
    env: "list",
    waitForCompletion: "flag",
    propertyFile: "text",
    scriptPath: "text",
    repoUrl: "text",
    repoArtifactAccount: "text",
    repoBranch: "text",
    user: "text",
    image: "text",
    account: "text",
    region: "text",
    cluster: "text",
    cmc: "text",
  },
  evaluateVariables: { variables: "list", "variables.0.key": "text", "variables.0.description": "text" },
  evaluateArtifacts: {
    artifactContents: "list",
    "artifactContents.0.name": "text",
    "artifactContents.0.id": "text",
    expectedArtifacts: "list",
  },
  findArtifactFromExecution: {
    application: "text",
    pipeline: "text",
    executionOptions: "list",
    "executionOptions.successful": "flag",
    "executionOptions.succeeded": "flag",
    "executionOptions.terminal": "flag",
    "executionOptions.running": "flag",
    expectedArtifacts: "list",
    expectedArtifact: "list",
  },
  savePipelinesFromArtifact: { pipelinesArtifactId: "text", pipelinesArtifact: "list" },
  runMultiplePipelines: { pipelineApplication: "text", checkDuplicated: "flag", ignoreUncompleted: "flag" },
  checkPreconditions: {
    preconditions: "list",
    "preconditions.0.type": "choice",
    "preconditions.0.failPipeline": "flag",
    "preconditions.0.context": "list",
  },
  rollbackServerGroup: {
    rollbackType: "choice",
    "rollbackContext.rollbackServerGroupName": "text",
    "rollbackContext.restoreServerGroupName": "text",
    "rollbackContext.targetHealthyRollbackPercentage": "count",
    "rollbackContext.delayBeforeDisableSeconds": "count",
    "rollbackContext.disableOnly": "flag",
    "rollbackContext.enableAndDisableOnly": "flag",
    "rollbackContext.imageName": "text",
    "rollbackContext.imageId": "text",
    "rollbackContext.waitTime": "count",
  },
  createServerGroup: {
    strategyApplication: "text",
    strategyPipeline: "text",
    pipelineParameters: "list",
    deploySteps: "map",
    "deploySteps.0": "count",
    "deploymentMonitor.id": "text",
    "deploymentMonitor.parameters": "list",
    "deploymentMonitor.maxAnalysisMinutesOverride": "count",
    "deploymentMonitor.failOnErrorOverride": "flag",
    "failureActions.rollback": "choice",
    "failureActions.destroyInstances": "flag",
  },
};

/** What is wrong for a kind; a field that may be several things is wrong as something that it never is. */
function wrongValue(type: string, path: string, kind: Kind): Json {
  if (type === "checkPreconditions" && path.endsWith("context")) return [];
  return kind === "map" && /Statuses$|^command$|^deploySteps$/.test(path) ? { a: 1 } : wrong[kind];
}

function withField(stage: JsonObject, path: string, value: Json): JsonObject {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...stage, [head]: value };
  const inner = stage[head];
  const base = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? inner : {};
  if (rest[0] === "0") {
    const entry: JsonObject = head === "preconditions" ? { type: "expression", context: { expression: "true" } } : {};
    return { ...stage, [head]: [rest.length === 1 ? value : withField(entry, rest.slice(1).join("."), value)] };
  }
  const needed: JsonObject = head === "deploymentMonitor" ? { id: "m" } : {};
  return { ...stage, [head]: withField({ ...needed, ...base }, rest.join("."), value) };
}

const cases = Object.entries(fields).flatMap(([type, own]) =>
  Object.entries(own).map(([path, kind]): [string, string, Kind] => [type, path, kind]),
);

test.each(cases)("%s: a wrong %s is told at its place", (type, path, kind) => {
  const rules = stageRules.get(type);
  expect(rules?.validate(right[type] ?? {})).toEqual([]);
  const problems = rules?.validate(withField(right[type] ?? {}, path, wrongValue(type, path, kind))) ?? [];
  const pointer = `/${path.replaceAll(".", "/")}`;
  expect(problems.map((problem) => problem.pointer)).toContain(pointer);
});

test("no field of these schemas is left out", () => {
  for (const [type, own] of Object.entries(fields)) {
    const schema = stageRules.get(type)?.schema as { shape?: Record<string, unknown> } | undefined;
    if (schema?.shape === undefined || type === "createServerGroup") continue;
    const named = new Set(Object.keys(own).map((path) => path.split(".")[0]));
    const anything = new Set(["payload", "cancelPayload", "yamlConfig"]);
    const target = type === "rollbackServerGroup" ? new Set(["rollbackType", "rollbackContext"]) : null;
    for (const name of Object.keys(schema.shape))
      if (!anything.has(name) && (target === null || target.has(name)))
        expect(named, `${type}.${name}`).toContain(name);
  }
});
