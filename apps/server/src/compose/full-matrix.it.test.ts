import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, send } from "./fixtures/http.ts";
import type { Line, Target } from "./fixtures/permission-matrix.ts";
import { columns, everyRoute, tryCell, tryEveryCell } from "./fixtures/permission-matrix.ts";

/**
 * The table of `docs/permissions.md` is made on a server whose handlers do nothing. Here the same cells are tried on a
 * server that is really started, with things in it: what the table refuses is refused before anything is done, and what
 * it lets through gets to its handler.
 */
const directory = mkdtempSync(join(tmpdir(), "gennaker-matrix-"));
const config = join(directory, "gennaker.yaml");
writeFileSync(config, JSON.stringify({ access: { local: true, defaultRoles: [], accounts: {} } }));
const server = await startServer({ flags: ["--config", config] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
const boss = { authorization: `Basic ${Buffer.from(`boss:${password}`).toString("base64")}` };
const asBoss = (method: string, path: string, body: unknown) => send(server.url, method, path, body, boss);
const ids = new Map<string, string>();
const tokens = new Map<number, string>();
const target: Target = {
  url: server.url,
  authorization: (column) => `Bearer ${tokens.get(column) ?? ""}`,
  id: (what, application) => ids.get(`${what} ${application}`) ?? `one-${application}`,
};

const canaryConfig = {
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

/** Things as they are meant to be: what was tried before may have changed them. */
async function restrict(application: "shop" | "secret"): Promise<void> {
  const restricted =
    application === "secret" ? { permissions: { READ: ["readers", "writers"], WRITE: ["writers"] } } : {};
  expect((await asBoss("PUT", `/api/v1/applications/${application}`, restricted)).status).toBe(200);
  const period = { periods: [{ from: "2020-01-01T00:00", to: "2020-01-02T00:00" }], application };
  expect((await asBoss("PUT", `/api/v1/freezes/one-${application}`, period)).status).toBe(200);
  const canary = { ...canaryConfig, name: `one-${application}`, applications: [application] };
  expect((await asBoss("PUT", `/api/v1/canary-configs/one-${application}`, canary)).status).toBe(200);
}

async function fill(application: "shop" | "secret"): Promise<void> {
  await restrict(application);
  const stages = [{ refId: "1", type: "wait", name: "w", waitTime: 86_400, requisiteStageRefIds: [] }];
  const pipeline = await asBoss("POST", "/api/v1/pipelines", { name: "kept", application, stages });
  const { id } = pipeline.json() as { id: string };
  ids.set(`pipeline ${application}`, id);
  const started = (await asBoss("POST", `/api/v1/pipelines/${id}/executions`, {})).json() as { id: string };
  ids.set(`execution ${application}`, started.id);
  ids.set(`canaryRun ${application}`, started.id);
  const strategy = { name: `strategy-${application}`, application, stages: [], strategy: true };
  const saved = (await asBoss("POST", "/strategies", strategy)).json() as { id: string };
  ids.set(`strategy ${application}`, saved.id);
}

/** What the table says, by route. */
const said = new Map<string, Line>();
beforeAll(async () => {
  for (const line of await tryEveryCell()) said.set(line.route, line);
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  const form = new URLSearchParams({ token, username: "boss", password }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await call(server.url, "/ui/setup", { method: "POST", headers, body: form })).status).toBe(303);
  for (const application of ["shop", "secret"] as const) await fill(application);
  for (const [index, { roles, scopes }] of columns.entries()) {
    if (roles === null) continue;
    expect((await asBoss("PUT", `/api/v1/access/users/column${index}`, { roles })).status).toBe(200);
    const input = { name: "matrix", user: `column${index}`, scopes: scopes ?? null };
    const made = await asBoss("POST", "/api/v1/access/tokens", input);
    tokens.set(index, (made.json() as { token: string }).token);
  }
}, 120_000);

/** What the table says about a cell: `login`, `no` or `yes`. */
const meaning = (status: number) => (status === 401 || status === 302 ? "login" : status === 403 ? "no" : "yes");
const cells = () =>
  everyRoute().flatMap(({ method, path }) =>
    columns.map((column, index) => {
      const cell = said.get(`${method} ${path}`)?.cells[index] ?? 0;
      return { method, path, index, name: `${method} ${path}, ${column.title}`, said: meaning(cell) };
    }),
  );

test("what the table refuses, the whole server refuses", async () => {
  const wrong: string[] = [];
  const refused = cells().filter(({ said }) => said !== "yes");
  for (const { method, path, index, name, said } of refused) {
    const got = await tryCell(target, method, path, index);
    // Instances and objects of a cluster belong to what they are found in, and here there is none.
    const nothing = got === 404 && /instance|\/kubernetes\/|^\/manifests\//.test(path);
    if (meaning(got) !== said && !nothing) wrong.push(`${name}: ${got}, not ${said}`);
  }
  expect(wrong).toEqual([]);
  expect(refused.length).toBeGreaterThan(1_000);
}, 300_000);

/** Handlers that look at more than the route does, and say so themselves. */
const ownReasons: ReadonlySet<string> = new Set([
  // The password of now is not right.
  "POST /api/v1/access/password",
  // No role here may take emergency access.
  "POST /api/v1/access/break-glass",
]);

test("what the table lets through gets to its handler, and none of them fails", async () => {
  const wrong: string[] = [];
  let changed = false;
  for (const { method, path, index, name, said } of cells().filter((each) => each.said === "yes")) {
    if (changed && columns[index]?.application === "secret") {
      await restrict("secret");
      changed = false;
    }
    const got = await tryCell(target, method, path, index);
    changed ||= method !== "GET";
    if (got >= 500 && got !== 502 && got !== 503) wrong.push(`${name}: ${got}`);
    if (meaning(got) !== said && !ownReasons.has(`${method} ${path}`)) wrong.push(`${name}: ${got}, not ${said}`);
  }
  expect(wrong).toEqual([]);
}, 300_000);
