import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDataDirectory } from "./data-directory.ts";
import { acquireDirectoryLock } from "./directory-lock.ts";
import { makeScene, type Scene } from "./fixtures/scene.ts";
import { processStartTime } from "./process-identity.ts";
import { startEmbeddedPostgres } from "./start.ts";

describe("the lock of a data directory", () => {
  let scene: Scene;

  beforeEach(() => {
    scene = makeScene();
  });
  afterEach(() => scene.end());

  const lockFiles = (): string[] => readdirSync(scene.directory).filter((name) => name.startsWith("gennaker.lock."));

  /** The lock file that a process of this machine would have written; see `acquireDirectoryLock`. */
  async function writeLock(change: Record<string, unknown>): Promise<string> {
    const lock = await acquireDirectoryLock(scene.directory);
    const [name] = lockFiles();
    const path = join(scene.directory, name ?? "");
    const record: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));
    lock.release();
    writeFileSync(path, JSON.stringify({ ...record, ...change }));
    return path;
  }

  test("of many starters at once exactly one gets the lock, a stale one included", async () => {
    for (const round of [1, 2, 3]) {
      const contenders = Array.from({ length: 6 }, () => scene.start("contender", scene.directory));
      await Promise.all(contenders.map((contender) => contender.line()));
      for (const contender of contenders) contender.child.stdin.write("go\n");
      const answers = await Promise.all(contenders.map((contender) => contender.line()));
      expect(answers.toSorted(), `round ${round}`).toEqual([...Array(5).fill("directory_in_use"), "held"]);
      // Killed, so that the next round starts from a stale lock.
      await Promise.all(contenders.map((contender) => contender.kill()));
    }
    expect(lockFiles()).toHaveLength(1);
  });

  test("a released lock is free at once, and release may be repeated", async () => {
    const first = await acquireDirectoryLock(scene.directory);
    await expect(acquireDirectoryLock(scene.directory)).rejects.toMatchObject({ details: { pid: process.pid } });
    first.release();
    const second = await acquireDirectoryLock(scene.directory);
    first.release();
    await expect(acquireDirectoryLock(scene.directory)).rejects.toMatchObject({ code: "directory_in_use" });
    second.release();
    expect(lockFiles()).toHaveLength(1);
  });

  test("a lock whose pid now belongs to another process is stale", async () => {
    await writeLock({ pid: process.ppid, startTime: "1" });
    const lock = await acquireDirectoryLock(scene.directory);
    lock.release();
  });

  test("a lock whose pid is still the same process holds", async () => {
    await writeLock({ pid: process.ppid, startTime: processStartTime(process.ppid) });
    await expect(acquireDirectoryLock(scene.directory)).rejects.toMatchObject({ details: { pid: process.ppid } });
  });

  test("a data directory keeps its identity, and only one process has it", async () => {
    const place = join(scene.directory, "new", "data");
    const first = await openDataDirectory(place);
    expect(first.id).toMatch(/^[0-9a-f-]{36}$/);
    await expect(openDataDirectory(place)).rejects.toMatchObject({ code: "directory_in_use" });
    await expect(startEmbeddedPostgres({ dataDirectory: place })).rejects.toMatchObject({ code: "directory_in_use" });
    first.release();
    const again = await openDataDirectory(place);
    expect(again.id).toBe(first.id);
    again.release();
  });

  test("a damaged lock file, left by a crash of the machine, does not keep anybody out", async () => {
    writeFileSync(join(scene.directory, "gennaker.lock.7"), "");
    const lock = await acquireDirectoryLock(scene.directory);
    expect(lockFiles()).toEqual(["gennaker.lock.8"]);
    lock.release();
  });

  test("a holder that cannot be seen from here counts as alive while it gives signs of life", async () => {
    const path = await writeLock({ pid: 1, processes: "another container" });
    const pulse = setInterval(() => utimesSync(path, new Date(), new Date()), 500);
    try {
      const refusal = await acquireDirectoryLock(scene.directory).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "directory_in_use", details: { pid: 1 } });
      expect(String(refusal)).toContain("another container");
    } finally {
      clearInterval(pulse);
    }
    const lock = await acquireDirectoryLock(scene.directory);
    lock.release();
  });
});
