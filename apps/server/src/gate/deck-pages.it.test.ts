import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { absentRoutes } from "./absent.ts";
import { pipelineDocument } from "./fixtures/documents.ts";
import { createSpin } from "./fixtures/spin.ts";

const server = await startServer();
afterAll(() => server.end());
const { request, task } = createSpin(server.url, "new");
const app = "pages";
const application = (more: object = {}) => ({ name: app, email: "first@example.com", ...more });

beforeAll(async () => {
  await task({ type: "createApplication", application: application() }, app, "create");
});

describe("what Spinnaker's pages ask for on their way", () => {
  test("every path of a kind that is not here is answered without a fault", async () => {
    for (const { path } of absentRoutes()) {
      const { status } = await request("GET", path.replaceAll(/:[A-Za-z]+/g, "x"));
      expect([path, [200, 404].includes(status)]).toEqual([path, true]);
    }
    expect((await request("GET", "/manifests/prod/default/deployment%20web")).body).toMatchObject({
      status: 404,
      message: expect.stringContaining("Manifest deployment web not found"),
    });
    expect((await request("GET", "/banners")).body).toEqual([]);
    expect((await request("GET", "/auth/apiTokens")).body).toEqual([]);
    expect((await request("GET", "/auth/user")).body).toMatchObject({ enabled: true, canMintApiTokens: false });
  });

  test("a cron expression is described, or told what is wrong with it", async () => {
    const validate = async (expression: string) =>
      (await request("GET", `/cron/validate?expression=${encodeURIComponent(expression)}`)).body;
    expect(await validate("0 0 12 * * ?")).toEqual({ valid: true, description: "At 12:00, every day" });
    expect(await validate("0 0 25 * * ?")).toEqual({ valid: false, message: expect.stringContaining("hours") });
    expect((await request("GET", "/cron/validate")).body).toMatchObject({ valid: false });
  });

  test("the content of an artifact is fetched as it is", async () => {
    const fetched = (artifact: object) =>
      fetch(`${server.url}/artifacts/fetch`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(artifact),
      });
    const bytes = Buffer.from([0, 255, 1, 254]);
    const answer = await fetched({ type: "embedded/base64", reference: bytes.toString("base64") });
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x-content-type-options")]).toEqual([
      200,
      "application/octet-stream",
      "nosniff",
    ]);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
    const refused = await fetched({ type: "unheard/of", reference: "x" });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ message: expect.stringContaining("unheard/of") }),
    ]);
  });

  test("an application's history has every version, newest first", async () => {
    await task({ type: "updateApplication", application: application({ email: "second@example.com" }) }, app, "update");
    const history = (await request("GET", `/applications/${app.toUpperCase()}/history`)).body as { email: string }[];
    expect(history.map(({ email }) => email)).toEqual(["second@example.com", "first@example.com"]);
    expect((await request("GET", `/applications/${app}/history?limit=1`)).body).toHaveLength(1);
    expect((await request("GET", "/applications/none/history")).status).toBe(404);
  });
});

describe("pipelines", () => {
  const succeeds = (ref: string) =>
    vi.waitFor(async () => {
      const { body } = await request("GET", ref);
      expect(body).toMatchObject({ status: "SUCCEEDED" });
      return body as { application: string; pipelineConfigId: string; trigger: { parameters: object; type: string } };
    }, 10_000);

  test("run as they are sent, without being saved", async () => {
    const stages = [{ refId: "1", type: "wait", name: "Wait", waitTime: 0, requisiteStageRefIds: [] }];
    const trigger = { type: "manual", parameters: { size: "2" } };
    const sent = { id: "not saved", name: "once", application: app.toUpperCase(), stages, trigger };
    const { status, body } = await request("POST", "/pipelines/start", sent);
    expect(status).toBe(200);
    const run = await succeeds((body as { ref: string }).ref);
    expect(run).toMatchObject({
      application: app,
      pipelineConfigId: "not saved",
      trigger: { parameters: { size: "2" } },
    });
    expect((await request("GET", `/applications/${app}/pipelineConfigs/once`)).status).toBe(404);
    expect((await request("POST", "/pipelines/start", { ...sent, stages: undefined })).body).toMatchObject({
      status: 400,
      problems: [{ pointer: "/stages" }],
    });
    expect((await request("POST", "/pipelines/start", [])).status).toBe(400);
    expect((await request("POST", "/pipelines/start", { ...sent, disabled: true })).status).toBe(409);
  });

  test("are started and changed under the older paths too", async () => {
    const saved = (await request("POST", "/pipelines", pipelineDocument(app, "older"))).body as { id: string };
    const { status, body } = await request("POST", `/applications/${app}/pipelineConfigs/older`, { type: "manual" });
    expect(status).toBe(202);
    await request("PUT", `${(body as { ref: string }).ref}/cancel`);
    const put = await request("POST", `/pipelineConfigs/${saved.id}`, { ...pipelineDocument(app, "newer") });
    expect(put).toMatchObject({ status: 200, body: { id: saved.id, name: "newer" } });
    expect((await request("POST", "/pipelineConfigs/none", pipelineDocument(app, "x"))).status).toBe(404);
  });
});

test("an application that is deleted takes its notification settings with it", async () => {
  const create = () => task({ type: "createApplication", application: { name: "told", email: "e" } }, "told", "create");
  await create();
  const settings = { email: [{ address: "a@example.com", when: ["pipeline.failed"] }] };
  expect((await request("POST", "/notifications/application/told", settings)).status).toBe(200);
  expect((await request("GET", "/notifications/application/told")).body).toMatchObject(settings);
  expect((await task({ type: "deleteApplication", application: { name: "told" } }, "told", "delete")).status).toBe(
    "SUCCEEDED",
  );
  await create();
  expect((await request("GET", "/notifications/application/told")).body).toEqual({ application: "told" });
});

test("the list of applications shows every change at once", async () => {
  const list = async () =>
    ((await request("GET", "/applications")).body as { name: string; email: string }[])
      .filter(({ name }) => name.startsWith("listed"))
      .map(({ name, email }) => `${name} ${email}`);
  const save = (name: string, email: string) =>
    task({ type: "updateApplication", application: { name, email } }, name, "save");
  await save("listed1", "a@example.com");
  expect(await list()).toEqual(["listed1 a@example.com"]);
  await save("listed2", "b@example.com");
  await save("listed1", "c@example.com");
  expect(await list()).toEqual(["listed1 c@example.com", "listed2 b@example.com"]);
  await task({ type: "deleteApplication", application: { name: "listed1" } }, "listed1", "delete");
  expect(await list()).toEqual(["listed2 b@example.com"]);
});
