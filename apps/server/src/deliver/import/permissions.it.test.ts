import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImportResult } from "@gennaker/contract/resources/import.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "gennaker-import-access-"));
const config = join(directory, "gennaker.yaml");
writeFileSync(
  config,
  "access: {local: true, roles: [{name: shoppers, grants: [{verbs: [read, write], resources: [application/shop]}]}]}",
);
const server = await startServer({ flags: ["--config", config] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
async function call(
  method: string,
  path: string,
  as: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from(`${as}:${password}`).toString("base64")}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}
async function bring(as: string, documents: readonly object[], more: object = {}): Promise<ImportResult> {
  const items = documents.map((document) => ({ source: "s", document }));
  const { status, json } = await call("POST", "/api/v1/import", as, { items, ...more });
  expect([status, json]).toEqual([200, json]);
  return json as ImportResult;
}
const shortly = ({ items }: ImportResult) => items.map(({ kind, name, outcome }) => `${kind} ${name} ${outcome}`);
const pipeline = (application: string, name: string, more: object = {}) => ({
  application,
  name,
  id: `${application}-${name}`,
  stages: [{ refId: "1", type: "wait", name: "w", requisiteStageRefIds: [], waitTime: 1 }],
  ...more,
});

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  await fetch(`${server.url}/ui/setup`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token, username: "boss", password }),
  });
  for (const [name, roles] of [
    ["shopper", ["shoppers"]],
    ["viv", []],
    ["robot", ["admin"]],
  ] as const)
    expect((await call("PUT", `/api/v1/access/users/${name}`, "boss", { roles, password })).status).toBe(200);
  await bring("boss", [
    { name: "shop", email: "shop@example.com" },
    { name: "secret", email: "s@example.com", permissions: { READ: ["nobody"], WRITE: ["nobody"] } },
    pipeline("secret", "p"),
  ]);
});

test("each item asks for writing to its application: what is refused says why and keeps nothing else out", async () => {
  const result = await bring("shopper", [
    pipeline("shop", "mine"),
    pipeline("secret", "theirs"),
    pipeline("elsewhere", "new"),
    { name: "secret", email: "mine@example.com" },
    { id: "P", name: "P", config: { applications: [] } },
    { application: "shop", email: [{ address: "a@example.com", level: "application", when: ["pipeline.failed"] }] },
  ]);
  expect(shortly(result)).toEqual([
    "pipeline mine imported",
    "pipeline theirs refused",
    "pipeline new refused",
    expect.stringMatching(/^application(Permissions)? secret refused$/),
    "project P refused",
    expect.stringMatching(/^notifications shop (imported|attention)$/),
  ]);
  expect(result.items[1]?.notes).toMatchObject([
    { level: "error", code: "forbidden", message: expect.stringContaining("secret") as never },
  ]);
  expect((await call("GET", "/api/v1/applications/elsewhere", "boss")).status).toBe(404);
});

test("a pipeline is not taken out of an application that one may not write to, nor told about", async () => {
  const stolen = pipeline("shop", "stolen", { id: "secret-p" });
  for (const dryRun of [true, false]) {
    const { items } = await bring("shopper", [stolen], { dryRun });
    expect(items).toMatchObject([{ outcome: "refused", key: null, notes: [{ code: "forbidden" }] }]);
  }
  const { json } = await call("GET", "/applications/secret/pipelineConfigs", "boss");
  expect(json).toMatchObject([{ id: "secret-p", name: "p" }]);
});

test("triggers do not come to run as somebody who may do more", async () => {
  const { items } = await bring("shopper", [
    pipeline("shop", "rises", { triggers: [{ type: "git", enabled: true, runAsUser: "robot" }] }),
    pipeline("shop", "stays", { triggers: [{ type: "git", enabled: true, runAsUser: "shopper" }] }),
  ]);
  expect(items).toMatchObject([{ outcome: "refused" }, { outcome: "attention" }]);
});

test("viewers import nothing; reports are their caller's and the administrators'", async () => {
  const { id, counts } = await bring("viv", [pipeline("shop", "no")], { dryRun: true });
  expect(counts).toMatchObject({ refused: 1, imported: 0 });
  expect((await call("GET", `/api/v1/imports/${id}`, "viv")).status).toBe(200);
  expect((await call("GET", `/api/v1/imports/${id}`, "shopper")).status).toBe(404);
  expect((await call("GET", `/api/v1/imports/${id}`, "boss")).status).toBe(200);
  const ids = async (as: string) =>
    ((await call("GET", "/api/v1/imports", as)).json as { id: string }[]).map((each) => each.id);
  expect(await ids("viv")).toEqual([id]);
  expect(await ids("shopper")).not.toContain(id);
  expect(await ids("boss")).toContain(id);
  const stranger = { items: [{ source: "s", document: {} }], dryRun: true, import: id };
  expect((await call("POST", "/api/v1/import", "shopper", stranger)).status).toBe(404);
});
