import type { JsonObject } from "@gennaker/contract/json.ts";
import type { TestServer } from "@gennaker/testkit/server/start-server.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createSpin } from "./fixtures/spin.ts";

const made: { server?: TestServer } = {};
beforeAll(async () => {
  made.server = await startServer();
});
afterAll(() => made.server?.end());

const base = "/v2/pipelineTemplates";
const ask = (method: string, path: string, body?: JsonObject) =>
  createSpin(made.server?.url ?? "", "new").request(method, path, body);
const template = (seconds: number, more: JsonObject = {}): JsonObject => ({
  schema: "v2",
  id: "waiter",
  metadata: { name: "Waiter", scopes: ["global"] },
  variables: [{ name: "seconds", type: "int", defaultValue: seconds }],
  pipeline: {
    stages: [{ refId: "1", type: "wait", requisiteStageRefIds: [], waitTime: "${ templateVariables.seconds }" }],
  },
  ...more,
});
const instance = (reference: string, more: JsonObject = {}): JsonObject => ({
  schema: "v2",
  type: "templatedPipeline",
  application: "shop",
  name: "from template",
  template: { reference, type: "front50/pipelineTemplate" },
  ...more,
});
const waitOf = (answer: { body: unknown }) =>
  (answer.body as { stages?: { waitTime: unknown }[] }).stages?.[0]?.waitTime;

test("a template is created once, listed by scope, read and planned", async () => {
  expect((await ask("GET", `${base}/waiter`)).status).toBe(404);
  expect(await ask("POST", `${base}/create`, template(1))).toMatchObject({
    status: 200,
    body: { status: "SUCCEEDED" },
  });
  expect((await ask("POST", `${base}/create`, template(1))).status).toBe(409);
  expect((await ask("GET", `${base}?scopes=global`)).body).toMatchObject([{ id: "waiter" }]);
  expect((await ask("GET", `${base}?scopes=none`)).body).toEqual([]);
  expect((await ask("GET", `${base}/waiter`)).body).toEqual(template(1));
  const planned = await ask("POST", `${base}/plan`, instance("spinnaker://waiter", { variables: { seconds: 9 } }));
  expect([planned.status, waitOf(planned)]).toEqual([200, 9]);
});

test("tags and digests keep versions apart", async () => {
  expect((await ask("POST", `${base}/create?tag=stable`, template(2))).status).toBe(200);
  expect((await ask("POST", `${base}/update/waiter?tag=experimental`, template(3))).status).toBe(200);
  const versions = (await ask("GET", `${base}/versions`)).body as {
    waiter: { tag?: string; digest: string; variables: { defaultValue: number }[] }[];
  };
  const digest = versions.waiter.find(({ tag }) => tag === "stable")?.digest ?? "";
  for (const [reference, seconds] of [
    ["waiter", 1],
    ["waiter:stable", 2],
    ["waiter:experimental", 3],
    ["waiter:latest", 3],
    [`waiter@sha256:${digest}`, 2],
  ] as const) {
    expect([reference, waitOf(await ask("POST", `${base}/plan`, instance(`spinnaker://${reference}`)))]).toEqual([
      reference,
      seconds,
    ]);
  }
  expect((await ask("GET", `${base}/waiter?tag=stable`)).body).toEqual(template(2));
  expect((await ask("GET", `${base}/waiter?digest=${digest}`)).body).toEqual(template(2));
  expect((await ask("GET", `${base}/waiter?digest=${digest}&tag=stable`)).status).toBe(400);
  expect((await ask("POST", `${base}/create?tag=mine`, template(2))).status).toBe(400);
});

test("what is wrong with a template or an instance is told with its place", async () => {
  const pointers = async (method: string, path: string, body: JsonObject) => {
    const { status, body: answer } = await ask(method, path, body);
    return [status, (answer as { problems: { pointer: string }[] }).problems.map(({ pointer }) => pointer)];
  };
  expect(
    await pointers(
      "POST",
      `${base}/create`,
      template(1, { id: "bad", variables: [{ name: "a", type: "int", defaultValue: "x" }] }),
    ),
  ).toEqual([400, ["/variables/0/defaultValue"]]);
  expect(await pointers("POST", `${base}/create`, template(1, { schema: "1" }))).toEqual([400, ["/schema"]]);
  expect(
    await pointers("POST", `${base}/plan`, instance("spinnaker://waiter", { variables: { seconds: "x" } })),
  ).toEqual([400, ["/instance/variables/seconds"]]);
  expect(await pointers("POST", `${base}/plan`, instance("spinnaker://missing"))).toEqual([
    400,
    ["/instance/template/reference"],
  ]);
});

test("a pipeline made from a template runs, and keeps the template from being deleted or broken", async () => {
  expect(
    (await ask("POST", "/pipelines", instance("spinnaker://waiter:stable", { variables: { seconds: 0 } }))).status,
  ).toBe(200);
  const started = await ask("POST", "/pipelines/shop/from%20template", {});
  expect(started.status).toBe(202);
  const id = String((started.body as { ref: string }).ref.split("/").at(-1));
  await vi.waitFor(async () => {
    const { body } = await ask("GET", `/pipelines/${id}`);
    expect(body).toMatchObject({ status: "SUCCEEDED", stages: [{ type: "wait", context: { waitTime: 0 } }] });
  }, 20_000);
  expect((await ask("GET", `${base}/waiter/dependents`)).body).toMatchObject([
    { application: "shop", pipelineName: "from template" },
  ]);
  expect((await ask("DELETE", `${base}/waiter?tag=stable`)).status).toBe(400);
  const broken = template(1, { variables: [{ name: "seconds", type: "string", defaultValue: "1" }] });
  expect((await ask("POST", `${base}/update/waiter?tag=stable`, broken)).status).toBe(400);
  expect((await ask("POST", `${base}/update/waiter?tag=stable&skipPlanDependents=true`, broken)).status).toBe(200);
  expect((await ask("POST", "/pipelines/shop/from%20template", {})).status).toBe(400);
});

test("a version is deleted by its tag, and a template as a whole", async () => {
  expect((await ask("DELETE", `${base}/waiter?tag=experimental`)).status).toBe(202);
  expect((await ask("GET", `${base}/waiter?tag=experimental`)).status).toBe(404);
  expect((await ask("DELETE", "/pipelines/shop/from%20template")).status).toBe(200);
  expect((await ask("DELETE", `${base}/waiter`)).status).toBe(202);
  expect((await ask("GET", base)).body).toEqual([]);
  expect((await ask("DELETE", `${base}/waiter`)).status).toBe(404);
});

test("expected artifacts are bound when a run starts: received, else of the run before, else the default", async () => {
  const expectedArtifacts = [
    {
      id: "e",
      matchArtifact: { type: "docker/image", name: "app" },
      usePriorArtifact: true,
      useDefaultArtifact: true,
      defaultArtifact: { type: "docker/image", name: "app", version: "default" },
    },
  ];
  const stages = [
    {
      refId: "1",
      type: "evaluateVariables",
      variables: [{ key: "version", value: "${ trigger.resolvedExpectedArtifacts[0].boundArtifact.version }" }],
    },
  ];
  expect(
    (await ask("POST", "/pipelines", { application: "shop", name: "artifacts", expectedArtifacts, stages })).status,
  ).toBe(200);
  const versionOf = async (body: JsonObject) => {
    const { body: started } = await ask("POST", "/pipelines/shop/artifacts", body);
    const id = String((started as { ref: string }).ref.split("/").at(-1));
    return vi.waitFor(async () => {
      const run = (await ask("GET", `/pipelines/${id}`)).body as {
        status: string;
        stages: { outputs: { version?: string } }[];
      };
      expect(run.status).toBe("SUCCEEDED");
      return run.stages[0]?.outputs.version;
    }, 20_000);
  };
  expect(await versionOf({})).toBe("default");
  expect(await versionOf({ artifacts: [{ type: "docker/image", name: "app", version: "7" }] })).toBe("7");
  expect(await versionOf({})).toBe("7");
  const two = [
    { type: "docker/image", name: "app", version: "1" },
    { type: "docker/image", name: "app", version: "2" },
  ];
  expect((await ask("POST", "/pipelines/shop/artifacts", { artifacts: two })).status).toBe(400);
});
