import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { createSpin } from "./fixtures/spin.ts";

const server = await startServer();
afterAll(() => server.end());
const { request, task } = createSpin(server.url, "new");
beforeAll(async () => {
  await task({ type: "createApplication", application: { name: "shop", email: "e" } }, "shop", "create");
});

const base = "/pipelineTemplates";
const template = (seconds: number, more: object = {}) => ({
  schema: "1",
  id: "first",
  metadata: { name: "First", description: "d", owner: "o", scopes: ["shop"] },
  variables: [{ name: "seconds", type: "int", defaultValue: seconds }],
  configuration: {},
  stages: [{ id: "wait", type: "wait", name: "Wait", config: { waitTime: "{{ seconds }}" } }],
  ...more,
});
const instance = {
  name: "from the first",
  application: "shop",
  type: "templatedPipeline",
  config: {
    schema: "1",
    pipeline: {
      application: "shop",
      name: "from the first",
      template: { source: "spinnaker://first" },
      variables: { seconds: 0 },
    },
  },
};

/** Sends a change and gives how its task ended. */
async function changed(method: string, path: string, body?: object): Promise<string> {
  const answer = await request(method, path, body);
  expect([path, answer.status, answer.body]).toEqual([path, 202, { ref: expect.stringMatching(/^\/tasks\/.+/) }]);
  return vi.waitFor(async () => {
    const { status } = (await request("GET", (answer.body as { ref: string }).ref)).body as { status: string };
    expect(status).not.toBe("RUNNING");
    return status;
  });
}

test("a template of the first generation is made, read, changed and deleted by tasks", async () => {
  expect((await request("GET", `${base}/first`)).status).toBe(404);
  expect(await changed("POST", base, template(1))).toBe("SUCCEEDED");
  expect(await changed("POST", base, template(1))).toBe("TERMINAL");
  expect((await request("GET", `${base}/first`)).body).toEqual(template(1));
  expect(await changed("POST", `${base}/first`, template(2))).toBe("SUCCEEDED");
  expect((await request("GET", `${base}?scopes=shop`)).body).toEqual([template(2)]);
  expect((await request("GET", `${base}?scopes=other`)).body).toEqual([]);
  expect(await changed("POST", `${base}/unknown`, template(2, { id: "unknown" }))).toBe("TERMINAL");
  expect(await changed("POST", base, { ...template(1), id: "bad", stages: [{ type: "wait" }] })).toBe("TERMINAL");
  expect((await request("POST", base, { schema: "v2", id: "second" })).status).toBe(400);
});

test("a template is kept apart from those of the second generation", async () => {
  const second = { schema: "v2", id: "second", metadata: { scopes: ["shop"] }, pipeline: { stages: [] } };
  expect((await request("POST", "/v2/pipelineTemplates/create", second)).status).toBe(200);
  expect((await request("GET", base)).body).toMatchObject([{ id: "first" }]);
  expect((await request("GET", `${base}/second`)).status).toBe(404);
});

test("its instances are told, run, and keep it from being deleted", async () => {
  const saved = await request("POST", "/pipelines", instance);
  expect(saved.status).toBe(200);
  const { id } = saved.body as { id: string };
  expect((await request("GET", `${base}/first/dependents`)).body).toEqual([
    { application: "shop", pipelineConfigId: id, pipelineName: "from the first" },
  ]);
  const started = await request("POST", "/pipelines/shop/from%20the%20first", {
    type: "manual",
    parameters: { template: "first" },
  });
  expect(started.status).toBe(202);
  const run = (started.body as { ref: string }).ref.slice("/pipelines/".length);
  await vi.waitFor(async () => {
    expect((await request("GET", `/pipelines/${run}`)).body).toMatchObject({ status: "SUCCEEDED" });
  }, 10_000);

  const resolve = (source: string, more = "") =>
    request("GET", `${base}/resolve?source=${encodeURIComponent(source)}${more}`);
  const byParameter = "spinnaker://{{ trigger.parameters.template }}";
  expect((await resolve("spinnaker://first")).body).toEqual(template(2));
  expect((await resolve(byParameter, `&executionId=${run}`)).body).toMatchObject({ id: "first" });
  expect((await resolve(byParameter, `&pipelineConfigId=${id}`)).body).toMatchObject({ id: "first" });
  expect((await resolve("spinnaker://none")).status).toBe(404);
  expect((await resolve("ftp://elsewhere")).status).toBe(400);
  expect((await resolve("")).status).toBe(400);

  expect(await changed("DELETE", `${base}/first`)).toBe("TERMINAL");
  expect((await request("DELETE", "/pipelines/shop/from%20the%20first")).status).toBe(200);
  expect(await changed("DELETE", `${base}/first?application=shop`)).toBe("SUCCEEDED");
  expect((await request("GET", `${base}/first`)).status).toBe(404);
});

test("a pipeline is turned into a template that is saved and planned as it is", async () => {
  const stages = [{ refId: "1", type: "wait", name: "Wait", waitTime: 7, requisiteStageRefIds: [] }];
  const saved = await request("POST", "/pipelines", { name: "to convert", application: "shop", stages });
  const { id } = saved.body as { id: string };
  const answer = await fetch(`${server.url}/pipelineConfigs/${id}/convertToTemplate`);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
  const converted = parse(await answer.text()) as object;
  expect(converted).toMatchObject({ id: "shop-toconvert", stages: [{ id: "wait1", config: { waitTime: 7 } }] });
  expect(await changed("POST", base, converted)).toBe("SUCCEEDED");
  expect((await request("GET", "/pipelineConfigs/none/convertToTemplate")).status).toBe(404);
});

test("jobs of tasks change templates of the second generation too", async () => {
  const encoded = (document: object) => Buffer.from(JSON.stringify(document)).toString("base64");
  const made = { schema: "v2", id: "by-task", metadata: { scopes: ["shop"] }, pipeline: { stages: [] } };
  const ended = async (job: object) => (await task(job, "shop", "template")).status;
  expect(await ended({ type: "createV2PipelineTemplate", pipelineTemplate: encoded(made), tag: "stable" })).toBe(
    "SUCCEEDED",
  );
  expect((await request("GET", "/v2/pipelineTemplates/by-task?tag=stable")).body).toEqual(made);
  expect(await ended({ type: "deleteV2PipelineTemplate", pipelineTemplateId: "by-task", tag: "unstable" })).toBe(
    "TERMINAL",
  );
  expect(await ended({ type: "deleteV2PipelineTemplate", pipelineTemplateId: "by-task" })).toBe("SUCCEEDED");
  expect((await request("GET", "/v2/pipelineTemplates/by-task")).status).toBe(404);
});
