import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Answer } from "./fixtures/http.ts";
import { call } from "./fixtures/http.ts";
import { everyRoute } from "./fixtures/permission-matrix.ts";

const directory = mkdtempSync(join(tmpdir(), "gennaker-scanner-"));
const config = join(directory, "gennaker.yaml");
writeFileSync(config, JSON.stringify({ access: { local: true }, trustedProxies: ["127.0.0.2"] }));
const server = await startServer({ flags: ["--config", config, "--ui", "on"] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});
const form = { "content-type": "application/x-www-form-urlencoded" };
const password = "correct horse battery";
beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  const body = new URLSearchParams({ token, username: "boss", password }).toString();
  expect((await call(server.url, "/ui/setup", { method: "POST", headers: form, body })).status).toBe(303);
});

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const pages = [
  "/ui/login",
  "/ui/setup",
  "/ui/logout",
  "/ui/device",
  "/login",
  "/auth/loggedOut",
  "/",
  "/ui",
  "/ui/login/provider",
];

const forms = new Set(["/ui/login", "/ui/setup", "/ui/logout", "/ui/device", "/login"]);

/** All that somebody without a login may find, and what it answers to an empty request. */
const open = new Map<string, number>([
  ["GET /health", 200],
  ["HEAD /health", 200],
  // To the UI, which leads to the login.
  ["GET /", 302],
  ["HEAD /", 302],
  ["GET /ui/login", 200],
  ["HEAD /ui/login", 200],
  ["POST /ui/login", 401],
  // There is an administrator: on to the login.
  ["GET /ui/setup", 302],
  ["HEAD /ui/setup", 302],
  ["POST /ui/setup", 400],
  ["POST /ui/logout", 303],
  ["POST /ui/device", 303],
  ["GET /login", 302],
  ["HEAD /login", 302],
  ["POST /login", 401],
  ["GET /auth/loggedOut", 200],
  ["HEAD /auth/loggedOut", 200],
  ["POST /api/v1/access/device", 400],
  ["POST /api/v1/access/device/token", 400],
]);

const isClosed = ({ status, headers }: Answer) =>
  status === 401 || (status === 302 && String(headers["location"]).startsWith("/ui/login?next="));

test("no route that there is answers anybody without a login, but health and logins", async () => {
  const paths = new Set([
    ...everyRoute().map(({ path }) => path.replace(/:[A-Za-z]+/g, "x").replace("*", "x")),
    ...pages,
  ]);
  const found = new Map<string, number>();
  for (const path of paths)
    for (const method of methods) {
      const headers = method === "POST" && forms.has(path) ? form : {};
      const answer = await call(server.url, path, { method, headers });
      if (!isClosed(answer) || open.has(`${method} ${path}`)) found.set(`${method} ${path}`, answer.status);
    }
  expect(paths.size).toBeGreaterThan(200);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(open));
}, 240_000);

test("nor does anything that scanners ask for", async () => {
  const guesses = [
    "/.env",
    "/.git/config",
    "/admin",
    "/actuator/env",
    "/api",
    "/api/v1",
    "/api/v1/",
    "/api/v1/openapi.json/",
    "/API/V1/applications",
    "//applications",
    "/applications/",
    "/applications;x=1",
    "/applications%00",
    "/applications/..%2f..%2fetc%2fpasswd",
    "/ui/../metrics",
    "/ui/%2e%2e/%2e%2e/etc/passwd",
    "/ui/assets/../index.html",
    "/ui/assets/index.js",
    "/health/../metrics",
    "/ui/login/../../metrics",
    "/ui/login/x",
    "/metrics?x=/health",
    "/mcp",
    "/zipkin/api/v2/spans",
    "/v1/traces",
    "/webhooks/git/github",
    "/swagger.json",
    "/server-status",
    "/x".repeat(3_000),
  ];
  const found: string[] = [];
  for (const path of guesses)
    for (const method of ["GET", "POST"] as const) {
      const answer = await call(server.url, path, { method });
      if (!isClosed(answer) && ![400, 414].includes(answer.status))
        found.push(`${method} ${path.slice(0, 60)}: ${answer.status}`);
    }
  expect(found).toEqual([]);
}, 60_000);

describe("an answer to a stranger", () => {
  test("tells no version, name of a product's parts, path or user", async () => {
    for (const path of ["/health", "/api/v1/applications", "/applications", "/nothing", "/ui/login"]) {
      const { text, headers } = await call(server.url, path);
      expect(JSON.stringify(headers)).not.toMatch(/fastify|node\/|server"|x-powered-by/i);
      expect(text).not.toMatch(/fastify|postgres|node_modules|\/work|boss|\d+\.\d+\.\d+/i);
    }
  });

  test("carries every header that keeps browsers from doing anything with it", async () => {
    for (const path of ["/health", "/api/v1/applications", "/applications", "/nothing", "/metrics"]) {
      const { headers } = await call(server.url, path);
      expect([path, headers]).toEqual([
        path,
        expect.objectContaining({
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
          "content-security-policy": expect.stringContaining("default-src 'none'") as string,
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "same-origin",
        }),
      ]);
    }
  });
});

describe("headers", () => {
  const boss = { authorization: `Basic ${Buffer.from(`boss:${password}`).toString("base64")}` };

  test("that a stranger sends are nobody's, and nothing sent comes back as one", async () => {
    const forged = {
      "x-spinnaker-user": "boss",
      "x-forwarded-user": "boss",
      "x-remote-user": "boss",
      forwarded: "for=boss",
    };
    expect((await call(server.url, "/applications", { headers: forged })).status).toBe(401);
    for (const next of ["/ui/%0d%0aset-cookie:%20a=b", "/ui/\u560d\u560aset-cookie:a=b", "/ui/x%0d%0a%0d%0a<script>"]) {
      const answer = await call(server.url, `/ui/login?next=${encodeURIComponent(next)}`);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(answer.text).not.toContain("<script");
    }
    const { headers } = await call(server.url, "/ui/applications/%0d%0aset-cookie:%20a=b");
    expect([headers["set-cookie"], headers["location"]]).toEqual([undefined, expect.not.stringMatching(/[\r\n]/)]);
  });

  test("about where a request comes from are taken from the proxies that are named, and from nobody else", async () => {
    const save = (name: string, localAddress: string, from: string) =>
      call(server.url, `/api/v1/applications/${name}`, {
        method: "PUT",
        headers: { ...boss, "content-type": "application/json", "x-forwarded-for": from },
        body: "{}",
        localAddress,
      });
    expect((await save("one", "127.0.0.1", "203.0.113.9")).status).toBe(200);
    expect((await save("two", "127.0.0.2", "198.51.100.1, 203.0.113.10")).status).toBe(200);
    const connectionString = readFileSync(join(server.data, "run", "database.url"), "utf8").trim();
    const database = new pg.Client({ connectionString });
    await database.connect();
    const { rows } = await database.query<{ address: string }>(
      "select address from platform_audit where action = 'application.create' order by id",
    );
    await database.end();
    // Of a list the last one, which the named proxy has written itself.
    expect(rows.map(({ address }) => address)).toEqual(["127.0.0.1", "203.0.113.10"]);
  });
});

test("an address that asks an open route too often is told to wait, and others are not", async () => {
  const statuses = new Set<number>();
  for (let count = 0; count < 640; count += 1)
    statuses.add((await call(server.url, "/auth/loggedOut", { method: "GET" })).status);
  // Reading costs nothing and is not counted.
  expect([...statuses]).toEqual([200]);
  const ask = () =>
    call(server.url, "/api/v1/access/device/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"deviceCode":"x"}',
    });
  let last = await ask();
  for (let count = 0; count < 1_300 && last.status !== 429; count += 1) last = await ask();
  expect(last.status).toBe(429);
  expect((await call(server.url, "/health")).status).toBe(200);
}, 60_000);
