import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerOf, makeScene, processesIn, query, until, untilGone, type Scene } from "./fixtures/scene.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { isProcessAlive } from "./process-identity.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./start.ts";

describe("an embedded database after crashes", () => {
  let scene: Scene;
  let data: string;

  beforeEach(() => {
    scene = makeScene();
    data = join(scene.directory, "data");
  });
  afterEach(() => scene.end());

  async function start(settings?: Record<string, string>): Promise<EmbeddedPostgres> {
    const options = settings === undefined ? {} : { settings };
    const database = await startEmbeddedPostgres({ dataDirectory: data, ...options });
    scene.atEnd(() => database.stop());
    return database;
  }

  const guardFiles = (): string[] => readdirSync(join(data, "postgres", "guard"));

  test("a start soon after the parent was killed adopts the running server, for good", async () => {
    const parent = scene.start("holder", data);
    const before = await answerOf(parent);
    await query(before.url, "create table kept as select 1 as value");
    const [oldToken] = guardFiles();
    await parent.kill();

    const database = await start();
    expect(database).toMatchObject({ adopted: true, firstBoot: false, pid: before.pid, url: before.url });
    // The dead parent's watchdog sees that it was relieved; only ours is left, and the server lives.
    await until(() => processesIn(join(data, "postgres", "guard")).length === 1);
    expect(guardFiles()).toHaveLength(1);
    expect(guardFiles()).not.toContain(oldToken);
    expect(await query(database.url, "select value from kept")).toEqual([{ value: 1 }]);
    await database.stop();
    expect(isProcessAlive(before.pid)).toBe(false);
    expect(processesIn(scene.directory)).toEqual([]);
  });

  test("an adopted server's death is noticed, and restart brings it back", async () => {
    const parent = scene.start("holder", data);
    const { pid } = await answerOf(parent);
    await parent.kill();
    const database = await start();
    expect(database.adopted).toBe(true);
    const ended = new Promise((resolve) => database.onExit(resolve));
    process.kill(pid, "SIGKILL");
    expect(await ended).toEqual({ code: null, signal: null });
    await database.restart();
    expect(database.pid).not.toBe(pid);
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("the watchdog stops the server of a dead parent that nobody adopts, and leaves nothing", async () => {
    const parent = scene.start("holder", data);
    const { pid, url } = await answerOf(parent);
    await query(url, "create table kept as select 1 as value");
    await parent.kill();
    await untilGone(pid);
    await until(() => processesIn(scene.directory).length === 0);
    expect(guardFiles()).toEqual([]);
    // Shut down, not killed: the file a crash leaves is gone.
    expect(readPostmasterFile(join(data, "postgres", "data"))).toBeUndefined();
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(await query(database.url, "select value from kept")).toEqual([{ value: 1 }]);
  });

  test("committed rows survive a killed server; restart keeps the URL", async () => {
    const database = await start();
    await query(database.url, "create table kept as select generate_series(1, 100) as value");
    const heard: unknown[] = [];
    const cancel = database.onExit(() => heard.push("cancelled"));
    cancel();
    const ended = new Promise((resolve) => database.onExit(resolve));
    const { pid, url } = database;
    process.kill(pid, "SIGKILL");
    expect(await ended).toEqual({ code: null, signal: "SIGKILL" });
    await Promise.all([database.restart(), database.restart()]);
    expect(database.url).toBe(url);
    expect(database.pid).not.toBe(pid);
    expect(await query(url, "select count(*)::int as rows from kept")).toEqual([{ rows: 100 }]);
    expect(heard).toEqual([]);
  });

  test("restart of a living server stops it first", async () => {
    const database = await start();
    const { pid } = database;
    const heard: unknown[] = [];
    database.onExit((why) => heard.push(why));
    await database.restart();
    expect(isProcessAlive(pid)).toBe(false);
    expect(heard).toEqual([]);
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("everything killed at once: the next start recovers", async () => {
    const parent = scene.start("holder", data);
    const { pid, url } = await answerOf(parent);
    await query(url, "create table kept as select 1 as value");
    const watchdogs = processesIn(join(data, "postgres", "guard"));
    expect(watchdogs).toHaveLength(1);
    for (const victim of [...watchdogs, pid]) process.kill(victim, "SIGKILL");
    await parent.kill();
    const database = await start();
    expect(database).toMatchObject({ adopted: false, firstBoot: false });
    expect(await query(database.url, "select value from kept")).toEqual([{ value: 1 }]);
  });

  test("a killed watchdog is replaced and the replacement does its duty", async () => {
    const parent = scene.start("holder", data);
    const { pid } = await answerOf(parent);
    const [first] = processesIn(join(data, "postgres", "guard"));
    expect(first).toBeDefined();
    if (first !== undefined) process.kill(first, "SIGKILL");
    await until(() => processesIn(join(data, "postgres", "guard")).some((other) => other !== first));
    await parent.kill();
    await untilGone(pid);
  });

  test("the server ends although its data directory was removed and its parent killed", async () => {
    const parent = scene.start("holder", data);
    const { pid } = await answerOf(parent);
    rmSync(data, { recursive: true, force: true });
    await parent.kill();
    await untilGone(pid);
  });

  test("a start while the watchdog is stopping the server waits and then starts its own", async () => {
    const parent = scene.start("holder", data);
    const { pid } = await answerOf(parent);
    await parent.kill();
    await until(() => guardFiles().includes("stopping") || !isProcessAlive(pid));
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(database.pid).not.toBe(pid);
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a watchdog that died or hardly gets on while it stops the server is not waited for: its work is done", async () => {
    const parent = scene.start("holder", data);
    const { pid, url } = await answerOf(parent);
    await query(url, "create table kept as select 1 as value");
    for (const watchdog of processesIn(join(data, "postgres", "guard"))) process.kill(watchdog, "SIGSTOP");
    const [token = ""] = guardFiles();
    renameSync(join(data, "postgres", "guard", token), join(data, "postgres", "guard", "stopping"));
    await parent.kill();
    expect(isProcessAlive(pid)).toBe(true);
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(isProcessAlive(pid)).toBe(false);
    expect(await query(database.url, "select value from kept")).toEqual([{ value: 1 }]);
    for (const watchdog of processesIn(join(data, "postgres", "guard"))) process.kill(watchdog, "SIGCONT");
  });

  test("a running server with other settings is restarted rather than adopted", async () => {
    const parent = scene.start("holder", data);
    const { pid } = await answerOf(parent);
    await parent.kill();
    const database = await start({ work_mem: "9MB" });
    expect(database.adopted).toBe(false);
    expect(isProcessAlive(pid)).toBe(false);
    expect(await query(database.url, "select current_setting('work_mem') as size")).toEqual([{ size: "9MB" }]);
  });
});
