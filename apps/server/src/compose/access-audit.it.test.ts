import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "@gennaker/contract/resources/audit.ts";
import { accessRoutes } from "@gennaker/contract/resources/access.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "gennaker-access-audit-"));
writeFileSync(
  join(directory, "gennaker.yaml"),
  "access: {local: true, defaultRoles: [viewer], breakGlass: {roles: [on-call], minutes: 5}}",
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] });
const password = "correct horse battery";
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

async function call(method: string, path: string, body?: unknown, as = "boss", secret = password) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${as}:${secret}`).toString("base64")}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect([method, path, response.status, text]).toEqual([
    method,
    path,
    response.status < 300 ? response.status : 200,
    text,
  ]);
  return JSON.parse(text) as { id: string; token: string };
}
const entries = async () => (await call("GET", "/audit?limit=500")) as unknown as AuditEntry[];

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  await fetch(`${server.url}/ui/setup`, {
    method: "POST",
    body: new URLSearchParams({ token, username: "boss", password }),
    redirect: "manual",
  });
  await call("PUT", "/access/users/kim", { password, roles: ["on-call"] });
});

type Row = [route: string, action: string, run: () => Promise<unknown>];

/** Every route of people and rules that changes something, with the row it writes. */
const rows: Row[] = [
  ["PUT /access/users/:user", "user.create", () => call("PUT", "/access/users/lee", { roles: ["viewer"] })],
  ["DELETE /access/users/:user", "user.delete", () => call("DELETE", "/access/users/lee")],
  [
    "PUT /access/roles/:role",
    "role.create",
    () => call("PUT", "/access/roles/crew", { grants: [{ verbs: ["read"], resources: ["audit"] }] }),
  ],
  ["DELETE /access/roles/:role", "role.delete", () => call("DELETE", "/access/roles/crew")],
  ["POST /access/tokens", "token.create", () => call("POST", "/access/tokens", { name: "ci" })],
  [
    "DELETE /access/tokens/:token",
    "token.revoke",
    async () => call("DELETE", `/access/tokens/${(await call("POST", "/access/tokens", { name: "gone" })).id}`),
  ],
  [
    "POST /access/break-glass",
    "access.breakGlass",
    () => call("POST", "/access/break-glass", { reason: "the site is down" }, "kim"),
  ],
  ["DELETE /access/break-glass", "access.breakGlass", () => call("DELETE", "/access/break-glass", undefined, "kim")],
  [
    "POST /access/password",
    "user.",
    () => call("POST", "/access/password", { current: password, password: `${password}!` }, "kim"),
  ],
];

/** Those of sessions need a browser's session (`access-people.it.test.ts`), those of devices change nothing until somebody approves. */
const elsewhere = ["DELETE /access/sessions/:session", "POST /access/device", "POST /access/device/token"];

describe("every route that changes people or rules", () => {
  test("is in the table", () => {
    const all = Object.values(accessRoutes as Record<string, Route>).flatMap(({ method, path }) =>
      method === "GET" ? [] : [`${method} ${path}`],
    );
    expect(all.toSorted()).toEqual([...rows.map(([route]) => route), ...elsewhere].toSorted());
  });

  test.each(rows)("%s writes %s, with who, with what and from where", async (_route, action, run) => {
    const before = new Set((await entries()).map(({ id }) => id));
    await run();
    const found = (await entries()).filter(({ id, action: each }) => !before.has(id) && each.startsWith(action));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ credential: "password", address: "127.0.0.1", via: "api", outcome: "done" });
    expect(JSON.stringify(found)).not.toContain(password);
    if (/\.(delete|revoke)$/.test(action)) expect(found[0]?.before).toBeTruthy();
  });

  test("that is refused changes nothing, and is there as denied", async () => {
    const tried = await fetch(`${server.url}/api/v1/access/users/kim`, {
      method: "PUT",
      headers: {
        authorization: `Basic ${Buffer.from(`kim:${password}!`).toString("base64")}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ roles: ["admin"] }),
    });
    expect(tried.status).toBe(403);
    expect((await entries())[0]).toMatchObject({ actor: "kim", action: "access.denied", outcome: "denied" });
  });
});
