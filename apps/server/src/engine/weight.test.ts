import type { Stage } from "@gennaker/engine-core/model.ts";
import { expect, test } from "vitest";
import { createSnapshotCache, type Snapshot } from "./snapshot.ts";
import { bytesOf, weightAfter, weightOf } from "./weight.ts";

const stage = (id: string, context: object, more: Partial<Stage> = {}): Stage => {
  const source = {};
  return { id, source, context, outputs: {}, tasks: [], ...more } as unknown as Stage;
};
const run = (...stages: Stage[]) => ({
  trigger: { type: "manual" },
  initialConfig: {},
  stages: new Map(stages.map((each) => [each.id, each])),
});

test("long texts and many values weigh what they are", () => {
  expect(bytesOf("x".repeat(1_000_000))).toBe(1_000_016);
  expect(bytesOf(Array.from({ length: 1_000 }, () => 1))).toBe(32 + 16_000);
  expect(bytesOf({ a: { b: [null, true, "c"] } })).toBeGreaterThan(bytesOf({ a: {} }));
});

test("after a transition the weight is that of the whole run, whatever was exchanged", () => {
  const [a, b, c] = [stage("a", { x: "1" }), stage("b", { y: "2".repeat(5_000) }), stage("c", {})];
  const before = run(a, b, c);
  const grown = { ...a, context: { x: "1".repeat(100_000) }, tasks: [{}, {}] } as unknown as Stage;
  const shrunk = { ...b, context: b.source, outputs: { z: [1, 2, 3] } };
  const born = stage("d", { list: ["new"] });
  const after = run(grown, shrunk, born);
  const change = { changed: [grown, shrunk, born], removed: ["c", "never there"] };
  expect(weightAfter({ weight: weightOf(before), execution: before as never }, change)).toBe(weightOf(after));
});

test("the cache of snapshots holds as many bytes as it may, and nothing that is larger by itself", () => {
  const cache = createSnapshotCache(10_000);
  const put = (id: string, version: number, weight: number) =>
    cache.put({ version, weight, execution: { id }, fencing: new Map() } as unknown as Snapshot);
  put("a", 1, 4_000);
  put("b", 1, 4_000);
  put("c", 1, 4_000);
  expect([cache.get("a"), cache.get("b")?.version, cache.get("c")?.version]).toEqual([undefined, 1, 1]);
  put("large", 1, 10_001);
  expect([cache.get("large"), cache.get("b")?.version]).toEqual([undefined, 1]);
  put("b", 2, 9_000);
  expect([cache.get("b", 1), cache.get("b", 2)?.version, cache.get("c")]).toEqual([undefined, 2, undefined]);
  put("b", 1, 1);
  expect(cache.get("b")?.version).toBe(2);
  put("b", 3, 20_000);
  expect(cache.get("b")).toBeUndefined();
});
