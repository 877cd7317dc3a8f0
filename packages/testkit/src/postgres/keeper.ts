/**
 * Keeps one PostgreSQL for all test processes that ask for it: `node keeper.ts DIRECTORY`.
 *
 * Every user holds a connection to the socket `DIRECTORY/keeper.sock` and gets the server's URL on it as one JSON line.
 * When the last connection has been closed for a while, the keeper stops the server and ends; if it is killed, the
 * server's watchdog does that.
 */
import { existsSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { EmbeddedPostgresError } from "@gennaker/embedded-postgres/errors.ts";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";

const idleMs = 4_000;

/** What databases for tests can do without: they do not outlive the machine. */
const settings = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  max_connections: "300",
  checkpoint_timeout: "30min",
  max_wal_size: "1GB",
  shared_buffers: "64MB",
};

async function dropLeftovers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<{ datname: string }>(
      "select datname from pg_database where datname like 'test\\_%' or datname like 'template\\_test\\_%'",
    );
    for (const { datname } of found.rows) {
      await client.query(`alter database ${pg.escapeIdentifier(datname)} is_template false`);
      await client.query(`drop database ${pg.escapeIdentifier(datname)} with (force)`);
    }
  } finally {
    await client.end();
  }
}

/** The server, or undefined if another keeper serves already; one that is just ending is waited for. */
async function startOrNothing(directory: string, socketPath: string): Promise<EmbeddedPostgres | undefined> {
  for (let round = 0; round < 50; round += 1) {
    try {
      return await startEmbeddedPostgres({ dataDirectory: join(directory, "data"), settings });
    } catch (error) {
      if (!(error instanceof EmbeddedPostgresError) || error.code !== "directory_in_use") throw error;
      if (existsSync(socketPath)) return undefined;
      await sleep(200);
    }
  }
  return undefined;
}

async function keep(database: EmbeddedPostgres, socketPath: string): Promise<void> {
  // Left by a keeper that was killed; the data directory's lock says that none is alive.
  rmSync(socketPath, { force: true });
  const users = new Set<Socket>();
  let idle: NodeJS.Timeout | undefined;
  let ending = false;

  const server = createServer((user) => {
    if (ending) {
      user.destroy();
      return;
    }
    clearTimeout(idle);
    users.add(user);
    user.on("error", () => {});
    user.on("close", () => {
      users.delete(user);
      endWhenIdle();
    });
    user.resume();
    user.write(`${JSON.stringify({ url: database.url })}\n`);
  });

  function endWhenIdle(): void {
    clearTimeout(idle);
    if (users.size === 0) idle = setTimeout(end, idleMs);
  }

  function end(): void {
    ending = true;
    server.close();
    rmSync(socketPath, { force: true });
    for (const user of users) user.destroy();
    void database.stop().then(() => process.exit(0));
  }

  database.onExit(end);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);
  await dropLeftovers(database.url);
  server.listen(socketPath);
  endWhenIdle();
}

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("usage: keeper.ts DIRECTORY");
const socketPath = join(directory, "keeper.sock");
const database = await startOrNothing(directory, socketPath);
if (database !== undefined) await keep(database, socketPath);
