import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "@gennaker/contract/resources/audit.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { changeTools } from "../mcp/change-tools.ts";
import { readTools } from "../mcp/read-tools.ts";

const directory = mkdtempSync(join(tmpdir(), "gennaker-mcp-"));
const config = (name: string, more: string) => {
  const path = join(directory, name);
  writeFileSync(path, `access: {local: true}\n${more}`);
  return ["--config", path];
};
const server = await startServer({ flags: config("changes.yaml", "mcp: {changes: true}") });
const password = "correct horse battery";
const clients: Client[] = [];
afterAll(async () => {
  for (const client of clients) await client.close();
  await server.end();
  rmSync(directory, { recursive: true });
});

const basic = (name: string) => `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

async function api<T>(
  path: string,
  { as = "boss", method = "GET", body }: { as?: string; method?: string; body?: unknown } = {},
) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: basic(as), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

async function connect(as: string | null): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const headers = as === null ? {} : { authorization: as.startsWith("gnk_") ? `Bearer ${as}` : basic(as) };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
  clients.push(client);
  return client;
}

async function use<T>(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
): Promise<{ failed: boolean; answer: T; text: string }> {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [first] = content as { text: string }[];
  const text = first?.text ?? "";
  return { failed: isError === true, answer: isError === true ? (null as T) : (JSON.parse(text) as T), text };
}

type Items<T> = { items: T[]; total: number; nextOffset?: number };
const wait = { refId: "1", type: "manualJudgment", name: "ask", requisiteStageRefIds: [] };
const held = { pipeline: "" };

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  await fetch(`${server.url}/ui/setup`, {
    method: "POST",
    body: new URLSearchParams({ token, username: "boss", password }),
    redirect: "manual",
  });
  for (const [name, roles] of [
    ["viv", ["viewer"]],
    ["oper", ["operator"]],
  ])
    await api(`/api/v1/access/users/${String(name)}`, { method: "PUT", body: { roles, password } });
  await api("/api/v1/applications/shop", { method: "PUT", body: {} });
  await api("/api/v1/applications/secret", { method: "PUT", body: { permissions: { READ: ["x"], WRITE: ["x"] } } });
  const saved = await api<{ id: string }>("/api/v1/pipelines", {
    method: "POST",
    body: { name: "p", application: "shop", stages: [wait] },
  });
  held.pipeline = saved.id;
});

describe("the protocol", () => {
  test("needs a login, like everything else", async () => {
    await expect(connect(null)).rejects.toThrow();
    const plain = await fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(plain.status).toBe(401);
    const foreign = await fetch(`${server.url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "https://evil.example", authorization: basic("boss") },
      body: "{}",
    });
    expect(foreign.status).toBe(403);
  });

  test("lists its tools with their schemas", async () => {
    const client = await connect("viv");
    expect(client.getServerVersion()).toMatchObject({ name: "gennaker" });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(
      [...readTools, ...changeTools].map(({ name }) => name).toSorted(),
    );
    expect(tools.find(({ name }) => name === "judge_stage")).toMatchObject({
      inputSchema: { type: "object", required: ["execution", "stage", "decision"] },
      annotations: { readOnlyHint: false },
    });
  });

  test("messages that are none get an error of the protocol and change nothing", async () => {
    const post = (body: string) =>
      fetch(`${server.url}/mcp`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          authorization: basic("boss"),
        },
        body,
      });
    for (const body of [
      "",
      "nonsense",
      '{"jsonrpc":"2.0"}',
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "none/such" }),
    ]) {
      const answer = await post(body);
      const text = await answer.text();
      expect([body, answer.status < 500, JSON.parse(text)]).toEqual([
        body,
        true,
        expect.objectContaining({ error: expect.anything() as object }),
      ]);
    }
    expect((await fetch(`${server.url}/mcp`, { headers: { authorization: basic("boss") } })).status).toBe(405);
  });

  test("inputs are checked before anything is asked", async () => {
    const client = await connect("boss");
    const { failed, text } = await use(client, "judge_stage", { execution: "e", stage: "1", decision: "perhaps" });
    expect([failed, text]).toEqual([true, expect.stringContaining("decision")]);
  });
});

describe("reading", () => {
  test("shows what the caller may read, and says why not otherwise", async () => {
    const names = async (as: string) => {
      const { answer } = await use<Items<{ name: string }>>(await connect(as), "list_applications");
      return answer.items.map(({ name }) => name).toSorted();
    };
    expect(await names("boss")).toEqual(["secret", "shop"]);
    expect(await names("viv")).toEqual(["shop"]);
    const refused = await use(await connect("viv"), "list_pipelines", { application: "secret" });
    expect([refused.failed, refused.text]).toEqual([true, expect.stringContaining("secret")]);
    const me = await use<{ user: unknown }>(await connect("viv"), "who_am_i");
    expect(me.text).toContain('"viv"');
    const why = await use<{ allowed: boolean }>(await connect("boss"), "explain_access", {
      user: "viv",
      verb: "write",
      resource: "application/shop",
    });
    expect(why.answer).toMatchObject({ allowed: false });
  });

  test("long lists come in pages", async () => {
    for (let index = 0; index < 3; index += 1)
      await api("/api/v1/pipelines", {
        method: "POST",
        body: { name: `long${index}`, application: "shop", description: "x".repeat(30_000), stages: [] },
      });
    const client = await connect("boss");
    const seen: string[] = [];
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const read: { answer: Items<{ name: string }> } = await use(client, "list_pipelines", {
        application: "shop",
        offset,
      });
      seen.push(...read.answer.items.map(({ name }) => name));
      offset = read.answer.nextOffset;
    }
    expect(seen.toSorted()).toEqual(["long0", "long1", "long2", "p"]);
  });
});

describe("changing", () => {
  test("is done and audited as the person with the token, and only where that person may", async () => {
    const refused = await use(await connect("viv"), "start_pipeline", { pipeline: held.pipeline });
    expect([refused.failed, refused.text]).toEqual([true, expect.stringContaining("viewer")]);
    const { id, token } = await api<{ id: string; token: string }>("/api/v1/access/tokens", {
      as: "oper",
      method: "POST",
      body: { name: "assistant" },
    });
    const client = await connect(token);
    const started = await use<{ id: string }>(client, "start_pipeline", { pipeline: held.pipeline, reason: "asked" });
    expect(started.failed).toBe(false);
    const execution = started.answer.id;
    await vi.waitFor(async () => {
      const { answer } = await use<{ waiting: unknown[] }>(client, "explain_execution", { execution });
      expect(answer.waiting).toMatchObject([{ stage: "ask" }]);
    }, 10_000);
    expect((await use(client, "judge_stage", { execution, stage: "1", decision: "continue" })).failed).toBe(false);
    await vi.waitFor(async () => {
      expect((await use<{ status: string }>(client, "explain_execution", { execution })).answer.status).toBe(
        "SUCCEEDED",
      );
    }, 10_000);
    const entries = await api<AuditEntry[]>(`/api/v1/audit?resource=execution/${execution}&actor=oper`);
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: "execution.start",
        actor: "oper",
        credential: `token/${id}`,
        address: "127.0.0.1",
        userAgent: expect.stringMatching(/^mcp start_pipeline; /) as string,
      }),
    );
    const denied = await api<AuditEntry[]>("/api/v1/audit?outcome=denied&actor=viv");
    expect(denied.map(({ userAgent }) => userAgent ?? "")).toContainEqual(
      expect.stringContaining("mcp start_pipeline"),
    );
    const found = await use<Items<AuditEntry>>(await connect("boss"), "search_audit", {
      actor: "viv",
      outcome: "denied",
    });
    expect(found.answer.items.length).toBeGreaterThan(0);
  });

  test("a token's scopes are a limit here too", async () => {
    const { token } = await api<{ token: string }>("/api/v1/access/tokens", {
      as: "oper",
      method: "POST",
      body: { name: "reader", scopes: ["read"] },
    });
    const client = await connect(token);
    expect((await use(client, "get_pipeline", { pipeline: held.pipeline })).failed).toBe(false);
    expect((await use(client, "start_pipeline", { pipeline: held.pipeline })).failed).toBe(true);
  });
});

test("unless it is configured nothing that changes is offered", async () => {
  const other = await startServer({ flags: ["--role", "api"] });
  try {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${other.url}/mcp`)));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).toSorted()).toEqual(readTools.map(({ name }) => name).toSorted());
    const tried = await client.callTool({ name: "start_pipeline", arguments: { pipeline: "x" } });
    expect(tried).toMatchObject({ isError: true });
    await client.close();
  } finally {
    await other.end();
  }
});
