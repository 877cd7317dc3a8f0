import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "gennaker-access-"));
writeFileSync(
  join(directory, "gennaker.yaml"),
  [
    "access:",
    "  local: true",
    "  accounts: {local: {WRITE: [deployers]}}",
    "  breakGlass: {roles: [firefighters], minutes: 5}",
    "  roles: [{name: shoppers, grants: [{verbs: [read, execute, judge], resources: [application/shop]}]}]",
  ].join("\n"),
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
/** What an answer holds, as far as it is looked at here. */
type Loose = { id: string; message: string };
type Options = {
  method?: string;
  body?: unknown;
  as?: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
};

async function call(path: string, { method, body, as, headers = {}, form }: Options = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: method ?? (body === undefined && form === undefined ? "GET" : "POST"),
    redirect: "manual",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(as === undefined ? {} : { authorization: `Basic ${Buffer.from(`${as}:${password}`).toString("base64")}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const text = await response.text();
  const json = (): Loose => JSON.parse(text) as Loose;
  const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return { status: response.status, text, json, headers: response.headers, cookie: cookies.join("; ") };
}
const put = (path: string, body: unknown, as = "boss") => call(path, { method: "PUT", body, as });

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  const wrong = await call("/ui/setup", { form: { token: "wrong", username: "boss", password } });
  expect(wrong.status).toBe(400);
  const made = await call("/ui/setup", { form: { token, username: "Boss", password } });
  expect([made.status, made.headers.get("location")]).toEqual([303, "/ui/"]);
  expect((await call("/ui/setup", { form: { token, username: "second", password } })).status).toBe(400);
  for (const [name, roles] of [
    ["viv", []],
    ["oper", ["operator"]],
    ["shopper", ["shoppers"]],
    ["teamy", ["team-s"]],
    ["fire", ["firefighters"]],
  ])
    expect((await put(`/api/v1/access/users/${String(name)}`, { roles, password })).status).toBe(200);
  expect((await put("/api/v1/applications/shop", {})).status).toBe(200);
  expect((await put("/api/v1/applications/secret", { permissions: { READ: ["team-s"], WRITE: [] } })).status).toBe(200);
});

describe("without a login", () => {
  test("nothing is told but health and the login page", async () => {
    expect((await call("/health")).json()).toEqual({ status: "UP" });
    expect((await call("/ui/login")).text).toContain('name="password"');
    for (const path of [
      "/applications",
      "/api/v1/applications",
      "/api/v1/nothing",
      "/nothing",
      "/metrics",
      "/api/v1/openapi.json",
      "/api/v1/events",
      "/version",
    ])
      expect([path, (await call(path)).status]).toEqual([path, 401]);
    expect((await call("/tasks", { body: {} })).status).toBe(401);
    expect((await call("/applications", { method: "OPTIONS" })).status).toBe(401);
  });
  test("a name in a header is nobody", async () => {
    expect((await call("/applications", { headers: { "x-spinnaker-user": "boss" } })).status).toBe(401);
  });
});

describe("roles", () => {
  test("viewers read and change nothing, and are told why", async () => {
    expect((await call("/api/v1/applications/shop", { as: "viv" })).status).toBe(200);
    const refused = await put("/api/v1/applications/shop", {}, "viv");
    expect(refused.status).toBe(403);
    expect(refused.json()).toMatchObject({
      code: "forbidden",
      detail: expect.stringContaining("viv has the roles viewer"),
    });
  });
  test("an application's own list hides it from everybody else, also in lists, searches and the audit", async () => {
    const names = async (as: string) =>
      ((await call("/api/v1/applications", { as })).json() as unknown as { name: string }[]).map(({ name }) => name);
    expect(await names("boss")).toEqual(["secret", "shop"]);
    expect(await names("teamy")).toContain("secret");
    expect(await names("oper")).toEqual(["shop"]);
    expect((await call("/applications/secret", { as: "oper" })).status).toBe(403);
    const found = await call("/search?q=secret&type=applications", { as: "oper" });
    expect((found.json() as unknown as { results: unknown[] }[])[0]?.results).toEqual([]);
    const audit = (await call("/api/v1/audit", { as: "oper" })).json() as unknown as { application: string | null }[];
    expect(new Set(audit.map(({ application }) => application))).toEqual(new Set(["shop"]));
  });
  test("a change of a list is effective at once", async () => {
    expect((await put("/api/v1/applications/moving", {})).status).toBe(200);
    expect((await call("/api/v1/applications/moving", { as: "oper" })).status).toBe(200);
    await put("/api/v1/applications/moving", { permissions: { READ: ["x"], WRITE: ["x"] } });
    expect((await call("/api/v1/applications/moving", { as: "oper" })).status).toBe(403);
    await call("/api/v1/applications/moving", { method: "DELETE", as: "boss" });
  });
  test("a pipeline cannot be taken into another application", async () => {
    const saved = await call("/api/v1/pipelines", {
      as: "boss",
      body: { name: "p", application: "secret", stages: [] },
    });
    const { id } = saved.json() as { id: string };
    const stolen = await call("/pipelines", { as: "oper", body: { id, name: "p", application: "shop", stages: [] } });
    expect([stolen.status, stolen.json().message]).toEqual([403, expect.stringContaining("application secret")]);
  });
  test("triggers run as somebody else only where that gives nothing more", async () => {
    await put("/api/v1/access/users/robot", { kind: "service", roles: ["operator"] });
    await put("/api/v1/access/users/root", { kind: "service", roles: ["operator", "keys"] });
    const offered = async (as: string) => (await call("/auth/user/serviceAccounts", { as })).json() as unknown;
    expect([await offered("oper"), await offered("boss")]).toEqual([["robot"], ["robot", "root"]]);
    const save = (runAsUser: string) => ({
      name: "as",
      application: "shop",
      stages: [],
      triggers: [{ type: "webhook", runAsUser }],
    });
    expect((await call("/pipelines", { as: "oper", body: save("robot") })).status).toBe(200);
    const refused = await call("/pipelines", { as: "oper", body: save("root") });
    expect([refused.status, refused.json().message]).toEqual([403, expect.stringContaining("keys")]);
    expect((await call("/pipelines", { as: "oper", body: save("nobody-known") })).status).toBe(403);
  });
  test("tasks ask for what their jobs change", async () => {
    const task = (job: object) => ({ application: "shop", description: "d", job: [job] });
    const change = task({ type: "updateApplication", application: { name: "secret", email: "x@example.com" } });
    expect((await call("/tasks", { as: "oper", body: change })).status).toBe(403);
    const deploy = task({
      type: "resizeServerGroup",
      credentials: "local",
      region: "local",
      serverGroupName: "shop-v001",
    });
    const refused = await call("/tasks", { as: "oper", body: deploy });
    expect([refused.status, refused.json().message]).toEqual([403, expect.stringContaining("account local")]);
    expect((await call("/tasks", { as: "shopper", body: task({ type: "wait", waitTime: 1 }) })).status).toBe(200);
    expect((await call("/tasks", { as: "viv", body: task({ type: "wait", waitTime: 1 }) })).status).toBe(403);
  });
  test("Gate tells the accounts that somebody may deploy to", async () => {
    const accounts = async (as: string) =>
      ((await call("/auth/user", { as })).json() as unknown as { allowedAccounts: string[] }).allowedAccounts;
    expect([await accounts("boss"), await accounts("oper"), await accounts("viv")]).toEqual([["local"], [], []]);
  });
  test("denied attempts are in the audit", async () => {
    const audit = (await call("/api/v1/audit", { as: "boss" })).json() as unknown as {
      action: string;
      actor: string;
    }[];
    expect(audit).toContainEqual(expect.objectContaining({ action: "access.denied", actor: "viv" }));
  });
  test("explanations name the rule", async () => {
    const why = await call("/api/v1/access/explain?user=oper&verb=write&resource=application/secret", { as: "boss" });
    expect(why.json()).toMatchObject({ allowed: false, because: [{ rule: "restriction" }] });
    expect((await call("/api/v1/access/explain?user=boss&verb=write&resource=system", { as: "oper" })).status).toBe(
      403,
    );
  });
});

test("a role that is lost stops the run before its next stage", async () => {
  await put("/api/v1/access/users/leaver", { roles: ["operator"], password });
  const stages = [
    { refId: "1", type: "manualJudgment", name: "j", requisiteStageRefIds: [] },
    { refId: "2", type: "wait", name: "w", waitTime: 1, requisiteStageRefIds: ["1"] },
  ];
  const saved = await call("/api/v1/pipelines", { as: "leaver", body: { name: "run", application: "shop", stages } });
  const started = await call(`/api/v1/pipelines/${saved.json().id}/executions`, { as: "leaver", body: {} });
  const path = `/api/v1/executions/${started.json().id}`;
  type Run = { status: string; stages: { id: string; status: string; failure: { code: string } | null }[] };
  const run = async () => (await call(path, { as: "boss" })).json() as unknown as Run;
  const judged = await vi.waitFor(async () => {
    const [first] = (await run()).stages;
    expect(first?.status).toBe("RUNNING");
    return first?.id ?? "";
  }, 10_000);
  await put("/api/v1/access/users/leaver", { roles: [] });
  expect((await call(`${path}/stages/${judged}/judge`, { as: "boss", body: { decision: "continue" } })).status).toBe(
    200,
  );
  await vi.waitFor(async () => expect((await run()).status).toBe("TERMINAL"), 20_000);
  expect((await run()).stages.map(({ failure }) => failure?.code)).toContain("access.denied");
}, 40_000);
