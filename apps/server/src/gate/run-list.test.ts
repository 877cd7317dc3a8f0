import { expect, test } from "vitest";
import type { RunText, RunTexts } from "../engine/api.ts";
import { createRunList } from "./run-list.ts";

/** Runs by id and version, and what was read of them. */
function scene(limits?: { characters: number; each: number }) {
  const stored = new Map<string, number>();
  const read: string[][] = [];
  const runs: RunTexts = {
    versionsOf: async (ids) => ids.flatMap((id) => (stored.has(id) ? [{ id, version: stored.get(id) ?? 0 }] : [])),
    newestOf: async () => [],
    triggers: async () => [],
    async read(ids) {
      read.push([...ids]);
      return new Map(ids.flatMap((id) => (stored.has(id) ? [[id, { id, version: stored.get(id) } as RunText]] : [])));
    },
  };
  const list = createRunList(runs, limits, ({ id, version }) => JSON.stringify(`${id}${version}`));
  const told = async (...ids: string[]) => JSON.parse(await list.listOf(await runs.versionsOf(ids, []))) as string[];
  return { stored, read, list, told };
}

test("a run is read once for each of its versions", async () => {
  const { stored, read, told, list } = scene();
  stored.set("a", 1).set("b", 1);
  expect(await told("b", "a")).toEqual(["b1", "a1"]);
  expect(await told("a", "b")).toEqual(["a1", "b1"]);
  stored.set("a", 2);
  expect(await told("a", "b")).toEqual(["a2", "b1"]);
  expect(read.filter((ids) => ids.length > 0)).toEqual([["b", "a"], ["a"]]);
  expect(await list.one("b")).toBe('"b1"');
  expect(await list.one("none")).toBeNull();
});

test("a run that went, or went on, between two looks is told as it is", async () => {
  const { stored, list } = scene();
  stored.set("a", 3);
  expect(
    JSON.parse(
      await list.listOf([
        { id: "gone", version: 1 },
        { id: "a", version: 2 },
      ]),
    ),
  ).toEqual(["a3"]);
  // What is known to be newer is not replaced by what somebody read before.
  expect(JSON.parse(await list.listOf([{ id: "a", version: 3 }]))).toEqual(["a3"]);
  expect(await list.listOf([])).toBe("[]");
});

test("only so much is kept: what was asked for longest ago goes first, what is very long is never kept", async () => {
  const { stored, read, told } = scene({ characters: 12, each: 5 });
  stored.set("a", 1).set("b", 1).set("c", 1).set("d", 1);
  await told("a", "b", "c");
  await told("a");
  await told("d");
  read.length = 0;
  await told("a", "c", "d");
  await told("b");
  expect(read).toEqual([[], ["b"]]);
  stored.set("long", 12_345);
  await told("long");
  await told("long");
  expect(read.slice(-2)).toEqual([["long"], ["long"]]);
});
