import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { contentOf, createWorld } from "../testing/world.ts";
import type { StoreOptions } from "./create-store.ts";
import { createArtifactStore } from "./create-store.ts";

const world = await createWorld();
afterAll(() => world.close());
beforeEach(async () => {
  world.running.clear();
  await world.database.query("truncate artifact_content cascade");
});

const store = (more: Partial<StoreOptions> = {}) =>
  createArtifactStore({
    database: world.database,
    directory: join(world.dataDirectory, "incoming"),
    artifactBytes: 10_000_000,
    storeBytes: 1_000,
    running: async (ids) => new Set(ids.filter((id) => world.running.has(id))),
    ...more,
  });
async function* stream(...chunks: (string | Buffer)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}
const pin = (executionId: string, key = "k") => ({ executionId, key, artifact: { name: key } });
const incoming = () => readdir(join(world.dataDirectory, "incoming"));

test("a content of many pieces comes back as it was, under its digest, and is kept once", async () => {
  const large = randomBytes(2_500_000);
  const kept = store({ storeBytes: 10_000_000 });
  const first = await kept.put(stream(large.subarray(0, 7), large.subarray(7)));
  expect(first).toEqual({ digest: `sha256:${createHash("sha256").update(large).digest("hex")}`, size: 2_500_000 });
  expect((await contentOf(kept.read(first.digest))).equals(large)).toBe(true);
  await Promise.all([kept.put(stream(large)), store({ storeBytes: 10_000_000 }).put(stream(large))]);
  expect(await kept.usage()).toEqual({ contents: 1, bytes: 2_500_000, pinnedBytes: 0 });
  expect(await incoming()).toEqual([]);
});

test("an empty content is a content", async () => {
  const { digest } = await store().put(stream());
  expect((await contentOf(store().read(digest))).length).toBe(0);
});

test("one that is too long, or breaks off, leaves nothing behind", async () => {
  const kept = store({ artifactBytes: 10 });
  await expect(kept.put(stream("12345", "678901"))).rejects.toThrow(/longer than 10 bytes/);
  async function* broken() {
    yield Buffer.from("half");
    throw new Error("the line broke");
  }
  await expect(kept.put(broken())).rejects.toThrow("the line broke");
  expect([await kept.usage(), await incoming()]).toEqual([{ contents: 0, bytes: 0, pinnedBytes: 0 }, []]);
});

test("what is used least recently goes first, what a running execution has pinned stays", async () => {
  const kept = store();
  world.running.add("alive");
  const pinned = await kept.put(stream("p".repeat(400)), pin("alive"));
  const old = await kept.put(stream("o".repeat(300)), pin("ended"));
  const used = await kept.put(stream("u".repeat(300)));
  await world.database.query("update artifact_content set last_used_at = now() - interval '1 hour' where digest = $1", [
    pinned.digest,
  ]);
  await world.database.query(
    "update artifact_content set last_used_at = now() - interval '1 minute' where digest = $1",
    [old.digest],
  );
  await contentOf(kept.read(used.digest));
  const fresh = await kept.put(stream("f".repeat(200)));
  expect(
    await Promise.all([pinned, old, used, fresh].map(async ({ digest }) => (await kept.find(digest)) !== null)),
  ).toEqual([true, false, true, true]);
  await expect(kept.put(stream("x".repeat(700)))).rejects.toThrow(/no room for 700 bytes/);
  expect(await kept.find(pinned.digest)).not.toBeNull();
  world.running.clear();
  await kept.put(stream("x".repeat(700)));
  expect(await kept.find(pinned.digest)).toBeNull();
  await expect(contentOf(kept.read(pinned.digest))).rejects.toThrow(/does not hold/);
});

test("the first content that an execution got under a key stays its content", async () => {
  const kept = store();
  const first = await kept.put(stream("one"), pin("run"));
  await kept.put(stream("two"), pin("run"));
  expect(await kept.pinned("run", "k")).toEqual({ ...first, artifact: { name: "k" } });
  expect(await kept.pinned("other", "k")).toBeNull();
});

test("many at once never go over the limit", async () => {
  const stores = [store(), store()];
  await Promise.all(
    Array.from({ length: 30 }, (_none, index) =>
      (stores[index % 2] ?? store()).put(stream(randomBytes(150)), pin(`run${index}`)),
    ),
  );
  const { bytes } = await store().usage();
  expect(bytes).toBeLessThanOrEqual(1_000);
  expect(bytes).toBeGreaterThan(750);
});
