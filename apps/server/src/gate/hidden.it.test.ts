import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { routes } from "@gennaker/contract/routes.ts";
import type { Route } from "@gennaker/contract/route.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canaryConfigDocument } from "./fixtures/documents.ts";
import { gateRoutes } from "./routes.ts";

/**
 * Everything of the application `hush`, which only administrators may read, holds this word. Whatever somebody asks who may
 * read all but that application, no good answer holds it.
 */
const word = "hush";
const directory = mkdtempSync(join(tmpdir(), "gennaker-hidden-"));
const config = join(directory, "gennaker.yaml");
writeFileSync(
  config,
  JSON.stringify({
    access: { local: true },
    webhook: {
      preconfigured: [
        { label: "closed hook", type: "closedHook", url: "https://h.example.com", permissions: { READ: ["nobody"] } },
        { label: "open hook", type: "openHook", url: "https://h.example.com" },
      ],
    },
  }),
);
const server = await startServer({ flags: ["--config", config] });
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true });
});

const password = "correct horse battery";
/** Passwords are checked slowly on purpose; tokens are not. */
const tokens = new Map<string, string>();
const authorization = (as: string) =>
  tokens.has(as) ? `Bearer ${tokens.get(as)}` : `Basic ${Buffer.from(`${as}:${password}`).toString("base64")}`;
async function call(
  as: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      authorization: authorization(as),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}
const good = async (method: string, path: string, body?: unknown) => {
  const { status, text } = await call("boss", method, path, body);
  expect([path, status < 300, status < 300 ? "" : text]).toEqual([path, true, ""]);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
};

const ids: string[] = [];
const stage = { refId: "1", type: "wait", name: `${word} stage`, requisiteStageRefIds: [], waitTime: 0 };
const pipeline = (application: string, name: string) => ({ id: name, name, application, stages: [stage] });

beforeAll(async () => {
  const token = /one-time token: ([\w-]+)/.exec(server.log())?.[1] ?? "";
  await fetch(`${server.url}/ui/setup`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ token, username: "boss", password }),
  });
  await good("PUT", "/api/v1/access/users/oper", { roles: ["operator"], password });
  for (const as of ["boss", "oper"]) {
    const { text } = await call(as, "POST", "/api/v1/access/tokens", { name: "test" });
    tokens.set(as, (JSON.parse(text) as { token: string }).token);
  }
  await good("PUT", "/api/v1/applications/shop", {});
  await good("PUT", `/api/v1/applications/${word}`, {
    email: `${word}@example.com`,
    permissions: { READ: ["x"], WRITE: ["x"] },
  });
  await good("POST", "/pipelines", pipeline(word, `${word}-pipeline`));
  await good("POST", "/strategies", { ...pipeline(word, `${word}-strategy`), strategy: true });
  await good("POST", `/notifications/application/${word}`, {
    application: word,
    email: [{ address: `${word}@x.com`, when: [] }],
  });
  const canary = await good("POST", "/v2/canaryConfig", canaryConfigDocument(`${word}-canary`, word));
  const run = await good("POST", `/pipelines/${word}/${word}-pipeline`, { type: "manual", parameters: { what: word } });
  const task = await good("POST", "/tasks", {
    application: word,
    description: word,
    job: [{ type: "wait", waitTime: 0 }],
  });
  const idOf = (ref: unknown) => String(ref).split("/").at(-1) ?? "";
  ids.push(
    `${word}-pipeline`,
    `${word}-strategy`,
    idOf(run["ref"]),
    idOf(task["ref"]),
    String(canary["canaryConfigId"]),
  );
  await good("POST", "/api/v1/projects", {
    id: "both",
    name: "both",
    config: {
      applications: ["shop"],
      clusters: [],
      pipelineConfigs: [{ application: word, pipelineConfigId: `${word}-pipeline` }],
    },
  });
  // Under another application's name, nothing of what it changes is told either.
  const application = { name: word, email: `${word}@example.com`, permissions: { READ: ["x"], WRITE: ["x"] } };
  await good("POST", "/tasks", {
    application: "shop",
    description: "changes another",
    job: [{ type: "updateApplication", application }],
  });
});

const own = Object.values(routes as Record<string, Route>).map(({ method, path, text }) => ({
  method,
  path: `/api/v1${path}`,
  endless: text === true,
}));
const gate = gateRoutes({} as never).map(({ method, path }) => ({ method, path, endless: false }));

/** The addresses of a route with everything of the hidden application put in. */
function addresses(path: string): string[] {
  const queries = [
    "",
    `?q=${word}&type=applications,clusters,serverGroups,instances,loadBalancers&allowShortQuery=true`,
    `?application=${word}&applications=${word}&pipelineConfigIds=${ids[0]}&pipeline=${ids[0]}&text=${word}`,
    `?executionIds=${ids[2]}&ids=${ids[2]}&pipelineName=${word}-pipeline`,
  ];
  const values = path.includes(":") ? ids : [""];
  return values.flatMap((id) => {
    const filled = path.replace(/:([A-Za-z]+)/g, (_all, key: string) =>
      key === "application" ? word : key === "name" ? `${word}-pipeline` : key === "project" ? "both" : id,
    );
    return queries.map((query) => filled + query);
  });
}

test("no answer to somebody who may not read an application tells anything of it", { timeout: 120_000 }, async () => {
  const told: string[] = [];
  let answered = 0;
  for (const { method, path, endless } of [...own, ...gate]) {
    // Projects belong to all, and say themselves which applications they are of.
    if (
      method !== "GET" ||
      endless ||
      path === "/api/v1/events" ||
      /^\/(api\/v1\/)?(projects(\/:\w+)?|export)$/.test(path)
    )
      continue;
    const all = addresses(path).map(async (address) => {
      const { status, text } = await call("oper", "GET", address);
      if (status >= 300) return;
      answered += 1;
      // What was asked for may be repeated.
      const echoed = text.replaceAll(`"query":"${word}"`, "");
      if (echoed.toLowerCase().includes(word)) told.push(`${address}: ${text.slice(0, 300)}`);
    });
    await Promise.all(all);
  }
  expect(told).toEqual([]);
  expect(answered).toBeGreaterThan(200);
});

test("numbers of what is hidden are hidden, too", async () => {
  const { text } = await call("oper", "GET", `/search?q=${word}&type=applications`);
  expect(JSON.parse(text)).toMatchObject([{ totalMatches: 0, results: [] }]);
  const all = await call("boss", "GET", `/search?q=${word}&type=applications`);
  expect(JSON.parse(all.text)).toMatchObject([{ totalMatches: 1 }]);
});

test("a project's pipelines and clusters leave out what may not be read", async () => {
  const runs = async (as: string) => JSON.parse((await call(as, "GET", "/projects/both/pipelines")).text) as unknown[];
  expect(await runs("boss")).toHaveLength(1);
  expect(await runs("oper")).toEqual([]);
});

test("stages of users' own are listed for the roles that may see them", async () => {
  const names = async (as: string) =>
    (JSON.parse((await call(as, "GET", "/webhooks/preconfigured")).text) as { type: string }[]).map(({ type }) => type);
  expect(await names("oper")).toEqual(["openHook"]);
  expect(await names("boss")).toEqual(["closedHook", "openHook"]);
});

test("the stream of events tells nothing of it", async () => {
  const stop = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events`, {
    headers: { authorization: authorization("oper") },
    signal: stop.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await good("POST", "/pipelines", { ...pipeline(word, `${word}-pipeline`), description: "again" });
  await good("POST", "/pipelines", { ...pipeline("shop", "open"), stages: [] });
  let heard = "";
  while (!heard.includes("pipeline.changed")) {
    const { done, value } = await reader.read();
    if (done) break;
    heard += Buffer.from(value).toString("utf8");
  }
  stop.abort();
  expect(heard).toContain("shop");
  expect(heard).not.toContain(word);
});
