import { readFileSync } from "node:fs";
import type { ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import { startFakeGate } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

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

describe("a running Spinnaker", async () => {
  const document = {
    application: "live",
    name: "p",
    id: "here",
    stages: [{ refId: "1", type: "wait", name: "w", requisiteStageRefIds: [], waitTime: 1 }],
  };
  const run = (id: string, waitTime: number) =>
    JSON.stringify({
      id,
      status: "SUCCEEDED",
      trigger: {},
      stages: [{ id: `${id}s`, refId: "1", type: "wait", name: "w", status: "SUCCEEDED", context: { waitTime } }],
    });
  const gate = await startFakeGate({
    requires: { header: "authorization", value: "Bearer T" },
    applications: { live: { pipelines: ['{"id":"there","name":"P"}'] } },
    executions: [run("E1", 1), run("E2", 5), run("E3", 1)],
  });
  afterAll(() => gate.close());
  beforeAll(async () => {
    expect((await post("/import", { items: [{ source: "s", document }] })).status).toBe(200);
  });
  const ask = (more: object = {}) =>
    post("/shadow/gate", { application: "live", pipeline: "here", gate: gate.url, authorization: "Bearer T", ...more });
  const get = async (path: string) => (await fetch(`${server.url}/api/v1${path}`)).json() as Promise<never>;

  test("is asked for its newest executions; what was found is kept, audited and listed, and its login is not", async () => {
    const { status, body } = await ask({ limit: 2 });
    expect([status, body]).toEqual([200, expect.objectContaining({ same: 1, pipeline: "here", source: gate.url })]);
    const { id, runs } = body as ShadowReport;
    expect(runs.map(({ execution, same }) => [execution, same])).toEqual([
      ["E1", true],
      ["E2", false],
    ]);
    const list: object[] = await get("/applications/live/comparisons?pipeline=here");
    expect(list).toMatchObject([{ id, name: "p", runs: 2, same: 1, unreadable: 0, source: gate.url }]);
    expect(await get(`/applications/live/comparisons/${id}`)).toEqual(body);
    expect(await get("/applications/live/comparisons?pipeline=other")).toEqual([]);
    expect(await get(`/applications/other/comparisons/${id}`)).toMatchObject({ status: 404 });
    const audit: { action: string; resource: string }[] = await get("/audit?limit=5");
    expect(audit[0]).toMatchObject({
      action: "shadow.compare",
      resource: "pipeline/here",
      after: { runs: 2, same: 1 },
    });
    expect(JSON.stringify([list, audit]) + server.log()).not.toContain("Bearer T");
  });

  test.each([
    ["redirect", "redirects to login.example.com: it wants a login"],
    ["html", "answered a page instead of JSON"],
    ["noJson", "answered no list in JSON"],
    [401, "answered 401: it wants a login"],
    [503, "answered 503"],
    ["cut", "could not be asked"],
  ] as const)("that answers with %s says what to do", async (how, words) => {
    gate.misbehave("/executions", how);
    const { status, body } = await ask();
    expect([status, body]).toEqual([
      502,
      expect.objectContaining({ detail: expect.stringContaining(words) as string }),
    ]);
    expect(JSON.stringify(body)).not.toMatch(/hidden|Bearer T/);
  });

  test("an address that is none, a pipeline it does not have, and one that never ran", async () => {
    expect((await ask({ gate: "gate.example.com" })).status).toBe(400);
    expect((await ask({ gate: "https://me:secret@gate.example.com" })).status).toBe(400);
    await post("/import", { items: [{ source: "s", document: { ...document, id: "only", name: "only here" } }] });
    expect((await ask({ pipeline: "only here" })).body).toMatchObject({
      detail: 'The Spinnaker has no pipeline "only here": live has P.',
    });
    gate.misbehave("/executions", 404);
    expect((await ask()).status).toBe(502);
  });

  test("the last fifty of each pipeline are kept", async () => {
    const executions = [JSON.parse(run("E", 1)) as object];
    for (let time = 0; time < 52; time += 1)
      await post("/shadow", { application: "live", pipeline: "only here", executions, source: `upload ${time}` });
    const list: { source: string }[] = await get("/applications/live/comparisons?pipeline=only&limit=500");
    expect(list).toHaveLength(50);
    expect(list[0]?.source).toBe("upload 51");
  });
});
