import { readdirSync, readFileSync } from "node:fs";
import type { ImportResult } from "@gennaker/contract/resources/import.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";

const server = await startServer();
afterAll(() => server.end());

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; json: () => never }> {
  const init =
    body === undefined
      ? {}
      : { headers: { "content-type": "application/json", "x-spinnaker-user": "ann" }, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}${path}`, { method, ...init });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) as never };
}
type More = { dryRun?: boolean; overwrite?: boolean; accounts?: Record<string, string>; import?: string };
async function bring(documents: unknown[], more: More = {}): Promise<ImportResult> {
  const items = documents.map((document, index) => ({
    source: `file ${index}`,
    text: typeof document === "string" ? document : JSON.stringify(document),
  }));
  const answer = await call("POST", "/api/v1/import", { items, ...more });
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, answer.text.slice(0, 300)]);
  return answer.json();
}
const shortly = ({ items }: ImportResult) =>
  items.map(({ kind, name, outcome, change }) => `${kind} ${name} ${outcome} ${change}`);
async function exported(
  application: string | null,
): Promise<{ kind: string; name: string; document: Record<string, unknown> }[]> {
  const query = application === null ? "" : `?application=${application}`;
  return ((await call("GET", `/api/v1/export${query}`)).json() as { items: never[] }).items;
}

const stage = { refId: "1", type: "wait", name: "w", requisiteStageRefIds: [], waitTime: 1 };
const pipeline = (application: string, name: string, more: object = {}) => ({
  application,
  name,
  stages: [stage],
  ...more,
});

describe("the real files", () => {
  const folder = new URL("../../../../../packages/pipeline-model/src/import/fixtures/", import.meta.url);
  const texts = ["pipelines", "canary-configs"].flatMap((kind) =>
    readdirSync(new URL(kind, folder)).map((file) => readFileSync(new URL(`${kind}/${file}`, folder), "utf8")),
  );

  test("a dry run tells everything and changes nothing", async () => {
    const before = (await call("GET", "/applications")).text;
    const { items, counts } = await bring(texts, { dryRun: true });
    expect(items).toHaveLength(texts.length);
    expect(counts.refused).toBe(0);
    expect((await call("GET", "/applications")).text).toBe(before);
    expect(await exported("demo")).toEqual([]);
  });

  test("they are stored, exported as they were received but for an id, and unchanged when they come again", async () => {
    const first = await bring(texts);
    expect(first.counts).toMatchObject({ refused: 0, unchanged: 0 });
    for (const [index, text] of texts.entries()) {
      const { kind, name, application } = first.items[index] ?? {};
      const holder =
        kind === "canaryConfig" && (await exported(application ?? null)).length === 0 ? null : (application ?? null);
      const found = (await exported(holder)).find((each) => each.kind === kind && each.name === name);
      const received = JSON.parse(text) as Record<string, unknown>;
      expect(found?.document, name).toEqual({ id: found?.document["id"], ...received });
    }
    expect((await bring(texts)).counts).toMatchObject({
      unchanged: texts.length,
      imported: 0,
      attention: 0,
      repaired: 0,
    });
  });
});

describe("every kind", () => {
  const documents = [
    {
      name: "bank",
      attributes: { email: "bank@example.com", cloudProviders: "aws,kubernetes", permissions: { READ: ["dev"] } },
      clusters: {},
    },
    pipeline("bank", "second", { index: 1, id: "bank-2" }),
    pipeline("bank", "first", {
      index: 0,
      id: "bank-1",
      triggers: [{ type: "cron", cronExpression: "0 0 9 ? * MON *", enabled: true }],
    }),
    { ...pipeline("bank", "careful"), strategy: true },
    {
      schema: "v2",
      id: "bank-template",
      metadata: { name: "t", description: "d", owner: "o", scopes: [] },
      variables: [],
      pipeline: { stages: [stage], large: 1 },
    },
    { id: "bank-project", name: "Banking", config: { applications: ["bank"], clusters: [], pipelineConfigs: [] } },
    { application: "bank", email: [{ address: "a@example.com", level: "application", when: ["pipeline.failed"] }] },
  ];

  test("is stored, can be used over Gate, and exported in its order", async () => {
    expect((await bring(documents)).counts.refused).toBe(0);
    expect((await call("GET", "/applications/bank/pipelineConfigs")).json()).toMatchObject([
      { name: "first" },
      { name: "second" },
    ]);
    expect((await call("GET", "/applications/bank/strategyConfigs")).json()).toMatchObject([{ name: "careful" }]);
    expect((await call("GET", "/v2/pipelineTemplates/bank-template")).json()).toMatchObject({ id: "bank-template" });
    expect((await call("GET", "/notifications/application/bank")).json()).toMatchObject({
      email: [{ address: "a@example.com" }],
    });
    const application = (await call("GET", "/api/v1/applications/bank")).json() as { trafficGuards: [] };
    expect(application.trafficGuards).toEqual([]);
    const all = [...(await exported("bank")), ...(await exported(null))];
    expect(all.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining([
        "application bank",
        "pipeline first",
        "pipeline second",
        "strategy careful",
        "notifications bank",
        "template bank-template",
        "project Banking",
      ]),
    );
    expect((await exported("bank")).flatMap(({ kind, name }) => (kind === "pipeline" ? [name] : []))).toEqual([
      "first",
      "second",
    ]);
    const again = await bring(
      all.map(({ document, kind, name }) => ({
        kind,
        name,
        application: kind === "strategy" ? "bank" : null,
        document,
      })),
    );
    expect(
      again.items.filter(
        ({ outcome, name }) => outcome !== "unchanged" && /bank|Banking|first|second|careful/.test(name),
      ),
    ).toEqual([]);
  });

  test("permissions that come apart are joined to their application", async () => {
    await bring([{ name: "bank", permissions: { READ: ["dev"], WRITE: ["ops"] }, lastModified: 1 }]);
    const { attributes } = (await call("GET", "/api/v1/applications/bank")).json() as { attributes: object };
    expect(attributes).toMatchObject({ email: "bank@example.com", permissions: { READ: ["dev"], WRITE: ["ops"] } });
  });
});

test("numbers keep their spelling and unknown fields stay, in text and as a document", async () => {
  const text =
    '{"application":"exact","name":"p","stages":[],"big":12345678901234567890,"one":1.0,"odd":{"__proto__":{"x":1e3}}}';
  await bring([text]);
  expect((await call("GET", "/api/v1/export?application=exact")).text).toContain(
    '"big":12345678901234567890,"one":1.0,"odd":{"__proto__":{"x":1e3}}',
  );
  const body = `{"items":[{"source":"s","document":${text.replace('"p"', '"q"')}}]}`;
  const response = await fetch(`${server.url}/api/v1/import`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(response.status).toBe(200);
  expect((await call("GET", "/applications/exact/pipelineConfigs/q")).text).toContain("12345678901234567890");
});

describe("again", () => {
  test("what changed there replaces what was imported; what was changed here stays, unless it is said", async () => {
    expect(shortly(await bring([pipeline("again", "p")]))).toEqual([
      "pipeline p imported created",
      "application again imported created",
    ]);
    expect(shortly(await bring([pipeline("again", "P")]))).toEqual(["pipeline P imported replaced"]);
    expect(shortly(await bring([pipeline("again", "P")]))).toEqual(["pipeline P unchanged none"]);
    const [{ id }] = (await call("GET", "/applications/again/pipelineConfigs")).json() as [{ id: string }];
    await call("POST", "/pipelines", { ...pipeline("again", "P"), id, description: "ours" });
    expect(shortly(await bring([pipeline("again", "P")]))).toEqual(["pipeline P unchanged none"]);
    const both = await bring([pipeline("again", "P", { description: "theirs" })]);
    expect(shortly(both)).toEqual(["pipeline P attention none"]);
    expect(both.items[0]?.notes).toMatchObject([{ code: "changedHere", level: "attention" }]);
    expect((await exported("again"))[1]?.document).toMatchObject({ description: "ours" });
    expect(shortly(await bring([pipeline("again", "P", { description: "theirs" })], { overwrite: true }))).toEqual([
      "pipeline P imported replaced",
    ]);
    const all = (await call("GET", "/applications/again/pipelineConfigs")).json() as object[];
    expect(all).toMatchObject([{ id, description: "theirs" }]);
  });

  test("an application that was made for its pipelines is replaced by its own document", async () => {
    await bring([pipeline("late", "p")]);
    expect(shortly(await bring([{ name: "late", email: "late@example.com" }]))).toEqual([
      "application late imported replaced",
    ]);
  });

  test("accounts are mapped into what is stored", async () => {
    const { items } = await bring([pipeline("mapped", "p", { stages: [{ ...stage, account: "far" }] })], {
      accounts: { far: "local" },
    });
    expect(items[0]).toMatchObject({ outcome: "imported", notes: [{ code: "account.mapped" }] });
    expect((await exported("mapped"))[1]?.document).toMatchObject({ stages: [{ account: "local" }] });
  });
});

describe("what cannot be imported", () => {
  test("is refused with its reason and keeps nothing else out", async () => {
    const { items, counts } = await bring([
      "{",
      "a: [",
      "",
      "[1]",
      pipeline("part", "good"),
      pipeline("part", "bad", { stages: [stage, stage] }),
      { foo: 1 },
    ]);
    expect(counts).toMatchObject({ refused: 6 });
    expect(
      items
        .filter(({ outcome }) => outcome === "refused")
        .every(({ notes }) => notes.some(({ level, message }) => level === "error" && message.length > 5)),
    ).toBe(true);
    expect((await exported("part")).map(({ name }) => name)).toEqual(["part", "good"]);
  });

  test("hostile names and ids are refused, not failures of the server", async () => {
    const odd = ["\0", "\ud800", "x".repeat(5_000), "../..", "%2F"];
    const documents = odd.flatMap((text) => [
      pipeline("odd", text),
      pipeline("odd", "p", { id: text }),
      pipeline(text, "p"),
      { name: text, email: "e" },
      { id: text, name: text, config: { applications: [] } },
      { name: text, applications: [], metrics: [], judge: {}, classifier: {} },
      { schema: "v2", id: text, metadata: {}, pipeline: { stages: [] } },
      { application: text, email: [{ address: "a", when: [] }] },
    ]);
    expect((await bring(documents)).items.length).toBeGreaterThanOrEqual(documents.length);
  });

  test.each([
    [{ items: [] }, 400],
    [{ items: [{ source: "s" }] }, 400],
    [{ items: [{ source: "s", text: "{}", document: {} }] }, 400],
    [{ items: [{ source: "s", text: "{}" }], import: "none" }, 404],
  ])("a request that cannot be done says why: %j", async (body, status) => {
    expect((await call("POST", "/api/v1/import", body)).status).toBe(status);
  });
});

test("what was stored by an import that did not come to its end is recognised, repairs and generated ids included", async () => {
  const document = pipeline("crashed", "p", {
    triggers: [{ type: "cron", cronExpression: "0 0 9 ? * MON *" }],
    expectedArtifacts: [{ id: "a", usePriorExecution: true }],
  });
  await bring([document]);
  const database = new pg.Client({ connectionString: readFileSync(`${server.data}/run/database.url`, "utf8").trim() });
  await database.connect();
  await database.query("delete from deliver_import_item");
  await database.end();
  expect(shortly(await bring([document]))).toEqual(["pipeline p unchanged none"]);
  expect((await exported("crashed"))[1]?.document).toMatchObject(document);
});

test("the report is kept, goes on over several parts, and is read by pages and outcomes", async () => {
  const { id } = await bring([pipeline("report", "a"), "{"], { dryRun: true });
  await bring([pipeline("report", "b"), pipeline("report", "c")], { dryRun: true, import: id });
  expect((await call("POST", "/api/v1/import", { items: [{ source: "s", text: "{}" }], import: id })).status).toBe(400);
  const list = (await call("GET", "/api/v1/imports?limit=1")).json() as object[];
  expect(list).toMatchObject([{ id, dryRun: true, startedBy: "ann", counts: { imported: 3, refused: 1 } }]);
  const page = (await call("GET", `/api/v1/imports/${id}?limit=3`)).json() as { items: object[]; next: number };
  expect(page.items).toHaveLength(3);
  expect((await call("GET", `/api/v1/imports/${id}?after=${page.next}`)).json()).toMatchObject({
    items: [{ name: "c" }],
    next: null,
  });
  expect((await call("GET", `/api/v1/imports/${id}?outcome=refused`)).json()).toMatchObject({
    items: [{ outcome: "refused" }],
  });
  expect((await call("GET", "/api/v1/imports/none")).status).toBe(404);
});

test("readiness says what is missing here, and is satisfied when it comes", async () => {
  const parent = pipeline("ready", "parent", {
    id: "ready-1",
    stages: [{ ...stage, type: "pipeline", application: "ready", pipeline: "ready-2" }],
  });
  await bring([parent]);
  const look = async () => (await call("GET", "/api/v1/pipelines/ready-1/readiness")).json();
  expect(await look()).toMatchObject({
    ready: false,
    findings: [{ level: "blocks", code: "pipeline.missing", pointer: "/stages/0/pipeline" }],
  });
  await bring([pipeline("ready", "child", { id: "ready-2" })]);
  expect(await look()).toEqual({ pipeline: "ready-1", ready: true, findings: [] });
  expect((await call("GET", "/api/v1/pipelines/none/readiness")).status).toBe(404);
});

test("one pipeline, or everything, is exported as it was received or as it is stored", async () => {
  const old = { id: "exp-1", expectedArtifacts: [{ id: "a", usePriorExecution: true }] };
  await bring([pipeline("exported", "p", old), pipeline("exported", "q", { id: "exp-2" })]);
  const one = async (as: string) =>
    (await call("GET", `/api/v1/export?pipeline=exp-1&as=${as}`)).json() as { application: string; items: never[] };
  const received = await one("received");
  expect([received.application, received.items]).toEqual([
    "exported",
    [{ kind: "pipeline", name: "p", application: "exported", document: pipeline("exported", "p", old) }],
  ]);
  expect((await one("stored")).items).toMatchObject([
    { document: { index: 0, expectedArtifacts: [{ id: "a", usePriorArtifact: true }] } },
  ]);
  expect((await call("GET", "/api/v1/export?pipeline=none")).status).toBe(404);
  const lines = (await call("GET", "/api/v1/export/everything")).text.trimEnd().split("\n");
  const all = lines.map((line) => JSON.parse(line) as { kind: string; application: string | null });
  expect(all).toContainEqual(received.items[0]);
  expect(all.findIndex(({ application }) => application === null)).toBeGreaterThan(0);
  // A file of these lines is imported again without a change.
  const again = await bring([lines.filter((line) => line.includes('"application":"exported"')).join("\n")]);
  expect(again.counts).toMatchObject({ unchanged: again.items.length, refused: 0 });
});

test("a first-generation configuration is stored as its pipeline, exported as it was received, and unchanged when it comes again", async () => {
  const text = [
    'schema: "1"',
    "pipeline:",
    "  application: roered",
    "  name: release",
    "  template: { source: spinnaker://gone }",
    "  variables: { wait: 1 }",
    "stages: []",
  ].join("\n");
  const first = await bring([text]);
  expect(shortly(first)[0]).toBe("pipeline release imported created");
  const [stored] = (await call("GET", "/applications/roered/pipelineConfigs")).json() as [object];
  expect(stored).toMatchObject({ type: "templatedPipeline", config: { schema: "1", pipeline: { name: "release" } } });
  const document = (await exported("roered")).find(({ kind }) => kind === "pipeline")?.document ?? {};
  expect(document).toMatchObject({ schema: "1", pipeline: { application: "roered", variables: { wait: 1 } } });
  expect(shortly(await bring([text]))).toEqual(["pipeline release unchanged none"]);
  expect(shortly(await bring([document]))).toEqual(["pipeline release unchanged none"]);
});
