import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeScene, processesIn, query, type Scene } from "./fixtures/scene.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "./start.ts";

describe("an embedded database", () => {
  let scene: Scene;

  beforeEach(() => {
    scene = makeScene();
  });
  afterEach(() => scene.end());

  async function start(dataDirectory: string, settings?: Record<string, string>): Promise<EmbeddedPostgres> {
    const database = await startEmbeddedPostgres({ dataDirectory, ...(settings === undefined ? {} : { settings }) });
    scene.atEnd(() => database.stop());
    return database;
  }

  test("first boot makes a durable UTF-8 database, the next boot finds its rows", async () => {
    const data = join(scene.directory, "data");
    const first = await start(data);
    expect(first).toMatchObject({ firstBoot: true, adopted: false });
    const facts = await query(
      first.url,
      `select current_user as role, current_database() as name, lower('ÉÄ') as folded, 'B' < 'a' as by_code_point,
              current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('data_checksums') as checksums,
              current_setting('TimeZone') as zone, current_setting('jit') as jit,
              (select rolsuper from pg_roles where rolname = current_user) as superuser`,
    );
    expect(facts).toEqual([
      {
        role: "gennaker",
        name: "gennaker",
        folded: "éä",
        by_code_point: true,
        encoding: "UTF8",
        fsync: "on",
        commit: "on",
        checksums: "on",
        zone: "UTC",
        jit: "off",
        superuser: false,
      },
    ]);
    await query(first.url, "create table kept as select 7 as value");
    expect(readFileSync(join(data, "run", "database.url"), "utf8")).toBe(`${first.url}\n`);
    expect(statSync(join(data, "run", "database.url")).mode & 0o777).toBe(0o600);
    await first.stop();

    const next = await start(data);
    expect(next).toMatchObject({
      firstBoot: false,
      adopted: false,
      url: first.url,
      dataDirectoryId: first.dataDirectoryId,
    });
    expect(await query(next.url, "select value from kept")).toEqual([{ value: 7 }]);
  });

  test("a clean stop leaves no process, socket, watchdog or lock, and may be repeated", async () => {
    const data = join(scene.directory, "data");
    const database = await start(data);
    expect(processesIn(scene.directory).length).toBeGreaterThan(1);
    const heard: unknown[] = [];
    database.onExit((why) => heard.push(why));
    await Promise.all([database.stop(), database.stop()]);
    await expect(database.restart()).rejects.toThrow(/stopped/);
    expect(processesIn(scene.directory)).toEqual([]);
    expect(readdirSync(join(data, "run", "postgres"))).toEqual([]);
    expect(readdirSync(join(data, "run"))).toEqual(["postgres"]);
    expect(readdirSync(join(data, "postgres", "guard"))).toEqual([]);
    expect(existsSync(join(data, "postgres", "data", "postmaster.pid"))).toBe(false);
    expect(heard).toEqual([]);
    await (await start(data)).stop();
  });

  test("settings given by the caller reach the server, those of the place cannot be changed", async () => {
    const database = await start(join(scene.directory, "data"), { work_mem: "7MB", listen_addresses: "*" });
    expect(
      await query(database.url, "select current_setting('work_mem') as a, current_setting('listen_addresses') as b"),
    ).toEqual([{ a: "7MB", b: "" }]);
  });

  test("a path too long for a socket gets a private directory elsewhere, removed at the stop", async () => {
    const data = join(scene.directory, "d".repeat(120), "data");
    const database = await start(data);
    const socketDirectory = new URL(database.url).searchParams.get("host") ?? "";
    expect(socketDirectory.length).toBeLessThan(80);
    expect(statSync(socketDirectory).mode & 0o777).toBe(0o700);
    expect(await query(database.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await database.stop();
    expect(existsSync(socketDirectory)).toBe(false);
  });

  test("an aborted start throws and leaves nothing running", async () => {
    const data = join(scene.directory, "data");
    await expect(startEmbeddedPostgres({ dataDirectory: data, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    await (await start(data)).stop();
    const late = new AbortController();
    // The lock file appears early in a start; the server is launched well after it.
    const starting = startEmbeddedPostgres({ dataDirectory: data, signal: late.signal });
    late.abort();
    await expect(starting).rejects.toMatchObject({ code: "aborted" });
    expect(processesIn(scene.directory)).toEqual([]);
    await start(data);
  });

  const asRoot = process.getuid?.() === 0;

  test.runIf(asRoot)("as root the server runs as nobody, even below a directory that only root may enter", async () => {
    const closed = join(scene.directory, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const data = join(closed, "data");
    const database = await start(data);
    const status = readFileSync(`/proc/${database.pid}/status`, "utf8");
    const owner = statSync(join(data, "postgres", "data"));
    expect(owner.uid).not.toBe(0);
    expect(owner.mode & 0o777).toBe(0o700);
    expect(status).toMatch(new RegExp(`^Uid:\\s+${owner.uid}\\s+${owner.uid}\\s`, "m"));
    expect(status).toMatch(/^Groups:\s*$/m);
    await query(database.url, "create table kept as select 1 as value");
    await database.stop();
    const next = await start(data);
    expect(await query(next.url, "select value from kept")).toEqual([{ value: 1 }]);
    await next.restart();
    expect(await query(next.url, "select value from kept")).toEqual([{ value: 1 }]);
  });
});
