import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { stageRules } from "./registry.ts";

const check = (type: string, stage: JsonObject) => stageRules.get(type)?.validate({ type, refId: "1", ...stage });

test.each<[string, JsonObject]>([
  ["wait", { waitTime: "30" }],
  ["wait", {}],
  [
    "manualJudgment",
    { instructions: "look", judgmentInputs: [{ value: "a" }], propagateAuthenticationContext: "true" },
  ],
  ["checkPreconditions", { preconditions: [] }],
  ["checkPreconditions", { preconditions: [{ type: "expression", context: { expression: true } }] }],
  [
    "webhook",
    { url: "${parameters.url}", payload: { a: 1 }, successStatuses: "DONE,OK", failFastStatusCodes: ["404", 500] },
  ],
  ["pipeline", { application: "a", pipeline: "id", pipelineParameters: { x: "1" } }],
  ["deploy", { clusters: [{ account: "a", strategy: "", capacity: { min: "1", max: 2, desired: "${n}" } }] }],
  ["deploy", { clusters: [{ strategy: "monitored" }] }],
  ["destroyServerGroup", { cluster: "app", target: "current_asg_dynamic", regions: ["r"], credentials: "a" }],
  ["disableServerGroup", { serverGroupName: "app-v001" }],
  ["resizeServerGroup", { serverGroupName: "app-v001", action: "scale_up", scalePct: "50" }],
  ["rollbackCluster", { moniker: { cluster: "app" }, regions: ["r"] }],
  ["upsertLoadBalancer", { name: "web", port: "8080" }],
  ["shiftTraffic", { loadBalancer: "web", weights: [] }],
])("%s accepts %j", (type, stage) => {
  expect(check(type, stage)).toEqual([]);
});

test.each<[string, JsonObject, string, string]>([
  ["wait", { waitTime: "a while" }, "/waitTime", "must be a number"],
  ["wait", { skipRemainingWait: 1 }, "/skipRemainingWait", "must be true or false"],
  ["manualJudgment", { judgmentInputs: ["a"] }, "/judgmentInputs/0", "must be an object"],
  ["manualJudgment", { requiredJudgmentRoles: "ops" }, "/requiredJudgmentRoles", "must be a list"],
  ["checkPreconditions", { preconditions: {} }, "/preconditions", "must be a list"],
  [
    "checkPreconditions",
    { preconditions: [{ type: "expresion" }] },
    "/preconditions/0/type",
    'did you mean "expression"?',
  ],
  [
    "checkPreconditions",
    { preconditions: [{ type: "expression" }] },
    "/preconditions/0/context/expression",
    "is required",
  ],
  [
    "checkPreconditions",
    { preconditions: [{ type: "clusterSize", context: { credentials: "a", comparison: "=" } }] },
    "/preconditions/0/context/comparison",
    "must be one of",
  ],
  [
    "checkPreconditions",
    { preconditions: [{ type: "stageStatus", context: { stageName: "a" } }] },
    "/preconditions/0/context/stageStatus",
    "is required",
  ],
  ["webhook", {}, "/url", "is required"],
  ["webhook", { url: "x", customHeaders: [] }, "/customHeaders", "must be an object"],
  ["webhook", { url: "x", retries: { 503: { maxAttempts: "few" } } }, "/retries/503/maxAttempts", "must be a number"],
  ["webhook", { url: "x", monitorOnly: true }, "/monitorOnly", "needs waitForCompletion"],
  [
    "webhook",
    { url: "x", waitForCompletion: true, statusUrlResolution: "webhookResponse" },
    "/statusUrlJsonPath",
    "is required",
  ],
  ["pipeline", {}, "/pipeline", "is required"],
  ["deploy", { clusters: "x" }, "/clusters", "must be a list"],
  ["deploy", { clusters: [{ strategy: "redblak" }] }, "/clusters/0/strategy", 'did you mean "redblack"?'],
  [
    "deploy",
    { clusters: [{ targetPercentages: [50, 120] }] },
    "/clusters/0/targetPercentages/1",
    "must be at most 100",
  ],
  [
    "deploy",
    { clusters: [{ rollback: { onFailure: "perhaps" } }] },
    "/clusters/0/rollback/onFailure",
    "must be true or false",
  ],
  ["destroyServerGroup", { credentials: "a" }, "/cluster", "is required"],
  ["destroyServerGroup", { cluster: "app" }, "/target", "is required"],
  ["resizeServerGroup", { serverGroupName: "a", action: "scale_sideways" }, "/action", "must be one of"],
  ["rollbackServerGroup", {}, "/rollbackContext", "is required"],
  [
    "disableCluster",
    { remainingEnabledServerGroups: -1, cluster: "a" },
    "/remainingEnabledServerGroups",
    "must be at least 0",
  ],
  ["shrinkCluster", {}, "/cluster", "is required"],
  ["upsertLoadBalancer", { name: "web", port: 70_000 }, "/port", "must be at most 65535"],
  [
    "upsertLoadBalancer",
    { name: "web", port: 80, healthCheck: { intervalMs: 0 } },
    "/healthCheck/intervalMs",
    "must be at least 1",
  ],
  ["shiftTraffic", { loadBalancer: "web" }, "/weights", "is required"],
  ["shiftTraffic", { loadBalancer: "web", weights: [{ percent: 5 }] }, "/weights/0", "must name a serverGroup"],
  [
    "shiftTraffic",
    { loadBalancer: "web", weights: [{ target: "current_asg_dynamic", percent: 5 }] },
    "/weights/0/cluster",
    "is required beside target",
  ],
  [
    "shiftTraffic",
    {
      loadBalancer: "web",
      weights: [
        { serverGroup: "a", percent: 60 },
        { serverGroup: "b", percent: 50 },
      ],
    },
    "/weights",
    "add up to 110",
  ],
])("%s refuses %j at %s", (type, stage, pointer, reason) => {
  expect(check(type, stage)).toEqual([{ pointer, reason: expect.stringContaining(reason) }]);
});
