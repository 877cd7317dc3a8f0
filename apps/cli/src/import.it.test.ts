import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { startTestServer } from "./testing/processes.ts";

const server = await startTestServer();
afterAll(async () => server.stop());

const corpus = fileURLToPath(new URL("../../../packages/pipeline-model/src/import/fixtures/", import.meta.url));

test("real files are imported, exported, and unchanged when they come back, from files and from a Gate", async () => {
  const first = await server.run(["import", join(corpus, "pipelines"), join(corpus, "canary-configs"), "--json"]);
  expect(first.code, first.err).toBe(0);
  const { counts } = JSON.parse(first.out) as { counts: Record<string, number> };
  expect(counts).toMatchObject({ refused: 0, unchanged: 0 });
  const folder = join(server.home, "export");
  expect(await server.run(["export", folder])).toMatchObject({ code: 0, err: "" });
  const again = await server.run(["import", folder]);
  expect(again.out).toMatch(/^Done: 0 imported, 0 repaired, 0 attention, \d+ unchanged, 0 refused\.$/m);
  // The server answers Gate's paths, so it can be its own source: it has everything already.
  const state = join(server.home, "state.json");
  const gate = await server.run(["import", "--gate", server.url, "--state", state, "--json"]);
  expect(gate.code, gate.err).toBe(0);
  expect(
    (JSON.parse(gate.out) as { items: { change: string }[] }).items.filter(({ change }) => change === "created"),
  ).toEqual([]);
});

test("Ctrl-C stops between two parts with 130, and the same command goes on", async () => {
  const folder = join(server.home, "many");
  mkdirSync(folder);
  const stages = [{ refId: "1", type: "wait", name: "w", requisiteStageRefIds: [], waitTime: 1 }];
  const all = Array.from({ length: 900 }, (_, index) => ({ application: "many", name: `p${index}`, stages }));
  writeFileSync(join(folder, "all.json"), JSON.stringify(all));
  const output = join(server.home, "report.json");
  const running = server.start(["import", folder, "--json", "--output", output]);
  await running.saw(/"outcome"/);
  running.child.kill("SIGINT");
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  const stopped = JSON.parse(ended.out) as { complete: boolean; items: { change: string }[] };
  expect(stopped.complete).toBe(false);
  expect(stopped.items.length).toBeLessThan(900);
  const rest = await server.run(["import", folder, "--json"]);
  const { counts } = JSON.parse(rest.out) as { counts: { unchanged: number; imported: number } };
  expect(rest.code).toBe(0);
  expect(counts.unchanged).toBeGreaterThanOrEqual(50);
  expect(counts.imported + counts.unchanged).toBe(900);
});
