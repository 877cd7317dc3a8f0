import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeGate } from "@gennaker/testkit/fakes/gate/start-fake-gate.ts";
import { afterAll, expect, test } from "vitest";
import { runAgainst } from "../../testing/stub-api.ts";

const home = mkdtempSync(join(tmpdir(), "gennaker-shadow-"));
const gate = await startFakeGate({
  applications: { shop: { pipelines: ['{"id":"c1","name":"Deploy"}', '{"id":"c2","name":"other"}'] } },
  executions: ['{"id":"E1"}', '{"id":"E2"}', '{"id":"E3"}'],
});
afterAll(async () => {
  await gate.close();
  rmSync(home, { recursive: true });
});

const run = (execution: string, same: boolean) => ({
  execution,
  status: "SUCCEEDED",
  startTime: 0,
  same,
  words: same ? ["The same."] : ["Stage differs."],
});
const report = (...runs: { same: boolean }[]) => ({
  pipeline: "c1",
  application: "shop",
  name: "Deploy",
  same: runs.filter(({ same }) => same).length,
  runs,
  unreadable: [],
});
const shadow = (answer: object, ...more: string[]) =>
  runAgainst({ "POST /shadow": answer }, ["shadow", "--gate", gate.url, ...more]);

test("the newest ended executions of the pipeline are taken from Gate and compared here", async () => {
  const output = join(home, "report.json");
  const { code, out, asked } = await shadow(
    report(run("E1", true), run("E2", false)),
    "shop",
    "deploy",
    "--limit",
    "2",
    "--output",
    output,
  );
  expect(asked).toMatchObject([
    { path: "/shadow", body: { application: "shop", pipeline: "deploy", executions: [{ id: "E1" }, { id: "E2" }] } },
  ]);
  expect(gate.requests.at(-1)?.path).toMatch(
    /^\/executions\?pipelineConfigIds=c1&limit=2&statuses=SUCCEEDED,.*&expand=true$/,
  );
  expect(code).toBe(1);
  expect(out).toBe(
    "✔ E1  SUCCEEDED  1970-01-01T00:00:00.000Z\n    The same.\n✖ E2  SUCCEEDED  1970-01-01T00:00:00.000Z\n    Stage differs.\n" +
      "shop/Deploy: 1 of 2 executions would go the same way here.\n",
  );
  expect(JSON.parse(readFileSync(output, "utf8"))).toMatchObject({ same: 1 });
});

test("exit 0 when nothing differs; the whole comparison with --json", async () => {
  const { code, out } = await shadow(report(run("E1", true)), "shop", "c1", "--json");
  expect([code, JSON.parse(out)]).toEqual([0, report(run("E1", true))]);
});

test("a pipeline that Gate does not have is said, with those it has", async () => {
  const { code, err } = await shadow({}, "shop", "none");
  expect([code, err]).toEqual([1, expect.stringMatching(/no pipeline "none" in shop[\s\S]*It has: Deploy, other/)]);
});
