import { accessRoutes } from "@gennaker/contract/resources/access.ts";
import { routes } from "@gennaker/contract/routes.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, describe, expect, test, vi } from "vitest";
import { gateRoutes } from "../gate/routes.ts";
import { frontDoorExempt, frontDoorRows } from "./fixtures/front-door-rows.ts";
import { send } from "./fixtures/http.ts";

const server = await startServer();
afterAll(() => server.end());

type Entry = {
  id: number;
  time: string;
  actor: string;
  via: string;
  action: string;
  resource: string;
  application: string | null;
  before: unknown;
  after: unknown;
};
type Ids = { pipeline: string; execution: string; stage: string; exception?: string };
type Row = [method: string, path: string, body: unknown, action: string, prepare?: (ids: Ids) => Promise<void>];

async function audit(): Promise<Entry[]> {
  return (await send(server.url, "GET", "/api/v1/audit?limit=500", undefined)).json() as Entry[];
}

const config = {
  name: "c",
  metrics: [
    {
      name: "m",
      query: { type: "gennaker", metric: "x", function: "rate" },
      groups: ["g"],
      scopeName: "default",
      analysisConfigurations: {},
    },
  ],
  classifier: { groupWeights: { g: 100 } },
  judge: { name: "NetflixACAJudge-v1.0" },
  configVersion: "1",
  templates: {},
};
const wait = { refId: "1", type: "wait", name: "w", waitTime: 3_600, requisiteStageRefIds: [] };
const judgement = { refId: "2", type: "manualJudgment", name: "j", requisiteStageRefIds: [] };

async function started(stages: unknown[] = [wait, judgement]): Promise<Ids> {
  const name = `p${Math.random()}`;
  const saved = await send(server.url, "POST", "/api/v1/pipelines", { name, application: "shop", stages });
  const { id: pipeline } = saved.json() as { id: string };
  const run = await send(server.url, "POST", `/api/v1/pipelines/${pipeline}/executions`, {});
  expect(run.status).toBe(202);
  const { id: execution } = run.json() as { id: string };
  const stage = await vi.waitFor(async () => {
    const view = (await send(server.url, "GET", `/api/v1/executions/${execution}`, undefined)).json() as {
      stages: { id: string; status: string }[];
    };
    expect(view.stages.every((each) => each.status === "RUNNING")).toBe(true);
    return view.stages[0]?.id ?? "";
  }, 10_000);
  return { pipeline, execution, stage };
}

const template = (id: string, description = "d") => ({
  schema: "v2",
  id,
  metadata: { name: id, description, owner: "o@example.com", scopes: ["global"] },
  variables: [],
  pipeline: { stages: [wait] },
});
const createTemplate = async () =>
  void (await send(server.url, "POST", "/v2/pipelineTemplates/create", template("t1")));

const cancel = async ({ execution }: Ids) =>
  void (await send(server.url, "POST", `/api/v1/executions/${execution}/cancel`, {}));
const ended = async (ids: Ids) => {
  await cancel(ids);
  await vi.waitFor(async () => {
    expect((await send(server.url, "GET", `/api/v1/executions/${ids.execution}`, undefined)).json()).toMatchObject({
      status: "CANCELED",
    });
  }, 10_000);
};
const pause = async ({ execution }: Ids) =>
  void (await send(server.url, "POST", `/api/v1/executions/${execution}/pause`, {}));
const put = (path: string, body: unknown) => async () => void (await send(server.url, "PUT", path, body));

const frontDoor = frontDoorRows(server.url, config, ended);

const freeze = { periods: [{ from: "2020-01-01T00:00", to: "2020-01-02T00:00" }] };
const exception = { what: "application", subject: "a1", reason: "r" };
const excepted = async (ids: Ids) => {
  await put("/api/v1/freezes/f1", freeze)();
  const made = await send(server.url, "POST", "/api/v1/freezes/f1/exceptions", exception);
  ids.exception = (made.json() as { id: string }).id;
};

/** Every route that changes something, with what makes it succeed. */
const own: Row[] = [
  ...frontDoor.own,
  ["PUT", "/api/v1/applications/:application", { email: "a@example.com" }, "application.create"],
  ["DELETE", "/api/v1/applications/:application", {}, "application.delete", put("/api/v1/applications/a1", {})],
  ["POST", "/api/v1/pipelines", { name: "saved", application: "shop", stages: [] }, "pipeline.create"],
  ["DELETE", "/api/v1/pipelines/:pipeline", {}, "pipeline.delete"],
  ["POST", "/api/v1/pipelines/:pipeline/executions", {}, "execution.start"],
  [
    "POST",
    "/api/v1/operations",
    { application: "shop", description: "d", job: [{ type: "wait", waitTime: 3_600 }] },
    "execution.start",
  ],
  ["POST", "/api/v1/executions/:execution/cancel", { reason: "r" }, "execution.cancel"],
  ["POST", "/api/v1/executions/:execution/pause", {}, "execution.pause"],
  ["POST", "/api/v1/executions/:execution/resume", {}, "execution.resume", pause],
  ["POST", "/api/v1/executions/:execution/stages/2/judge", { decision: "continue" }, "stage"],
  ["POST", "/api/v1/executions/:execution/stages/:stage/skip", { reason: "r" }, "stage"],
  ["POST", "/api/v1/executions/:execution/stages/:stage/restart", {}, "stage.restart", ended],
  ["DELETE", "/api/v1/executions/:execution", {}, "execution.remove", ended],
  ["PUT", "/api/v1/retention", { keepDays: 30, keepLast: null }, "retention.set"],
  ["PUT", "/api/v1/applications/:application/retention", { keepDays: null, keepLast: 5 }, "retention.set"],
  [
    "DELETE",
    "/api/v1/applications/:application/retention",
    {},
    "retention.clear",
    put("/api/v1/applications/a1/retention", { keepDays: 9, keepLast: null }),
  ],
  ["POST", "/api/v1/executions/:execution/rerun", { version: "same" }, "execution.start"],
  ["PUT", "/api/v1/applications/:application/pause", { paused: true, reason: "r" }, "engine.pause"],
  ["PUT", "/api/v1/freezes/:freeze", freeze, "freeze.save"],
  ["POST", "/api/v1/freezes/:freeze/exceptions", exception, "freeze.except", put("/api/v1/freezes/f1", freeze)],
  ["DELETE", "/api/v1/freezes/:freeze/exceptions/:exception", {}, "freeze.unexcept", excepted],
  ["DELETE", "/api/v1/freezes/:freeze", {}, "freeze.delete", put("/api/v1/freezes/f1", freeze)],
  ["POST", "/api/v1/import", { items: [{ source: "s", text: "{}" }] }, "import.run"],
  ["PUT", "/api/v1/secrets/:secret", { value: "v" }, "secret.set"],
  ["POST", "/api/v1/secrets/rotate", {}, "secret.rotate"],
  ["DELETE", "/api/v1/secrets/:secret", {}, "secret.delete", put("/api/v1/secrets/s1", { value: "v" })],
  ["POST", "/api/v1/artifacts/fetch", { type: "embedded/base64", reference: "aGk=" }, "artifact.fetch"],
  ["PUT", "/api/v1/canary-configs/:canaryConfig", config, "canaryConfig"],
  ["DELETE", "/api/v1/canary-configs/:canaryConfig", {}, "canaryConfig", put("/api/v1/canary-configs/k1", config)],
];
const gate: Row[] = [
  ...frontDoor.gate,
  ["POST", "/pipelines", { name: "gate saved", application: "shop", stages: [] }, "pipeline.create"],
  ["PUT", "/pipelines/:id", { name: "gate put", application: "shop", stages: [wait] }, "pipeline.update"],
  ["DELETE", "/pipelines/:application/:name", {}, "pipeline.delete"],
  ["POST", "/pipelines/:application/:name", {}, "execution.start"],
  ["POST", "/pipelines/v2/:application/:name", {}, "execution.start"],
  ["DELETE", "/pipelines/:id", {}, "execution.remove", ended],
  ["PUT", "/pipelines/:id/cancel", {}, "execution.cancel"],
  ["PUT", "/applications/:application/pipelines/:id/cancel", {}, "execution.cancel"],
  ["PUT", "/pipelines/:id/pause", {}, "execution.pause"],
  ["PUT", "/pipelines/:id/resume", {}, "execution.resume", pause],
  ["PATCH", "/pipelines/:id/stages/:stage", { skipRemainingWait: true }, "stage"],
  ["PUT", "/pipelines/:id/stages/:stage/restart", {}, "stage.restart", ended],
  ["PUT", "/tasks/:id/cancel", {}, "execution.cancel"],
  ["POST", "/v2/canaryConfig", { ...config, id: "k2", name: "c2" }, "canaryConfig"],
  ["PUT", "/v2/canaryConfig/:id", config, "canaryConfig", put("/api/v1/canary-configs/k1", config)],
  ["DELETE", "/v2/canaryConfig/:id", {}, "canaryConfig", put("/api/v1/canary-configs/k1", config)],
  ["POST", "/v2/pipelineTemplates/create", template("t0"), "template"],
  ["POST", "/v2/pipelineTemplates/update/:id", template("t1", "changed"), "template", createTemplate],
  ["DELETE", "/v2/pipelineTemplates/:id", {}, "template", createTemplate],
];

function pathOf(row: Row, ids: Ids): string {
  const [method, path] = row;
  if (path === "/tasks/cancel") return `${path}?ids=${ids.execution}`;
  const runs =
    /cancel|pause|resume|stages/.test(path) || (method === "DELETE" && /^\/(pipelines|tasks)\/:id$/.test(path));
  const kept = { "/v2/canar": "k1", "/v2/pipelineTemplates": "t1", "/strategies": "s1" };
  const stored = Object.entries(kept).find(([start]) => path.startsWith(start))?.[1];
  const id = stored ?? (runs ? ids.execution : ids.pipeline);
  const values: Record<string, string> = {
    application: /^\/(pipelines|strategies)|\/pipelineConfigs\//.test(path) ? "shop" : "a1",
    type: "application",
    project: "pr1",
    name: stored ?? ids.pipeline,
    id,
    canaryConfig: "k1",
    freeze: "f1",
    secret: "s1",
    exception: ids.exception ?? "",
    pipeline: ids.pipeline,
    execution: ids.execution,
    stage: ids.stage,
  };
  return path.replace(/:([A-Za-z]+)/g, (_all, key: string) => values[key] ?? "");
}

describe("every route that changes something", () => {
  test("is in the table", () => {
    const mutating = (all: readonly { method: string; path: string }[]) =>
      all.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
    const known = [...own, ...gate].map(
      ([method, path]) => `${method} ${path.replace("/stages/2/judge", "/stages/:stage/judge")}`,
    );
    const contract = Object.values(routes as Record<string, Route>).map(({ method, path }) => ({
      method,
      path: `/api/v1${path}`,
    }));
    // These answer without changing anything, or are a test of their own below.
    const exempt = [
      "POST /api/v1/pipelines/validate",
      "POST /v2/pipelineTemplates/plan",
      "POST /tasks",
      "PUT /api/v1/engine/pause",
      "POST /api/v1/applications/:application/pipelines/:pipeline/dry-run",
      // deliver/shadow/shadow.it.test.ts
      "POST /api/v1/shadow",
      // asks a cluster what would change, and changes nothing
      "POST /api/v1/accounts/:account/kubernetes/diff",
      "POST /api/v1/accounts/:account/kubernetes/diff",
      "POST /api/v1/shadow/gate",
      ...frontDoorExempt,
      // Where nobody logs in they change nothing; `access-audit.it.test.ts` has them with people.
      ...mutating(Object.values(accessRoutes)).map((route) => route.replace(" ", " /api/v1")),
    ];
    const without = (path: string) => !exempt.includes(path);
    expect([...mutating(contract), ...mutating(gateRoutes({} as never))].filter(without).toSorted()).toEqual(
      known.toSorted(),
    );
  });

  test.each([...own, ...gate])("%s %s writes one row", async (...row) => {
    const [method, , body, action, prepare] = row;
    const ids = await started();
    await prepare?.(ids);
    const before = new Set((await audit()).map((entry) => entry.id));
    const answer = await send(server.url, method, pathOf(row, ids), body, { "x-spinnaker-user": "ann" });
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([
      answer.status < 300 ? answer.status : 200,
      expect.anything(),
    ]);
    const rows = (await audit()).filter((entry) => !before.has(entry.id) && entry.via !== "engine");
    expect(rows).toEqual([
      expect.objectContaining({
        actor: "ann",
        via: pathOf(row, ids).startsWith("/api/v1") ? "api" : "gate",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      }),
    ]);
    expect(rows[0]?.action).toContain(action);
    await cancel(ids);
  });

  test("a task writes a row for the change and one for the run", async () => {
    const before = new Set((await audit()).map((entry) => entry.id));
    const job = [{ type: "createApplication", application: { name: "tasked", email: "e" } }];
    expect((await send(server.url, "POST", "/tasks", { job, application: "tasked", description: "d" })).status).toBe(
      200,
    );
    const rows = (await audit()).filter((entry) => !before.has(entry.id) && entry.via !== "engine");
    expect(rows.map((row) => row.action).toSorted()).toEqual(["application.create", "execution.start"]);
  });
});

test("pausing and resuming the engine write a row each; resuming what is not paused writes none", async () => {
  const before = new Set((await audit()).map((entry) => entry.id));
  const set = (paused: boolean) => send(server.url, "PUT", "/api/v1/engine/pause", { paused, reason: "r" });
  expect((await set(true)).json()).toMatchObject({
    paused: true,
    pauses: expect.arrayContaining([expect.objectContaining({ application: null })]),
  });
  expect((await set(false)).json()).toMatchObject({ paused: false });
  await set(false);
  const rows = (await audit()).filter((entry) => !before.has(entry.id));
  expect(rows.map((row) => [row.action, row.resource])).toEqual([
    ["engine.resume", "engine"],
    ["engine.pause", "engine"],
  ]);
});

describe("what is written", () => {
  test("a refused change writes nothing, and changes nothing", async () => {
    const before = (await audit()).length;
    await send(server.url, "POST", "/api/v1/pipelines", { name: "x" });
    await send(server.url, "DELETE", "/api/v1/applications/missing", {});
    await send(server.url, "POST", "/api/v1/executions/missing/cancel", {});
    expect(await audit()).toHaveLength(before);
  });

  test("secrets are hidden, before and after are there", async () => {
    const save = (token: string) =>
      send(server.url, "PUT", "/api/v1/applications/secret", {
        email: "e",
        settings: { apiToken: token, plain: "seen" },
      });
    await save("hunter1");
    await save("hunter2");
    const rows = (await send(server.url, "GET", "/api/v1/audit?resource=application/secret", undefined)).text;
    expect(rows).not.toContain("hunter");
    expect(JSON.parse(rows)).toMatchObject([
      {
        action: "application.update",
        before: { settings: { apiToken: "******", plain: "seen" } },
        after: { settings: { plain: "seen" } },
      },
      { action: "application.create", before: null },
    ]);
  });

  test("can be read page by page", async () => {
    const all = await audit();
    const [first, second] = all;
    const page = (await send(server.url, "GET", `/api/v1/audit?limit=1&before=${first?.id}`, undefined)).json();
    expect(page).toEqual([second]);
  });

  test("an application's guards stay when a change does not name them", async () => {
    const guards = [{ account: "local", location: "*", stack: "*", detail: "*", enabled: true }];
    await send(server.url, "PUT", "/api/v1/applications/guarded", { trafficGuards: guards });
    const changed = await send(server.url, "PUT", "/api/v1/applications/guarded", { email: "e" });
    expect(changed.json()).toMatchObject({ trafficGuards: guards });
    expect((await send(server.url, "PUT", "/api/v1/applications/guarded", { trafficGuards: [] })).json()).toMatchObject(
      { trafficGuards: [] },
    );
  });
});
