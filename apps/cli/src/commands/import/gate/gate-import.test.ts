import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeGate } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import { afterAll, expect, test } from "vitest";
import { runAgainst } from "../../../testing/stub-api.ts";

const home = mkdtempSync(join(tmpdir(), "gennaker-gate-"));
const state = join(home, "state.json");
const gate = await startFakeGate({
  requires: { header: "Authorization", value: "Bearer T" },
  applications: {
    Shop: {
      pipelines: ['{"name":"a","n":1.0}', '{"name":"b"}'],
      strategies: ['{"name":"s"}'],
      notifications: '{"application":"Shop","email":[{"address":"x"}]}',
    },
    bank: { pipelines: ['{"name":"c"}'] },
  },
  templates: ['{"id":"t"}'],
  projects: ['{"name":"P"}'],
  canaryConfigs: { c1: '{"name":"canary","x":1e3}' },
});
afterAll(async () => {
  await gate.close();
  rmSync(home, { recursive: true });
});

const answers = { "POST /import": { id: "I1", dryRun: false, counts: {}, items: [] }, "GET /accounts": [] };
type Sent = { items: { kind: string; application?: string; text: string }[]; import?: string };
async function run(...more: string[]) {
  writeFileSync(join(home, "cookie"), "x=y");
  const ended = await runAgainst(answers, [
    "import",
    "--gate",
    gate.url,
    "--state",
    state,
    "--header",
    "authorization: Bearer T",
    ...more,
  ]);
  const items = ended.asked.flatMap(({ body }) => (body as Sent).items);
  return { ...ended, got: items.map(({ kind, application, text }) => `${kind} ${application ?? "-"} ${text}`) };
}

test("everything of a Gate comes, application by application, as it is written there", async () => {
  const { code, got } = await run();
  expect(code).toBe(0);
  expect(got).toEqual([
    'template - {"id":"t"}',
    'project - {"name":"P"}',
    'application shop {"name":"Shop","attributes":{"name":"Shop"},"clusters":{}}',
    'pipeline shop {"name":"a","n":1.0}',
    'pipeline shop {"name":"b"}',
    'strategy shop {"name":"s"}',
    'notifications shop {"application":"Shop","email":[{"address":"x"}]}',
    'application bank {"name":"bank","attributes":{"name":"bank"},"clusters":{}}',
    'pipeline bank {"name":"c"}',
    'canaryConfig - {"id":"c1","name":"canary","x":1e3}',
  ]);
  expect(existsSync(state)).toBe(false);
});

test("only one application, without what belongs to all", async () => {
  const { got } = await run("--application", "bank");
  expect(got.map((each) => each.split(" ")[0])).toEqual(["application", "pipeline", "canaryConfig"]);
});

test.each([
  [401, "Gate wants a login: /applications/bank/pipelineConfigs answered 401"],
  ["redirect", "Gate wants a login: /applications/bank/pipelineConfigs redirects to https://login.example.com/start"],
  ["html", "Gate wants a login: /applications/bank/pipelineConfigs answered a web page"],
] as const)("a Gate that answers with %s in the middle is gone on with where it stopped", async (how, words) => {
  gate.misbehave("/applications/bank/pipelineConfigs", how);
  const stopped = await run();
  expect(stopped.code).toBe(1);
  expect(stopped.err).toContain(words);
  expect(stopped.err + stopped.out).not.toContain("Bearer T");
  expect(stopped.out).toContain("Run the same command again to go on.");
  expect(JSON.parse(readFileSync(state, "utf8"))).toEqual({
    of: gate.url,
    import: "I1",
    done: ["templates and projects", "application Shop"],
  });
  const again = await run();
  expect(again.got.map((each) => each.split(" ").slice(0, 2).join(" "))).toEqual([
    "application bank",
    "pipeline bank",
    "canaryConfig -",
  ]);
  expect(again.asked[0]?.body).toMatchObject({ import: "I1" });
  expect(existsSync(state)).toBe(false);
});

test("a state of another import, or none at all, is refused", async () => {
  for (const [text, words] of [
    ['{"of":"http://other","done":[]}', "of an import from http://other"],
    ["{", "no state of an import"],
  ] as const) {
    writeFileSync(state, text);
    expect((await run()).err).toContain(words);
  }
  rmSync(state);
});

test("what Gate does not have is told, a dry run keeps no state", async () => {
  gate.misbehave("/projects", 404);
  const { out, code } = await run("--dry-run");
  expect(code).toBe(0);
  expect(out).toContain("Gate has nothing at /projects.");
  expect(existsSync(state)).toBe(false);
});

test("without its login nothing is imported", async () => {
  const { code, err } = await runAgainst(answers, ["import", "--gate", gate.url, "--state", state]);
  expect([code, err]).toEqual([1, expect.stringContaining("redirects to https://login.example.com/start")]);
});
