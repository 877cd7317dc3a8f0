import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyOf, startPeer } from "@gennaker/testkit/fakes/http-peer.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import pg from "pg";
import { afterAll, expect, test, vi } from "vitest";
import { formsOf } from "../platform/values/redactor.ts";
import { send } from "./fixtures/http.ts";

/** With characters that every encoding changes. */
const canary = 'c4nary/"+&é<sEcret>';
const applicationOnly = "0nly-f0r-shop-canary";

const received: string[] = [];
/** A service that gives back all it got, in every form it can think of. */
const echo = await startPeer(async (request, response) => {
  const body = (await bodyOf(request)).toString("utf8");
  const parts = [request.url ?? "", ...Object.values(request.headers).map(String), body];
  received.push(...parts.slice(0, -1).map(decodeAll), body);
  const all = parts.join("\n");
  const forms = [
    all,
    canary,
    Buffer.from(all).toString("base64"),
    Buffer.from(`x:${canary}`).toString("base64url"),
    encodeURIComponent(all),
  ];
  response.writeHead(request.url?.includes("fail") === true ? 400 : 200, {
    "content-type": "application/json",
    "x-echo": encodeURIComponent(canary),
  });
  response.end(
    JSON.stringify({
      forms,
      hex: Buffer.from(canary).toString("hex"),
      [canary]: "as a key",
      artifacts: [{ name: canary }],
    }),
  );
});
const { host } = new URL(echo.url);
const directory = mkdtempSync(join(tmpdir(), "gennaker-leak-"));
const keyFile = join(directory, "keys");
writeFileSync(
  join(directory, "gennaker.yaml"),
  [
    "logLevel: debug",
    `secrets: {keyFile: ${keyFile}}`,
    `artifacts: {accounts: [{name: web, type: http, hosts: [${host}], token: "secret://db/ci"}]}`,
  ].join("\n"),
);
const server = await startServer({ flags: ["--config", join(directory, "gennaker.yaml")] });
afterAll(async () => {
  await server.end();
  await echo.close();
  rmSync(directory, { recursive: true });
});

function decodeAll(text: string): string {
  const basic = /^Basic (.*)$/.exec(text);
  if (basic !== null) return Buffer.from(basic[1] ?? "", "base64").toString("utf8");
  try {
    return decodeURIComponent(Buffer.from(text, "latin1").toString("utf8"));
  } catch {
    return text;
  }
}
const put = (name: string, value: string, applications: string[]) =>
  send(server.url, "PUT", `/api/v1/secrets/${name}`, { value, applications, hosts: [host] });

async function run(stage: object, application = "shop"): Promise<{ id: string; view: { status: string } }> {
  const name = `p${Math.random()}`;
  const full = { refId: "1", type: "webhook", name: "call", requisiteStageRefIds: [], ...stage };
  const saved = await send(server.url, "POST", "/api/v1/pipelines", { name, application, stages: [full] });
  expect(saved.status, saved.text).toBeLessThan(300);
  const { id: pipeline } = saved.json() as { id: string };
  const { id } = (await send(server.url, "POST", `/api/v1/pipelines/${pipeline}/executions`, {})).json() as {
    id: string;
  };
  return await vi.waitFor(
    async () => {
      const view = (await send(server.url, "GET", `/api/v1/executions/${id}`, undefined)).json() as { status: string };
      expect(["SUCCEEDED", "TERMINAL"]).toContain(view.status);
      return { id, view };
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** Every text of every table. */
async function wholeDatabase(): Promise<string> {
  const client = new pg.Client({
    connectionString: readFileSync(join(server.data, "run", "database.url"), "utf8").trim(),
  });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from ${name} t`);
      texts.push(...rows.map(({ text }) => text));
    }
    return texts.join("\n");
  } finally {
    await client.end();
  }
}

function expectClean(text: string, where: string): void {
  // A row as text doubles quotes and backslashes; both ways of reading it must be clean.
  const readings = [text, text.replaceAll('""', '"').replaceAll("\\\\", "\\")];
  for (const secret of [canary, applicationOnly])
    for (const form of formsOf(secret))
      for (const reading of readings) {
        const at = reading.indexOf(form);
        expect(at < 0 ? null : reading.slice(Math.max(0, at - 80), at + 80), where).toBeNull();
      }
}

/** All events there were, until these executions have been told of. */
async function eventsUntil(ids: readonly string[]): Promise<string> {
  const stop = new AbortController();
  const { body } = await fetch(`${server.url}/api/v1/events?cursor=0-0`, { signal: stop.signal });
  let text = "";
  for await (const part of (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream() as never)) {
    text += String(part);
    if (ids.every((id) => text.split(id).length > 4)) break;
  }
  stop.abort();
  return text;
}

/** What a tool for assistants answers. */
async function toolText(name: string, input: object): Promise<string> {
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: input } };
  const accept = { accept: "application/json, text/event-stream" };
  const answer = await send(server.url, "POST", "/mcp", message, accept);
  expect([name, answer.status, answer.text.includes('"isError":true')]).toEqual([name, 200, false]);
  return answer.text;
}

test("a secret reaches the service it is for, and no other surface, although the service echoes it", async () => {
  expect((await put("ci", canary, ["*"])).status).toBe(200);
  expect((await put("own", applicationOnly, ["shop"])).status).toBe(200);
  const headers = { authorization: "Basic bot:secret://db/ci", "x-own": "secret://db/own" };
  const payload = { token: "secret://db/ci", nested: [{ again: "Bearer secret://db/ci" }] };
  const good = await run({ url: `${echo.url}/ok?key=secret://db/ci`, customHeaders: headers, payload });
  const bad = await run({ url: `${echo.url}/fail`, method: "PUT", customHeaders: headers, payload });
  expect([good.view.status, bad.view.status]).toEqual(["SUCCEEDED", "TERMINAL"]);
  expect(received).toEqual(
    expect.arrayContaining([
      `bot:${canary}`,
      `/ok?key=${canary}`,
      applicationOnly,
      expect.stringContaining(JSON.stringify(canary).slice(1, -1)),
    ]),
  );

  const surfaces = [
    ...[good.id, bad.id].flatMap((id) => [`/api/v1/executions/${id}`, `/pipelines/${id}`]),
    ...[good.id, bad.id].map((id) => `/api/v1/executions/${id}/history`),
    "/api/v1/audit?limit=500",
    "/api/v1/audit/export",
    "/api/v1/audit/verify",
    "/api/v1/secrets",
    "/api/v1/applications",
    "/api/v1/applications/shop/pipelines",
    "/api/v1/accounts",
    "/api/v1/openapi.json",
    "/metrics",
    "/applications/shop/pipelineConfigs",
    "/search?q=shop&type=applications",
    "/api/v1/executions?application=shop&limit=10",
    "/applications/shop/pipelines?expand=true",
    "/api/v1/secrets/check?reference=secret%3A%2F%2Fdb%2Fci",
  ];
  for (const path of surfaces) {
    const answer = await send(server.url, "GET", path, undefined);
    expect(answer.status, path).toBe(200);
    expectClean(answer.text, path);
  }
  expect((await send(server.url, "GET", `/api/v1/executions/${good.id}`, undefined)).text).toContain("secret://db/ci");
  expectClean(await eventsUntil([good.id, bad.id]), "the stream of events");
  for (const [tool, input] of [
    ["get_execution", { execution: good.id }],
    ["explain_execution", { execution: bad.id }],
    ["list_pipelines", { application: "shop" }],
    ["search_audit", { limit: 100 }],
  ] as const)
    expectClean(await toolText(tool, input), `the tool ${tool}`);
  expectClean(await wholeDatabase(), "the database");
  expectClean(server.log(), "the log");
});

test("an artifact account sends its secret to its hosts, and is listed without it", async () => {
  const artifact = { type: "http/file", reference: `${echo.url}/file`, artifactAccount: "web" };
  const fetched = await send(server.url, "POST", "/api/v1/artifacts/fetch", artifact);
  expect(fetched.json()).toMatchObject({ digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string });
  expect(received.some((text) => text.startsWith(`Bearer ${canary.slice(0, 10)}`))).toBe(true);
  const accounts = await send(server.url, "GET", "/artifacts/credentials", undefined);
  expect(accounts.json()).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: "web", types: ["http/file"] })]),
  );
  expectClean(accounts.text, "Gate's artifact accounts");
});

test("errors that would quote a secret are clean too", async () => {
  const fetched = await send(server.url, "POST", "/api/v1/artifacts/fetch", {
    type: "http/file",
    name: canary,
    reference: "ftp://x",
  });
  expect(fetched.status).toBe(400);
  expectClean(fetched.text, "an error of the own API");
  const gate = await send(server.url, "GET", `/pipelines/${encodeURIComponent(canary)}`, undefined);
  expect(gate.status).toBe(404);
  expectClean(gate.text, "an error of Gate's API");
});

test("another application, and another host, do not get it", async () => {
  const before = received.length;
  const headers = { "x-own": "secret://db/own" };
  const other = await run({ url: `${echo.url}/ok`, customHeaders: headers }, "other");
  expect(JSON.stringify(other.view)).toContain("may not be sent to");
  const elsewhere = await run({ url: `${echo.url.replace("127.0.0.1", "localhost")}/ok`, customHeaders: headers });
  expect(JSON.stringify(elsewhere.view)).toContain("may not be sent to");
  const environment = await run({ url: `${echo.url}/ok`, payload: { a: "secret://env/PATH" } });
  expect(JSON.stringify(environment.view)).toContain("may not be sent to");
  expect(received.length).toBe(before);
});

test("a lost key is said where the secret is used, and nothing else breaks", async () => {
  writeFileSync(keyFile, `${Buffer.alloc(32, 7).toString("base64")}\n`);
  const headers = { "x-own": "secret://db/own" };
  const lost = await run({ url: `${echo.url}/ok`, customHeaders: headers });
  expect(JSON.stringify(lost.view)).toContain("which the key file does not hold");
  expect((await send(server.url, "GET", "/api/v1/secrets", undefined)).json()).toMatchObject([
    { readable: false },
    { readable: false },
  ]);
  expect((await run({ url: `${echo.url}/ok` })).view.status).toBe("SUCCEEDED");
  expect((await send(server.url, "GET", "/health", undefined)).status).toBe(200);
});
