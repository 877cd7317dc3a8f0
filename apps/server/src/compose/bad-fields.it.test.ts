import type { JsonObject } from "@gennaker/contract/json.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";
import { pipelineSchema, triggerSchemas } from "@gennaker/pipeline-model/pipeline-schema.ts";
import { commonStageSchema } from "@gennaker/pipeline-model/stage-common.ts";
import { preconditionContexts } from "@gennaker/pipeline-model/stages/check-preconditions.ts";
import { stageRules } from "@gennaker/pipeline-model/stages/registry.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Field } from "./fixtures/fields-read.ts";
import { fieldsAskedFor, fieldsOf, pointerOf, withValue, wrongFor } from "./fixtures/fields-read.ts";
import { send } from "./fixtures/http.ts";

/**
 * Every field that is read of a pipeline, found in the schemas (or by watching the reader), is sent with a value that it
 * cannot have, one at a time, over both APIs. Each is refused with status 400 and a pointer to that field.
 */
const server = await startServer();
afterAll(() => server.end());
beforeAll(async () => {
  expect((await send(server.url, "PUT", "/api/v1/applications/shop", { email: "a@example.com" })).status).toBe(200);
});

type Problem = { pointer: string; reason: string };

async function refused(document: JsonObject, pointer: string): Promise<string | null> {
  for (const path of ["/api/v1/pipelines", "/pipelines"]) {
    const answer = await send(server.url, "POST", path, document);
    const { problems } = answer.json() as { problems?: Problem[] };
    const told = problems?.find((problem) => problem.pointer === pointer);
    if (answer.status !== 400 || told === undefined || told.reason === "")
      return `${path} ${pointer}: ${answer.status} ${JSON.stringify(problems)}`;
  }
  return null;
}

/** What was not refused as it must be. Fields whose kind says that they take anything are left out. */
async function accepted(fields: readonly Field[], at: Field["path"], base: JsonObject): Promise<string[]> {
  const wrong: string[] = [];
  for (const field of fields) {
    if (field.type === undefined) continue;
    const path = [...at, ...field.path];
    const result = await refused(withValue(base, path, wrongFor(field)) as JsonObject, pointerOf(path));
    if (result !== null) wrong.push(result);
  }
  return wrong;
}

const pipeline = (stage: JsonObject): JsonObject => ({
  name: "bad",
  application: "shop",
  stages: [{ refId: "1", requisiteStageRefIds: [], ...stage }],
});

test("every field of the pipeline itself", async () => {
  const fields = fieldsOf(pipelineSchema);
  expect(fields.length).toBeGreaterThan(60);
  expect(await accepted(fields, [], { name: "bad", application: "shop", stages: [] })).toEqual([]);
});

test("every field that all stages have", async () => {
  const fields = fieldsOf(commonStageSchema);
  expect(fields.length).toBeGreaterThan(30);
  expect(await accepted(fields, ["stages", 0], pipeline({ type: "wait", waitTime: 1 }))).toEqual([]);
});

test.each([...triggerSchemas])("every field of a %s trigger", async (type, schema) => {
  const base = { name: "bad", application: "shop", stages: [], triggers: [{ type }] };
  const fields = fieldsOf(schema).filter((field) => field.path[0] !== "type");
  expect(await accepted(fields, ["triggers", 0], base)).toEqual([]);
});

describe("every field of a stage of type", () => {
  const known = [...stageRules].flatMap(([key, { schema }]) => (schema === undefined ? [] : [[key, schema] as const]));

  test("is known by a schema, but for the canary", () => {
    expect([...stageRules.keys()].filter((key) => !known.some(([name]) => name === key))).toEqual(["kayentaCanary"]);
  });

  test.each(known)("%s", async (key, schema) => {
    const [type = key, cloudProvider] = key.split(":");
    const base = pipeline({ type, ...(cloudProvider === undefined ? {} : { cloudProvider }) });
    const fields = fieldsOf(schema).filter((field) => field.path[0] !== "type");
    expect(await accepted(fields, ["stages", 0], base)).toEqual([]);
  });

  test.each(Object.entries(preconditionContexts))("checkPreconditions, kind %s", async (type, schema) => {
    const base = pipeline({ type: "checkPreconditions", preconditions: [{ type, context: {} }] });
    expect(await accepted(fieldsOf(schema), ["stages", 0, "preconditions", 0, "context"], base)).toEqual([]);
  });

  test("kayentaCanary", async () => {
    const stage = pipeline(canary)["stages"] as JsonObject[];
    const fields = fieldsAskedFor(stage[0] ?? {}, readCanaryStage);
    expect(fields.length).toBeGreaterThan(30);
    expect(await accepted(fields, ["stages", 0], pipeline(canary))).toEqual([]);
  });
});

/** Every field that a canary stage may have. */
const canary: JsonObject = {
  type: "kayentaCanary",
  analysisType: "realTime",
  analysisMode: "gennaker",
  canaryConfig: {
    analysisMode: "gennaker",
    canaryConfigId: "1",
    canaryConfigName: "config",
    config: {},
    metricsAccountName: "builtin",
    lifetimeDuration: "PT1H",
    lifetimeHours: 1,
    canaryAnalysisInterval: "PT5M",
    canaryAnalysisIntervalMins: 5,
    beginCanaryAnalysisAfter: "PT1M",
    beginCanaryAnalysisAfterMins: 1,
    lookback: "PT5M",
    lookbackMins: 5,
    baselineAnalysisOffset: "PT1M",
    baselineAnalysisOffsetInMins: 1,
    scoreThresholds: { pass: 75, marginal: 50 },
    scopes: [
      {
        scopeName: "default",
        controlScope: "a",
        controlLocation: "local",
        experimentScope: "b",
        experimentLocation: "local",
        startTimeIso: "2026-05-04T10:00:00Z",
        endTimeIso: "2026-05-04T11:00:00Z",
        step: 60,
        extendedScopeParams: {},
      },
    ],
  },
  deployments: {
    delayBeforeCleanup: "PT1M",
    serverGroupPairs: [{ control: { account: "local" }, experiment: { account: "local" } }],
    traffic: { loadBalancer: "shop", percentEach: 10 },
  },
};
