import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import { canaryConfigDocument, canaryRequest, pipelineDocument } from "./fixtures/documents.ts";
import type { Generation } from "./fixtures/spin.ts";
import { createSpin } from "./fixtures/spin.ts";

const server = await startServer();
afterAll(() => server.end());

describe.each<Generation>(["old", "new"])("spin, %s generation", (generation) => {
  const spin = createSpin(server.url, generation);
  const { request, segment } = spin;
  const app = `projects${generation}`;
  const name = `P ${generation} & sons`;
  const path = `/projects/${segment(name)}`;
  const upsert = (project: object) =>
    spin.task({ type: "upsertProject", project, user: "a@example.com" }, "spinnaker", `Create Project: ${name}`);

  test("project save, get, save again, list", async () => {
    expect((await request("GET", path)).status).toBe(404);
    const project = {
      name,
      email: "p@example.com",
      config: { applications: [app], clusters: [], pipelineConfigs: [] },
    };
    expect(await upsert({ ...project, odd: { deep: [1, null] } })).toEqual({ status: "SUCCEEDED", looks: 1 });
    const found = await request("GET", path);
    expect(found).toMatchObject({
      status: 200,
      body: {
        ...project,
        id: expect.any(String),
        odd: { deep: [1, null] },
        createTs: expect.any(Number),
        updateTs: expect.any(Number),
        lastModifiedBy: "anonymous",
      },
    });
    const { id } = found.body as { id: string };
    expect(await upsert({ ...project, id, email: "q@example.com" })).toMatchObject({ status: "SUCCEEDED" });
    expect(await request("GET", `/projects/${id}`)).toMatchObject({ body: { id, name, email: "q@example.com" } });
    expect((await request("GET", "/projects")).body).toContainEqual(expect.objectContaining({ id, name }));
  });

  test("a name is given once, whatever its case; the task says so", async () => {
    expect(await upsert({ name: name.toUpperCase(), email: "x@example.com" })).toMatchObject({ status: "TERMINAL" });
    expect((await request("GET", "/projects")).body).not.toContainEqual(
      expect.objectContaining({ email: "x@example.com" }),
    );
  });

  test("project get-pipelines shows the newest runs of its pipelines, and none of others", async () => {
    await spin.task({ type: "createApplication", application: { name: app, email: "e" } }, app, "create");
    for (const each of ["shown", "other"]) await request("POST", "/pipelines", pipelineDocument(app, each));
    const configs = (await request("GET", `/applications/${app}/pipelineConfigs`)).body as {
      id: string;
      name: string;
    }[];
    const shown = configs.find((each) => each.name === "shown")?.id ?? "";
    for (const each of ["shown", "shown", "other"])
      await request("POST", `/pipelines/${app}/${each}`, spin.wrap({ type: "manual" }));
    const { body } = await request("GET", path);
    await upsert({
      ...(body as object),
      config: { applications: [app], pipelineConfigs: [{ application: app, pipelineConfigId: shown }] },
    });
    const runs = (await request("GET", `${path}/pipelines?limit=5&statuses=`)).body as { pipelineConfigId: string }[];
    expect(runs.map((run) => run.pipelineConfigId)).toEqual([shown, shown]);
    expect((await request("GET", `${path}/pipelines?limit=1`)).body).toHaveLength(1);
    expect((await request("GET", "/projects/missing/pipelines")).status).toBe(404);
  });

  test("project delete", async () => {
    const { body } = await request("GET", path);
    const job = { type: "deleteProject", project: body as object, user: "a@example.com" };
    expect(await spin.task(job, "spinnaker", `Delete Project: ${name}`)).toEqual({ status: "SUCCEEDED", looks: 1 });
    expect((await request("GET", path)).status).toBe(404);
    expect(await spin.task(job, "spinnaker", "again")).toMatchObject({ status: "TERMINAL" });
  });

  test("canary retro: started, read until it is complete, with a classification", async () => {
    const canaryConfig = canaryConfigDocument(`retro-${generation}`, app);
    const started = await request("POST", "/v2/canaries/canary?metricsAccountName=builtin&storageAccountName=s", {
      canaryConfig,
      executionRequest: canaryRequest(),
    });
    expect(started).toEqual({ status: 200, body: { canaryExecutionId: expect.any(String) } });
    const { canaryExecutionId: id } = started.body as { canaryExecutionId: string };
    const result = await vi.waitFor(async () => {
      const { status, body } = await request("GET", `/v2/canaries/canary/${id}?storageAccountName=s`);
      expect([status, (body as { complete: boolean }).complete]).toEqual([200, true]);
      return body as { metricSetPairListId: string; result: object };
    }, 20_000);
    expect(result).toMatchObject({
      application: "ad-hoc",
      pipelineId: id,
      status: "succeeded",
      stageStatus: { runCanary: "succeeded" },
      metricsAccountName: "builtin",
      storageAccountName: "s",
      result: {
        judgeResult: {
          judgeName: "NetflixACAJudge-v1.0",
          results: [{ name: "errors", classification: "Nodata" }],
          score: { score: 0, classification: "Fail" },
        },
        canaryDuration: "PT3600S",
      },
      buildTimeMillis: expect.any(Number),
      endTimeIso: expect.stringMatching(/Z$/),
    });
    const pairs = await request("GET", `/v2/canaries/metricSetPairList/${result.metricSetPairListId}`);
    expect(pairs).toMatchObject({ status: 200, body: [{ name: "errors", values: { control: expect.any(Array) } }] });
    expect((await request("GET", "/v2/canaries/ad-hoc/executions?limit=5")).body).toContainEqual(
      expect.objectContaining({ complete: true, metricSetPairListId: result.metricSetPairListId }),
    );
    expect(await request("GET", `/v2/canaries/canary/any/${id}`)).toMatchObject({ body: { pipelineId: id } });
  });

  test("what cannot be judged is refused at once, with places", async () => {
    const canaryConfig = canaryConfigDocument("refused", app);
    const post = (query: string, executionRequest: unknown) =>
      request("POST", `/v2/canaries/canary${query}`, { canaryConfig, executionRequest });
    expect(await post("?metricsAccountName=missing", canaryRequest())).toMatchObject({
      status: 400,
      body: { problems: [{ pointer: "/metricsAccountName" }] },
    });
    expect(await post("", canaryRequest({ end: "2026-05-04T09:00:00Z" }))).toMatchObject({
      status: 400,
      body: { problems: [{ pointer: "/scopes/default/controlScope/end" }, {}] },
    });
    expect((await post("", undefined)).status).toBe(400);
    expect((await request("POST", "/v2/canaries/canary/missing", canaryRequest())).status).toBe(404);
    expect((await request("GET", "/v2/canaries/canary/missing")).status).toBe(404);
    expect((await request("GET", "/v2/canaries/metricSetPairList/missing")).status).toBe(404);
  });
});

test("a refused change ends its task TERMINAL, with Orca's exception, and nothing after it is done", async () => {
  const { request } = createSpin(server.url, "new");
  const job = [
    { type: "createApplication", application: { name: "no/name", email: "e" } },
    { type: "createApplication", application: { name: "after", email: "e" } },
  ];
  const posted = await request("POST", "/tasks", { job, application: "after", description: "two" });
  expect(posted.status).toBe(200);
  const { body } = await request("GET", (posted.body as { ref: string }).ref);
  expect(body).toMatchObject({ status: "TERMINAL" });
  expect((body as { variables: object[] }).variables).toContainEqual({
    key: "exception",
    value: {
      details: { error: "Unexpected Task Failure", errors: [expect.stringContaining('"no/name"')] },
      shouldRetry: false,
    },
  });
  expect((await request("GET", "/applications/after")).status).toBe(404);
});

test("numbers of documents that travel in a task are kept as they were written", async () => {
  const numbers = '{"one":1.0,"big":12345678901234567890,"power":1e3}';
  const post = async (job: string) => {
    const body = `{"job":[${job}],"application":"spinnaker","description":"d"}`;
    const answer = await fetch(`${server.url}/tasks`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(answer.status).toBe(200);
  };
  const read = async (path: string) => (await fetch(`${server.url}${path}`)).text();
  await post(`{"type":"createApplication","application":{"name":"numbers","email":"e","n":${numbers}}}`);
  // A change of something else leaves them.
  await post(`{"type":"updateApplication","application":{"name":"numbers","email":"f"}}`);
  expect(await read("/applications/numbers")).toContain(`"n":${numbers}`);
  await post(`{"type":"upsertProject","project":{"name":"numbers","n":${numbers}}}`);
  expect(await read("/projects/numbers")).toContain(`"n":${numbers}`);
  const pipeline = `{"name":"numbers","application":"numbers","stages":[],"n":${numbers}}`;
  await post(`{"type":"savePipeline","pipeline":"${Buffer.from(pipeline).toString("base64")}"}`);
  expect(await read("/applications/numbers/pipelineConfigs/numbers")).toContain(`"n":${numbers}`);
});
