import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { pipelineDocument } from "./fixtures/documents.ts";
import { createSpin } from "./fixtures/spin.ts";

const server = await startServer();
afterAll(() => server.end());
const { request, task } = createSpin(server.url, "new");
const app = "deck";
type Named = { id: string; name: string; index?: number };

beforeAll(async () => {
  await task({ type: "createApplication", application: { name: app, email: "e" } }, app, "create");
});

async function save(name: string, more: object = {}): Promise<Named> {
  const { status, body } = await request("POST", "/pipelines", { ...pipelineDocument(app, name), ...more });
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as Named;
}
const configs = async () => (await request("GET", `/applications/${app}/pipelineConfigs`)).body as Named[];

describe("pipeline configs", () => {
  test("are all listed, reordered, and refused as a whole where an id is foreign", async () => {
    const [a, b] = [await save("a"), await save("b")];
    const order = (idsToIndices: object) =>
      request("POST", "/actions/pipelines/reorder", { application: app, idsToIndices });
    expect((await order({ [a.id]: 1, [b.id]: 0 })).status).toBe(200);
    expect((await configs()).map(({ name, index }) => [name, index])).toEqual([
      ["b", 0],
      ["a", 1],
    ]);
    expect(await order({ [a.id]: 0, missing: 1 })).toMatchObject({
      status: 400,
      body: { problems: [{ pointer: "/idsToIndices/missing" }] },
    });
    expect(await order({ [a.id]: -1 })).toMatchObject({ status: 400 });
    expect((await configs()).map(({ name }) => name)).toEqual(["b", "a"]);
    expect((await request("POST", "/actions/pipelines/reorder", { application: app })).status).toBe(400);
    expect((await request("GET", "/pipelineConfigs")).body).toHaveLength(2);
  });

  test("keep their versions, newest first, with numbers as they were written", async () => {
    const { id } = await save("kept");
    for (const text of ["1.0", "12345678901234567890", "1e3"]) {
      const document = JSON.stringify({ ...pipelineDocument(app, "kept"), id, odd: "@" }).replace('"@"', text);
      const answer = await fetch(`${server.url}/pipelines`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: document,
      });
      expect(answer.status).toBe(200);
    }
    const text = await (await fetch(`${server.url}/pipelineConfigs/${id}/history?limit=3`)).text();
    expect([...text.matchAll(/"odd":([^,}]*)/g)].map((match) => match[1])).toEqual([
      "1e3",
      "12345678901234567890",
      "1.0",
    ]);
    expect((await request("GET", `/pipelineConfigs/${id}/history`)).body).toHaveLength(4);
    expect((await request("GET", "/pipelineConfigs/missing/history")).status).toBe(404);
  });

  test("are saved under the rules of their name, their version and their triggers", async () => {
    const first = await save("rules", { triggers: [{ type: "cron", enabled: true, cronExpression: "0 0 12 * * ?" }] });
    expect(first).toMatchObject({ triggers: [{ type: "cron", id: expect.stringMatching(/^[0-9a-f-]{36}$/) }] });
    expect(await request("POST", "/pipelines", pipelineDocument(app, "RULES"))).toMatchObject({
      status: 400,
      body: { problems: [{ pointer: "/name" }] },
    });
    const stale = (document: object) => request("POST", "/pipelines?staleCheck=true", document);
    expect((await stale({ ...first, description: "mine" })).status).toBe(200);
    expect((await stale({ ...first, description: "theirs" })).status).toBe(409);
    expect((await request("POST", "/pipelines", { ...first, name: "renamed" })).status).toBe(200);
    expect((await request("POST", "/pipelines/move", { application: app, from: "renamed", to: "moved" })).status).toBe(
      200,
    );
    expect(await request("GET", `/applications/${app}/pipelineConfigs/moved`)).toMatchObject({
      body: { id: first.id },
    });
    expect((await request("POST", "/pipelines/move", { application: app, from: "renamed", to: "x" })).status).toBe(404);
    expect((await request("PUT", `/pipelines/${first.id}`, { ...first, id: "another" })).status).toBe(400);
    expect((await request("PUT", `/pipelines/${first.id}`, { ...first, name: "put" })).body).toMatchObject({
      name: "put",
    });
  });

  test("of which many are saved at once tell each that could not be", async () => {
    const documents = [pipelineDocument(app, "one of many"), { name: "no application" }, 7];
    expect(await request("POST", "/pipelines/bulksave", documents)).toMatchObject({
      status: 200,
      body: {
        successful_pipelines_count: 1,
        successful_pipelines: ["deck: one of many"],
        failed_pipelines_count: 2,
        failed_pipelines: [
          { name: "no application", errorMsg: expect.stringContaining("/application") },
          { received: 7 },
        ],
      },
    });
  });

  test("conflicting saves: of twenty at once under one version, one wins", async () => {
    const first = await save("raced");
    const saves = Array.from({ length: 20 }, (_, index) =>
      request("POST", "/pipelines?staleCheck=true", { ...first, description: String(index) }),
    );
    const statuses = (await Promise.all(saves)).map(({ status }) => status);
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, ...Array<number>(19).fill(409)]);
  });
});

describe("strategies", () => {
  test("are kept apart from pipelines, by the same rules", async () => {
    const strategy = { ...pipelineDocument(app, "careful"), strategy: true };
    const saved = await request("POST", "/strategies", strategy);
    expect(saved).toMatchObject({ status: 200, body: { id: expect.any(String), strategy: true } });
    const { id } = saved.body as Named;
    // Without its id the one of that name is replaced.
    expect((await request("POST", "/strategies", { ...strategy, description: "again" })).body).toMatchObject({ id });
    expect(await request("GET", `/applications/${app}/strategyConfigs`)).toMatchObject({
      body: [{ id, description: "again" }],
    });
    expect((await request("GET", "/strategyConfigs")).body).toHaveLength(1);
    expect((await configs()).map(({ name }) => name)).not.toContain("careful");
    expect((await request("GET", `/strategyConfigs/${id}/history`)).body).toHaveLength(2);
    expect((await request("POST", "/strategies/move", { application: app, from: "careful", to: "bold" })).status).toBe(
      200,
    );
    expect(await request("GET", `/applications/${app}/strategyConfigs/bold`)).toMatchObject({ body: { id } });
    expect((await request("PUT", `/strategies/${id}`, { ...strategy, name: "calm" })).body).toMatchObject({
      name: "calm",
    });
    expect(
      (await request("POST", "/actions/strategies/reorder", { application: app, idsToIndices: { [id]: 3 } })).status,
    ).toBe(200);
    expect((await request("DELETE", `/strategies/${app}/calm`)).status).toBe(200);
    expect((await request("DELETE", `/strategies/${app}/calm`)).status).toBe(404);
    expect((await request("PUT", `/strategies/${id}`, strategy)).status).toBe(404);
  });
});

describe("expressions against a run", () => {
  test("are evaluated as the run or one of its stages sees them", async () => {
    await save("asked", {
      parameterConfig: [{ name: "v", default: "7" }],
      stages: [{ refId: "1", type: "wait", name: "W", waitTime: 3_600, colour: "red", requisiteStageRefIds: [] }],
    });
    const started = await request("POST", `/pipelines/${app}/asked`, { type: "manual", parameters: { v: "9" } });
    const id = (started.body as { ref: string }).ref.slice("/pipelines/".length);
    const stage = await vi.waitFor(async () => {
      const { body } = await request("GET", `/pipelines/${id}`);
      const [first] = (body as { stages: { id: string; status: string }[] }).stages;
      expect(first?.status).toBe("RUNNING");
      return first?.id ?? "";
    }, 10_000);
    const ask = async (path: string, expression: string) =>
      (await request("GET", `/pipelines/${id}${path}/evaluateExpression?expression=${encodeURIComponent(expression)}`))
        .body;
    expect(await ask("", "${trigger.parameters.v}")).toEqual({ result: "9", detail: {} });
    expect(await ask("", "${execution.application + '!'}")).toEqual({ result: "deck!", detail: {} });
    expect(await ask(`/${stage}`, "${colour.toUpperCase()}")).toEqual({ result: "RED", detail: {} });
    expect(await ask("", "${nothing.here}")).toMatchObject({
      result: "${nothing.here}",
      detail: { "nothing.here": [{ level: expect.any(String), description: expect.any(String) }] },
    });
    expect((await request("POST", `/pipelines/${id}/evaluateExpression`, { expression: "${1 + 1}" })).body).toEqual({
      result: 2,
      detail: {},
    });
    const pipelineId = (await ask("", "${execution.pipelineConfigId}")) as { result: string };
    expect(await ask("", "${#pipelineId('asked')}")).toEqual(pipelineId);
    expect(await ask(`/${stage}`, "${#pipelineId('none')}")).toMatchObject({
      detail: { "#pipelineId( #root.execution, 'none')": [{}] },
    });
    const variables = [
      { key: "a", value: "${ 6 * 7 }" },
      { key: "b", value: "${ a + 1 }" },
      { key: "c", value: "${ #pipelineId('asked') }" },
      { key: "d", value: "${ c }" },
    ];
    expect(
      (await request("POST", `/pipelines/${id}/evaluateVariables?requisiteStageRefIds=1`, variables)).body,
    ).toMatchObject({
      result: [
        { variableName: "a", variableValue: 42 },
        { variableName: "b", variableValue: 43 },
        { variableName: "c", variableValue: pipelineId.result },
        { variableName: "d", variableValue: pipelineId.result },
      ],
    });
    expect((await request("GET", `/pipelines/${id}/evaluateExpression`)).status).toBe(400);
    expect((await request("GET", `/pipelines/${id}/missing/evaluateExpression?expression=1`)).status).toBe(404);
    expect((await request("PUT", `/pipelines/${id}/cancel`)).status).toBe(200);
  });
});

describe("what pages ask on the way", () => {
  test("notifications of an application are kept in Front50's shape", async () => {
    const path = `/notifications/application/${app}`;
    expect(await request("GET", path)).toEqual({ status: 200, body: { application: app } });
    const email = [
      { type: "email", address: "a@example.com", level: "application", when: ["pipeline.failed"], message: {} },
    ];
    expect((await request("POST", path, { application: app, email, slack: [] })).status).toBe(200);
    expect(await request("GET", path)).toMatchObject({
      body: { application: app, email, slack: [], lastModifiedBy: "anonymous" },
    });
    expect(await request("POST", path, { email: ["a@example.com"] })).toMatchObject({
      status: 400,
      body: { problems: [{ pointer: "/email/0" }] },
    });
    expect((await request("DELETE", path)).status).toBe(200);
    expect(await request("GET", path)).toEqual({ status: 200, body: { application: app } });
    expect((await request("GET", "/notifications/pipeline/x")).status).toBe(404);
  });

  test("search finds by a part of a name, three letters or more", async () => {
    const search = (query: string) => request("GET", `/search?${query}`);
    expect(await search("q=de&type=applications")).toEqual({ status: 200, body: [] });
    expect(await search("q=ECK&type=applications,serverGroups")).toMatchObject({
      body: [{ pageNumber: 1, query: "ECK", totalMatches: 1, results: [{ type: "applications", application: app }] }],
    });
    expect(await search("q=&allowShortQuery=true&type=constructor")).toMatchObject({ body: [{ totalMatches: 0 }] });
  });

  test("what runs is empty where nothing runs, and a name that is none is 404", async () => {
    for (const path of [
      `/applications/${app}/clusters/local`,
      `/applications/${app}/clusters/local/deck-x/serverGroups`,
      "/serverGroups?applications=deck",
      `/applications/${app}/loadBalancers`,
      "/loadBalancers",
    ])
      expect(await request("GET", path), path).toEqual({ status: 200, body: [] });
    for (const path of [
      `/applications/${app}/clusters/local/deck-x`,
      `/applications/${app}/serverGroups/local/local/deck-v000`,
      "/instances/local/local/i-1",
      "/instances/local/local/i-1/console",
      "/loadBalancers/local/local/x",
      `/applications/${app}/clusters/local/deck-x/hosts/local/serverGroups/target/newest_asg_dynamic`,
    ])
      expect((await request("GET", path)).status, path).toBe(404);
  });

  test("features, judges and accounts are those of this installation", async () => {
    expect((await request("GET", "/features/stages")).body).toContainEqual({ name: "wait", enabled: true });
    expect((await request("GET", "/v2/canaries/judges")).body).toContainEqual({
      name: "NetflixACAJudge-v1.0",
      visible: true,
    });
    expect((await request("GET", "/v2/canaries/credentials")).body).toContainEqual(
      expect.objectContaining({ name: "builtin", supportedTypes: ["METRICS_STORE"] }),
    );
    expect((await request("GET", "/capabilities/expressions")).body).toMatchObject({
      functions: expect.arrayContaining([expect.objectContaining({ name: "stage" })]),
    });
    for (const path of [
      "/subnets/aws",
      "/v3/builds",
      "/webhooks/preconfigured",
      "/jobs/preconfigured",
      "/pubsub/subscriptions",
    ])
      expect(await request("GET", path), path).toEqual({ status: 200, body: [] });
    expect(await request("GET", "/executions")).toEqual({ status: 200, body: [] });
    expect((await request("GET", "/executions?executionIds=a&pipelineConfigIds=b")).status).toBe(400);
  });
});

test("the own API tells what each version of a pipeline changed", async () => {
  const { id } = await save("versioned");
  await save("versioned", { id, description: "why" });
  const stages = [{ refId: "1", type: "wait", name: "Wait", waitTime: 5, requisiteStageRefIds: [] }];
  await save("versioned", { id, description: "why", stages });
  const read = (limit: number) => request("GET", `/api/v1/pipelines/${id}/versions?limit=${limit}`);
  expect(await read(20)).toMatchObject({
    body: [
      { version: 3, savedBy: "anonymous", changes: [{ pointer: "/stages/refId=1/waitTime", before: 3_600, after: 5 }] },
      { version: 2, changes: [{ pointer: "/description", after: "why" }] },
      { version: 1, changes: null, document: { id } },
    ],
  });
  expect(await read(1)).toMatchObject({ body: [{ version: 3, changes: [{}] }] });
  expect((await fetch(`${server.url}/api/v1/pipelines/missing/versions`)).status).toBe(404);
});
