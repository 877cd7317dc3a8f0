import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { placeBinaries } from "./binaries.ts";
import { answerOf, makeScene, processesIn, query, type Scene } from "./fixtures/scene.ts";
import { choosePlatform, thisPlatform } from "./platform.ts";
import { serverUser } from "./server-user.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./start.ts";

describe("an embedded database that cannot start", () => {
  let scene: Scene;
  let data: string;

  beforeEach(() => {
    scene = makeScene();
    data = join(scene.directory, "data");
  });
  afterEach(() => scene.end());

  async function start(dataDirectory = data): Promise<EmbeddedPostgres> {
    const database = await startEmbeddedPostgres({ dataDirectory });
    scene.atEnd(() => database.stop());
    return database;
  }

  const asRoot = process.getuid?.() === 0;

  test("a second Gennaker on one data directory is refused with the first's pid, and the first goes on", async () => {
    const first = scene.start("holder", data);
    const { url } = await answerOf(first);
    const refusal = await startEmbeddedPostgres({ dataDirectory: data }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "directory_in_use", details: { pid: first.pid } });
    expect(String(refusal)).toContain(`process id ${first.pid}`);
    const other = scene.start("holder", data);
    expect(await answerOf(other)).toMatchObject({ code: "directory_in_use", pid: first.pid });
    expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("two databases in one process need two directories", async () => {
    await start();
    await expect(startEmbeddedPostgres({ dataDirectory: data })).rejects.toMatchObject({
      code: "directory_in_use",
      details: { pid: process.pid },
    });
    const other = await start(join(scene.directory, "other"));
    expect(await query(other.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("data of another major version is refused untouched", async () => {
    await (await start()).stop();
    const versionFile = join(data, "postgres", "data", "PG_VERSION");
    const version = readFileSync(versionFile, "utf8");
    writeFileSync(versionFile, "15\n");
    const refusal = await startEmbeddedPostgres({ dataDirectory: data }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "wrong_major_version", details: { found: "15", expected: version.trim() } });
    expect(String(refusal)).toMatch(/PostgreSQL 15.*PostgreSQL \d+.*export.*import/);
    expect(processesIn(scene.directory)).toEqual([]);
    writeFileSync(versionFile, version);
    await start();
  });

  test("damaged data is called so, with the place and the server's words", async () => {
    await (await start()).stop();
    const control = join(data, "postgres", "data", "global", "pg_control");
    writeFileSync(control, Buffer.alloc(8192, 1));
    const refusal = await startEmbeddedPostgres({ dataDirectory: data }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "data_corrupt" });
    expect(String(refusal)).toContain(join(data, "postgres", "data"));
    rmSync(join(data, "postgres", "data", "PG_VERSION"));
    await expect(startEmbeddedPostgres({ dataDirectory: data })).rejects.toMatchObject({ code: "data_corrupt" });
    expect(processesIn(scene.directory)).toEqual([]);
  });

  test("a setting the server does not accept is reported with its words and leaves the directory usable", async () => {
    const refusal = await startEmbeddedPostgres({ dataDirectory: data, settings: { work_mem: "plenty" } }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: "start_failed" });
    expect(String(refusal)).toContain("work_mem");
    await start();
  });

  test("a data directory that is a file, or below one, cannot be written", async () => {
    writeFileSync(data, "");
    for (const place of [data, join(data, "below")]) {
      const refusal = await startEmbeddedPostgres({ dataDirectory: place }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "not_writable" });
      expect(String(refusal)).toContain(place);
    }
  });

  test("a data directory without permission names the directory and the user", async () => {
    mkdirSync(data, { mode: 0o555 });
    chmodSync(data, 0o555);
    const identity = asRoot ? { uid: 65_534, gid: 65_534 } : undefined;
    const answer = await answerOf(scene.start("holder", data, identity));
    expect(answer).toMatchObject({ code: "not_writable" });
    expect(answer.message).toContain(data);
    expect(answer.message).toContain(`user id ${identity?.uid ?? process.getuid?.()}`);
  });

  test.runIf(asRoot)("an ordinary user's data works for that user and, later, for root", async () => {
    mkdirSync(data, { mode: 0o755 });
    const identity = { uid: 65_534, gid: 65_534 };
    spawnSync("chown", ["65534:65534", data]);
    const holder = scene.start("holder", data, identity);
    const { url, code } = await answerOf(holder);
    expect(code).toBeUndefined();
    expect(url).toContain("gennaker");
    await holder.kill();
    const database = await start();
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test.runIf(asRoot)(
    "a full disk is called so, at the first boot and later, and nothing half-made stays",
    async (context) => {
      const disk = join(scene.directory, "disk");
      mkdirSync(disk);
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=755", "none", disk]).status === 0;
      if (!mounted) return context.skip("mounting is not permitted here");
      scene.atEnd(() => spawnSync("umount", [disk]));
      const place = join(disk, "data");
      const refusal = await startEmbeddedPostgres({ dataDirectory: place }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "no_space" });
      expect(String(refusal)).toContain(place);
      expect(readdirSync(join(place, "postgres")).filter((name) => name.startsWith("data"))).toEqual([]);
      spawnSync("mount", ["-o", "remount,size=200m", disk]);
      await (await start(place)).stop();
      writeFileSync(join(disk, "filler"), Buffer.alloc(1024), { flag: "w" });
      const filled = spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "filler")}`, "bs=64k"]);
      expect(filled.status).not.toBe(0);
      await expect(startEmbeddedPostgres({ dataDirectory: place })).rejects.toMatchObject({ code: "no_space" });
      rmSync(join(disk, "filler"));
      const database = await start(place);
      expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await database.stop();
    },
  );

  test("binaries that cannot be used where they lie are copied, with the links their package needs", async () => {
    const { packageName } = choosePlatform(thisPlatform());
    const installed = dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
    // A package as it is after an installation without scripts, in a place closed to the server's user.
    const closed = join(scene.directory, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const native = join(closed, "native");
    cpSync(join(installed, "native"), native, { recursive: true, verbatimSymlinks: true });
    const links: { target: string }[] = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8"));
    for (const { target } of links) rmSync(join(closed, target), { force: true });
    if (!asRoot) chmodSync(join(native, "bin", "postgres"), 0o644);

    const user = serverUser(join(data, "postgres", "data"));
    const cache = join(scene.directory, "cache");
    const binaries = placeBinaries({ native, version: "18.0.1-test" }, user, [cache]);
    expect(binaries).toMatchObject({ directory: join(cache, "postgres-18.0.1-test"), major: "18" });
    for (const { target } of links)
      expect(existsSync(join(binaries.directory, target.replace("native/", "")))).toBe(true);
    const identity = user.switch ? { uid: user.uid, gid: user.gid } : {};
    const answer = spawnSync(binaries.postgres, ["--version"], { encoding: "utf8", ...identity });
    expect(answer.stdout).toMatch(/^postgres \(PostgreSQL\) \d+/);
    // The second time the copy is found rather than made again.
    const made = statSync(binaries.postgres).ino;
    placeBinaries({ native, version: "18.0.1-test" }, user, [cache]);
    expect(statSync(binaries.postgres).ino).toBe(made);
  });
});
