import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Generation } from "./fixtures/spin.ts";
import { createSpin } from "./fixtures/spin.ts";

const server = await startServer();
afterAll(() => server.end());

type Named = { name: string; id: string };

describe.each<Generation>(["old", "new"])("spin, %s generation", (generation) => {
  const app = `spin${generation}`;
  const spin = () => createSpin(server.url, generation);

  test("every command first: /version", async () => {
    expect(await spin().request("GET", "/version")).toEqual({ status: 200, body: { version: expect.any(String) } });
  });

  test("account list, get, whoami", async () => {
    const list = await spin().request("GET", "/credentials?expand=false");
    expect(list).toMatchObject({
      status: 200,
      body: [{ name: "local", type: "hosts", permissions: { READ: [], WRITE: [] }, requiredGroupMembership: [] }],
    });
    expect(await spin().request("GET", "/credentials/local")).toMatchObject({ status: 200, body: { name: "local" } });
    expect((await spin().request("GET", "/credentials/missing")).status).toBe(404);
    expect(await spin().request("GET", "/auth/user")).toMatchObject({
      status: 200,
      body: { username: "anonymous", email: "anonymous", roles: [], allowedAccounts: expect.any(Array), enabled: true },
    });
  });

  test("application save, get, list, save again", async () => {
    const application = {
      cloudProviders: "hosts,kubernetes",
      instancePort: 80,
      name: app.toUpperCase(),
      email: "a@example.com",
      repoType: null,
    };
    const job = { type: "createApplication", application };
    expect((await spin().request("GET", `/applications/${app}?expand=false`)).status).toBe(404);
    expect(await spin().task(job, app, `Create Application: ${app}`)).toEqual({ status: "SUCCEEDED", looks: 1 });
    expect(
      await spin().task(
        { ...job, application: { ...application, email: "b@example.com", description: null } },
        app,
        "again",
      ),
    ).toMatchObject({ status: "SUCCEEDED" });
    expect(await spin().request("GET", `/applications/${app}?expand=false`)).toMatchObject({
      status: 200,
      body: {
        name: app,
        attributes: {
          name: app,
          email: "b@example.com",
          cloudProviders: "hosts,kubernetes",
          instancePort: 80,
          updateTs: expect.stringMatching(/^\d{13}$/),
        },
      },
    });
    const list = await spin().request("GET", "/applications");
    expect((list.body as Named[]).map((each) => each.name)).toContain(app);
  });

  const pipeline = {
    name: `ship it ${generation}`,
    application: app,
    keepWaitingPipelines: false,
    limitConcurrent: true,
    triggers: [],
    stages: [{ refId: "1", type: "wait", name: "Wait", waitTime: 3_600, requisiteStageRefIds: [] }],
  };

  test("pipeline save, list, get, update, delete", async () => {
    const { request, segment } = spin();
    const path = `/applications/${app}/pipelineConfigs/${segment(pipeline.name)}`;
    expect((await request("GET", path)).status).toBe(404);
    expect((await request("POST", "/pipelines?staleCheck=", pipeline)).status).toBe(200);
    const found = await request("GET", path);
    expect(found).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        name: pipeline.name,
        index: 0,
        updateTs: expect.stringMatching(/^\d{13}$/),
      },
    });
    expect((await request("POST", "/pipelines", { ...(found.body as object), disabled: true })).status).toBe(200);
    expect(await request("GET", path)).toMatchObject({ body: { id: (found.body as Named).id, disabled: true } });
    expect((await request("POST", `/pipelines/${app}/${segment(pipeline.name)}`, {})).status).toBe(409);
    const list = await request("GET", `/applications/${app}/pipelineConfigs`);
    expect([list.status, (list.body as Named[]).map((each) => each.name)]).toEqual([200, [pipeline.name]]);
    expect((await request("DELETE", `/pipelines/${app}/${segment(pipeline.name)}`)).status).toBe(200);
    expect((await request("GET", path)).status).toBe(404);
    // Saved again under its old id: its versions go on.
    expect((await request("POST", "/pipelines", { ...(found.body as object), disabled: false })).status).toBe(200);
  });

  test("pipeline execute, execution list, get, cancel", async () => {
    const { request, segment, wrap } = spin();
    const { id: configId } = (await request("GET", `/applications/${app}/pipelineConfigs/${segment(pipeline.name)}`))
      .body as Named;
    const started = await request(
      "POST",
      `/pipelines/${app}/${segment(pipeline.name)}`,
      wrap({ type: "manual", parameters: { a: "1" }, artifacts: [] }),
    );
    expect(started).toEqual({ status: 202, body: { ref: expect.stringMatching(/^\/pipelines\/[0-9A-Z]{26}$/) } });
    const id = (started.body as { ref: string }).ref.slice("/pipelines/".length);
    expect(await request("GET", `/executions?executionIds=${id}&limit=1`)).toMatchObject({
      status: 200,
      body: [
        {
          id,
          type: "PIPELINE",
          application: app,
          pipelineConfigId: configId,
          trigger: { type: "manual", parameters: { a: "1" }, user: "anonymous" },
        },
      ],
    });
    await vi.waitFor(async () => {
      expect(
        await request("GET", `/executions?limit=5&pipelineConfigIds=${configId}&statuses=RUNNING%2CRUNNING`),
      ).toMatchObject({ status: 200, body: [{ id, status: "RUNNING" }] });
    }, 10_000);
    expect(
      (await request("GET", `/executions?pipelineConfigIds=${configId}&statuses=SUCCEEDED,STOPPED,SKIPPED`)).body,
    ).toEqual([]);
    expect(await request("GET", "/executions?executionIds=MISSING&limit=1")).toEqual({ status: 200, body: [] });
    expect(await request("GET", `/applications/${app}/pipelines?expand=false&statuses=`)).toMatchObject({
      status: 200,
      body: [{ id }],
    });
    expect((await request("PUT", `/pipelines/${id}/cancel`)).status).toBe(200);
    await vi.waitFor(async () => {
      expect(await request("GET", `/executions?executionIds=${id}&limit=1`)).toMatchObject({
        body: [{ status: "CANCELED", canceled: true, canceledBy: "anonymous" }],
      });
    }, 10_000);
    expect((await request("PUT", `/pipelines/${id}/cancel`)).status).toBe(200);
  });

  test("application pipelines cancel, whose path holds the unfilled placeholder", async () => {
    const { request, segment, wrap } = spin();
    const started = await request("POST", `/pipelines/${app}/${segment(pipeline.name)}`, wrap({ type: "manual" }));
    const id = (started.body as { ref: string }).ref.slice("/pipelines/".length);
    expect((await request("PUT", `/applications/%7Bapplication%7D/pipelines/${id}/cancel?reason=not+now`)).status).toBe(
      200,
    );
    await vi.waitFor(async () => {
      expect(await request("GET", `/pipelines/${id}`)).toMatchObject({
        body: { status: "CANCELED", cancellationReason: "not now" },
      });
    }, 10_000);
    expect((await request("PUT", "/applications/%7Bapplication%7D/pipelines/MISSING/cancel?reason=")).status).toBe(404);
  });

  test("a pipeline without stages is listed beside many operations of its application", async () => {
    const { request, task } = spin();
    for (let count = 0; count < 12; count += 1)
      await task({ type: "updateApplication", application: { name: app } }, app, "touch");
    const runs = (await request("GET", `/applications/${app}/pipelines?limit=1`)).body as { type: string }[];
    expect(runs.map((run) => run.type)).toEqual(["PIPELINE"]);
    const tasks = (await request("GET", `/applications/${app}/tasks?limit=5`)).body as { status: string }[];
    expect(tasks.map((each) => each.status)).toEqual(Array(5).fill("SUCCEEDED"));
  });

  test("canary config save, list, get, update, delete", async () => {
    const { request } = spin();
    const config = {
      id: `canary-${generation}`,
      name: `canary ${generation}`,
      applications: [app],
      judge: { name: "NetflixACAJudge-v1.0", judgeConfigurations: {} },
      configVersion: "1",
      metrics: [
        {
          name: "errors",
          query: { type: "gennaker", metric: "errors_total", function: "rate" },
          groups: ["all"],
          scopeName: "default",
          analysisConfigurations: {},
        },
      ],
      templates: {},
      classifier: { groupWeights: { all: 100 } },
    };
    const path = `/v2/canaryConfig/${config.id}`;
    expect((await request("GET", path)).status).toBe(404);
    expect(await request("POST", "/v2/canaryConfig", config)).toEqual({
      status: 200,
      body: { canaryConfigId: config.id },
    });
    expect(await request("GET", path)).toMatchObject({
      status: 200,
      body: { name: config.name, metrics: [{ name: "errors" }] },
    });
    expect((await request("PUT", path, { ...config, description: "changed" })).status).toBe(200);
    expect(await request("GET", `/v2/canaryConfig?application=${app}`)).toMatchObject({
      status: 200,
      body: [
        {
          id: config.id,
          name: config.name,
          applications: [app],
          updatedTimestamp: expect.any(Number),
          updatedTimestampIso: expect.stringMatching(/Z$/),
        },
      ],
    });
    expect((await request("DELETE", path)).status).toBe(200);
    expect((await request("GET", path)).status).toBe(404);
  });

  test("application delete", async () => {
    const job = { type: "deleteApplication", application: { name: app } };
    expect(await spin().task(job, app, `Delete Application: ${app}`)).toEqual({ status: "SUCCEEDED", looks: 1 });
    expect((await spin().request("GET", `/applications/${app}?expand=false`)).status).toBe(404);
  });
});

test("a task with a job nobody knows ends TERMINAL, as a task", async () => {
  expect(await createSpin(server.url, "new").task({ type: "upsertNothing" }, "spinnaker", "odd")).toMatchObject({
    status: "TERMINAL",
  });
});
