import { readFileSync } from "node:fs";
import type { ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

const server = await startServer();
afterAll(() => server.end());

const recorded = (file: string) => readFileSync(new URL(`../../gate/fixtures/${file}`, import.meta.url), "utf8");
async function post(path: string, body: unknown): Promise<{ status: number; body: never }> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as never };
}
const execution: unknown = JSON.parse(recorded("kubernetes-execution-succeeded.json"));
const executions = Array.isArray(execution) ? (execution as object[]) : [execution as object];

beforeAll(async () => {
  const items = [{ source: "gate", text: recorded("kubernetes-pipelineConfigs.json") }];
  expect((await post("/import", { items })).status).toBe(200);
});

test("a real execution is held against its imported pipeline: one stage was added since, the fields are the same", async () => {
  const { status, body } = await post("/shadow", {
    application: "kubernetesapp",
    pipeline: "bake_and_deploy_manifest",
    accounts: {},
    executions: [...executions, { nonsense: true }],
  });
  expect(status).toBe(200);
  const { runs, unreadable, same } = body as ShadowReport;
  expect(unreadable).toEqual([{ index: executions.length, reason: "has no id or no status" }]);
  expect(same).toBe(0);
  expect(runs[0]?.plan).toMatchObject([{ what: "added", stage: "Manual Judgment" }]);
  expect(runs[0]?.fields.differences).toEqual([]);
  expect(runs[0]?.fields.compared).toBeGreaterThan(10);
  expect(runs[0]?.outcomes.every(({ reason }) => /does not run here|not configured here/.test(reason))).toBe(true);
});

test("parameters that a start would refuse here are told", async () => {
  const pipeline = {
    application: "shadowed",
    name: "p",
    parameterConfig: [{ name: "version", required: true }],
    stages: [{ refId: "1", type: "wait", name: "w", requisiteStageRefIds: [], waitTime: 1 }],
  };
  await post("/import", { items: [{ source: "s", document: pipeline }] });
  const run = {
    id: "E",
    status: "SUCCEEDED",
    trigger: { parameters: {} },
    stages: [{ id: "S", refId: "1", type: "wait", name: "w", status: "SUCCEEDED", context: { waitTime: 1 } }],
  };
  const { body } = await post("/shadow", {
    application: "shadowed",
    pipeline: "P",
    executions: [run, { ...run, trigger: { parameters: { version: "1" } } }],
  });
  expect(body).toMatchObject({
    same: 1,
    runs: [{ same: false, start: [{ pointer: expect.stringContaining("version") as string }] }, { same: true }],
  });
});

test("a pipeline that is not here says to import it", async () => {
  const { status, body } = await post("/shadow", { application: "a", pipeline: "b", executions: [{}] });
  expect([status, body]).toEqual([
    404,
    expect.objectContaining({ detail: expect.stringContaining("gennaker import") as string }),
  ]);
});
