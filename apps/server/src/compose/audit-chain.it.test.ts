import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AuditEntry, AuditState, AuditVerification } from "@gennaker/contract/resources/audit.ts";
import { createExportCheck } from "@gennaker/contract/audit/export-lines.ts";
import { bodyOf, startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "gennaker-audit-"));
const collected: string[] = [];
const collector = await startPeer(async (request, response) => {
  collected.push((await bodyOf(request)).toString("utf8"));
  response.end("{}");
});
writeFileSync(
  join(directory, "gennaker.yaml"),
  [
    "access:",
    "  local: true",
    "  roles:",
    "    - {name: shop-auditors, grants: [{verbs: [read], resources: [application/shop, audit]}]}",
    `audit: {sinks: [{name: siem, type: otlp, url: "${collector.url}"}]}`,
  ].join("\n"),
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] });
const password = "correct horse battery";
afterAll(async () => {
  await server.end();
  await collector.close();
  rmSync(directory, { recursive: true });
});

async function call(path: string, { as, method = "GET", body }: { as?: string; method?: string; body?: unknown } = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(as === undefined ? {} : { authorization: as.startsWith("gnk_") ? `Bearer ${as}` : basic(as) }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: <T>() => JSON.parse(text) as T };
}
const basic = (name: string) => `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
const entries = async (query: string, as = "boss") =>
  (await call(`/api/v1/audit?${query}`, { as })).json<AuditEntry[]>();
const sealed = () =>
  vi.waitFor(async () => {
    expect((await call("/api/v1/audit/state", { as: "boss" })).json<AuditState>().waiting).toBe(0);
  }, 10_000);

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  await fetch(`${server.url}/ui/setup`, {
    method: "POST",
    body: new URLSearchParams({ token, username: "boss", password }),
    redirect: "manual",
  });
  for (const [name, roles] of [
    ["viv", ["viewer"]],
    ["aud", ["auditor"]],
    ["shopaud", ["shop-auditors"]],
  ] as const)
    await call(`/api/v1/access/users/${name}`, { as: "boss", method: "PUT", body: { roles, password } });
  await call("/api/v1/applications/shop", { as: "boss", method: "PUT", body: { email: "a@example.com" } });
  await call("/api/v1/applications/secret", {
    as: "boss",
    method: "PUT",
    body: { permissions: { READ: ["team-s"], WRITE: ["team-s"] } },
  });
});

test("an entry says who, with what, from where, what, before and after", async () => {
  const made = (await call("/api/v1/access/tokens", { as: "boss", method: "POST", body: { name: "ci" } })).json<{
    id: string;
    token: string;
  }>();
  await call("/api/v1/applications/shop", { as: made.token, method: "PUT", body: { email: "b@example.com" } });
  const [entry] = await entries("resource=application/shop");
  expect(entry).toMatchObject({
    actor: "boss",
    credential: `token/${made.id}`,
    address: "127.0.0.1",
    via: "api",
    action: "application.update",
    outcome: "done",
    count: 1,
    requestId: expect.stringMatching(/^[0-9A-Z]{26}$/) as string,
    before: { email: "a@example.com" },
    after: { email: "b@example.com" },
  });
});

test("entries are found by who, what, application, time, outcome and text, and never more than may be read", async () => {
  const names = (list: AuditEntry[]) => new Set(list.map(({ application }) => application));
  expect((await entries("actor=boss&action=application.*")).length).toBeGreaterThan(2);
  expect(await entries("actor=nobody")).toEqual([]);
  expect((await entries("text=B@EXAMPLE")).map(({ action }) => action)).toContain("application.update");
  expect(await entries("text=b_example")).toEqual([]);
  expect(await entries(`to=${new Date(Date.now() - 3_600_000).toISOString()}`)).toEqual([]);
  expect(names(await entries("limit=500"))).toContain("secret");
  expect(names(await entries("limit=500", "aud"))).toEqual(new Set(["shop", null]));
  const viewer = await entries("limit=500", "viv");
  expect(names(viewer)).toEqual(new Set(["shop"]));
  expect(new Set(viewer.map(({ address, credential }) => address ?? credential))).toEqual(new Set([null]));
  expect((await call("/api/v1/audit?application=secret", { as: "aud" })).status).toBe(403);
  const pages: AuditEntry[] = [];
  for (let before = ""; ;) {
    const page = await entries(`limit=2${before}`, "aud");
    pages.push(...page);
    if (page.length < 2) break;
    before = `&before=${page.at(-1)?.id}`;
  }
  expect(pages.map(({ id }) => id)).toEqual((await entries("limit=500", "aud")).map(({ id }) => id));
  for (const path of ["export", "verify", "state"])
    expect([path, (await call(`/api/v1/audit/${path}`, { as: "viv" })).status]).toEqual([path, 403]);
});

test("what is refused is there too: with a login and without, counted when it is often", async () => {
  for (let index = 0; index < 30; index += 1)
    await call("/api/v1/applications/secret", { as: "viv", method: "PUT", body: {} });
  await call("/api/v1/applications");
  await call("/api/v1/applications", { as: "gnk_wrong_wrong" });
  await fetch(`${server.url}/applications`, { headers: { origin: "https://evil.example" } });
  await vi.waitFor(async () => {
    const denied = await entries("outcome=denied");
    const of = (resource: string) => denied.filter((entry) => entry.resource === resource);
    expect(of("application/secret").filter(({ actor }) => actor === "viv")).toMatchObject([
      { credential: "password", count: 1, reason: expect.stringContaining("PUT") as string },
    ]);
    expect(of("route/GET /api/v1/applications")).toMatchObject([{ actor: "anonymous", address: "127.0.0.1" }]);
    expect(of("route/GET /applications")).toHaveLength(1);
  });
});

test("the chain is intact; the export is whole and holds only what may be read", async () => {
  await sealed();
  const result = (await call("/api/v1/audit/verify", { as: "boss" })).json<AuditVerification>();
  expect(result).toMatchObject({ intact: true, findings: [], start: { seq: 0 } });
  const check = createExportCheck([result.head]);
  for (const line of (await call("/api/v1/audit/export", { as: "boss" })).text.trimEnd().split("\n")) check.line(line);
  expect(check.end()).toMatchObject({ findings: [], problems: [], gaps: 0 });
  const part = (await call("/api/v1/audit/export", { as: "shopaud" })).text;
  expect(part).toContain('"application":"shop"');
  expect(part).not.toContain('"application":"secret"');
  expect((await call("/api/v1/audit/verify?head=1:x", { as: "boss" })).status).toBe(400);
});

test("every sealed entry reaches the collector", async () => {
  await sealed();
  const { head } = (await call("/api/v1/audit/state", { as: "boss" })).json<AuditState>();
  await vi.waitFor(async () => {
    const state = (await call("/api/v1/audit/state", { as: "boss" })).json<AuditState>();
    expect(state.sinks).toMatchObject([{ name: "siem", type: "otlp", error: null }]);
    expect(state.sinks[0]?.seq).toBeGreaterThanOrEqual(head.seq);
  }, 10_000);
  const metrics = (await call("/metrics", { as: "boss" })).text;
  expect(metrics).toContain('gennaker_audit_failing{sink="siem"} 0\n');
  expect(metrics).toMatch(/^gennaker_audit_sealed \d+$/m);
  const numbers = collected.flatMap((body) =>
    [...body.matchAll(/"gennaker\.audit\.seq","value":\{"intValue":"(\d+)"/g)].map(([, seq]) => Number(seq)),
  );
  expect(numbers.slice(0, head.seq)).toEqual(Array.from({ length: head.seq }, (_, index) => index + 1));
});

test("what is done past Gennaker is found by the server and by the program that reads the database", async () => {
  const url = readFileSync(join(server.data, "run", "database.url"), "utf8").trim();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin");
  await client.query("set local gennaker.audit_retention = 'on'");
  await client.query("update platform_audit set actor = 'somebody' where id = 2");
  await client.query("commit");
  await client.query("insert into platform_audit (actor, via, action, resource) values ('a', 'api', 'x', 'y')");
  await client.end();
  const result = (await call("/api/v1/audit/verify", { as: "boss" })).json<AuditVerification>();
  expect(result.findings.map(({ kind, id }) => [kind, id])).toEqual([
    ["changed", 2],
    ["inserted", expect.any(Number)],
  ]);
  const program = fileURLToPath(new URL("../verify-audit.ts", import.meta.url));
  const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) =>
    execFile(process.execPath, [program, "--database", url], (error, out) => resolve({ code: error?.code ?? 0, out })),
  );
  expect(code).toBe(1);
  expect(out).toContain("NOT intact");
  expect(out).toMatch(/changed: Row 2, sealed as \d+, was changed/);
});
