import { afterAll, expect, test } from "vitest";
import { createReleases } from "./releases.ts";
import { wireWorkers } from "./wire-workers.ts";

const releases = createReleases(() => {});
const work = wireWorkers(releases);
afterAll(() => releases.run(0));

const manifest = (index: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m${index}\ndata:\n  text: "${"x".repeat(100)}"\n`;
const many = Array.from({ length: 600 }, (_, index) => manifest(index)).join("---\n");
const figure = (name: string) =>
  Number(new RegExp(`^${name.replaceAll(/[{}]/g, "\\$&")} (\\S+)$`, "m").exec(work.exposition())?.[1] ?? 0);
const done = (task: string) => figure(`gennaker_worker_tasks_total{task="${task}",outcome="done"}`);

test("large texts are read in a thread, small ones and JSON here, with the same result", async () => {
  const [one] = (await work.readManifests(manifest(7))).manifests;
  expect(done("readManifests")).toBe(0);
  const { manifests, problems } = await work.readManifests(many);
  expect([manifests.length, problems]).toEqual([600, []]);
  expect(manifests[7]).toEqual(one);
  expect(await work.readText(many)).toHaveLength(600);
  expect(await work.readText(JSON.stringify(Array.from({ length: 20_000 }, () => "text")))).toHaveLength(20_000);
  expect([done("readManifests"), done("readText")]).toEqual([1, 1]);
  expect(figure('gennaker_worker_run_seconds_total{task="readText"}')).toBeGreaterThan(0);
});

test("a judgement is made in a thread, and an abort ends it", async () => {
  const values = Array.from({ length: 60 }, (_, at) => 100 + Math.sin(at));
  const input = {
    canaryConfig: {
      classifier: { groupWeights: {} },
      metrics: [{ name: "m", groups: ["g"], analysisConfigurations: {} }],
    },
    scoreThresholds: { pass: 75, marginal: 50 },
    metricSetPairList: [{ name: "m", id: "m", tags: {}, values: { control: values, experiment: values } }],
  };
  expect(await work.judgeElsewhere(input as never, AbortSignal.timeout(20_000))).toMatchObject({
    result: { score: { classification: "Pass" } },
  });
  expect(await work.judgeElsewhere({} as never, AbortSignal.timeout(20_000))).toMatchObject({ error: {} });
  await expect(work.judgeElsewhere(input as never, AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
});
