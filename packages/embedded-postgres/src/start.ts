import { rmSync } from "node:fs";
import { prepareBinaries } from "./binaries.ts";
import { boot, claimGuard, type BootContext, type BootedServer } from "./boot.ts";
import { openDataDirectory, type DataDirectory } from "./data-directory.ts";
import { EmbeddedPostgresError, explainFileError } from "./errors.ts";
import { writeAtomically } from "./files.ts";
import type { Guard } from "./guard.ts";
import { layoutOf, prepareFolders } from "./layout.ts";
import { thisPlatform } from "./platform.ts";
import { keepLogSmall } from "./server-log.ts";
import { stopServer, stopWhateverRuns, throwIfAborted, type ServerExit } from "./server-process.ts";
import { serverUser } from "./server-user.ts";
import { databaseUrl, removeSocketDirectory } from "./socket-directory.ts";

export type EmbeddedPostgresLogEntry = { level: "info" | "warn" | "error"; message: string; [key: string]: unknown };

export type EmbeddedPostgresOptions = {
  /** Gennaker's data directory; the database takes `postgres/`, `run/` and `log/` below it. */
  dataDirectory: string;
  log?: (entry: EmbeddedPostgresLogEntry) => void;
  /** Settings of PostgreSQL that differ from the defaults, by name. */
  settings?: Record<string, string>;
  /** Calls the start off; it has no effect afterwards. */
  signal?: AbortSignal;
};

export type EmbeddedPostgres = {
  /** Connects to the database `gennaker` through its Unix socket; holds no secret; also in `run/database.url`. */
  url: string;
  /** The server's process id; another one after `restart`. */
  readonly pid: number;
  /** Was a server that a dead Gennaker left running taken over? */
  adopted: boolean;
  firstBoot: boolean;
  /** UUID of the data directory, made once and kept in it. */
  dataDirectoryId: string;
  /** Calls the listener when the server ends without `stop` or `restart` being called; returns the cancellation. */
  onExit: (listener: (why: ServerExit) => void) => () => void;
  /** Starts the server again after it died (or stops it first if it runs); the URL stays the same. */
  restart: () => Promise<void>;
  /** Stops the server and gives the data directory free. May be called more than once. */
  stop: () => Promise<void>;
};

/**
 * Starts the PostgreSQL of a data directory, or adopts the one that is still running there, and returns when it takes
 * connections. The data directory is locked for other Gennakers until `stop` or the end of this process; a watchdog
 * stops the database within 5 s after this process's death unless another start adopts it.
 *
 * Throws `EmbeddedPostgresError`; nothing is left running then.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  throwIfAborted(options.signal);
  const layout = layoutOf(options.dataDirectory);
  const user = serverUser(layout.cluster);
  const facts = thisPlatform();
  let held: DataDirectory | undefined;
  let guard: Guard | undefined;
  try {
    held = await openDataDirectory(layout.root);
    prepareFolders(layout, user);
    const binaries = prepareBinaries(facts, user, layout.binaries);
    guard = await claimGuard(layout);
    const context = { layout, binaries, user, settings: options.settings ?? {}, signal: options.signal };
    return await supervise(context, { directory: held, guard, log: options.log ?? (() => {}) });
  } catch (error) {
    if (guard !== undefined) await stopWhateverRuns(layout.cluster);
    await guard?.dismiss();
    held?.release();
    throw explainFileError(error, layout.root);
  }
}

type Held = { directory: DataDirectory; guard: Guard; log: (entry: EmbeddedPostgresLogEntry) => void };

async function supervise(context: BootContext, { directory, guard, log }: Held): Promise<EmbeddedPostgres> {
  const { layout, user } = context;
  const listeners = new Set<(why: ServerExit) => void>();
  /** The server whose end is news; none while one is stopped on purpose. */
  let watched: BootedServer["server"] | undefined;
  let stopping: Promise<void> | undefined;
  let restarting: Promise<void> | undefined;

  async function bootAndWatch(with_: BootContext): Promise<BootedServer> {
    const begun = performance.now();
    const booted = await boot(with_);
    const { server, adopted, firstBoot } = booted;
    const milliseconds = Math.round(performance.now() - begun);
    log({
      level: "info",
      message: "The embedded database is ready",
      pid: server.pid,
      adopted,
      firstBoot,
      milliseconds,
    });
    watched = server;
    guard.watch(server.pid);
    void server.exited.then((why) => {
      if (watched !== server) return;
      log({ level: "error", message: "The embedded database ended unexpectedly", pid: server.pid, ...why });
      for (const listener of listeners) listener(why);
    });
    return booted;
  }

  let current = await bootAndWatch(context);
  const { adopted, firstBoot } = current;
  const url = databaseUrl(current.socketDirectory);
  const stopRotation = keepLogSmall(layout.serverLog, (error) =>
    log({ level: "warn", message: "The database's log could not be rotated", error: String(error) }),
  );
  try {
    writeAtomically(layout.databaseUrl, `${url}\n`, 0o600);
  } catch (error) {
    stopRotation();
    watched = undefined;
    await stopServer(current.server);
    throw error;
  }

  async function stop(): Promise<void> {
    stopRotation();
    await restarting?.catch(() => {});
    watched = undefined;
    await stopServer(current.server);
    await guard.dismiss();
    rmSync(layout.databaseUrl, { force: true });
    removeSocketDirectory(layout, user);
    directory.release();
    log({ level: "info", message: "The embedded database has stopped" });
  }

  async function restart(): Promise<void> {
    watched = undefined;
    await stopServer(current.server);
    current = await bootAndWatch({ ...context, signal: undefined });
    if (databaseUrl(current.socketDirectory) !== url) {
      throw new EmbeddedPostgresError(
        "start_failed",
        `The database restarted with its socket in ${current.socketDirectory} because the former directory is gone. ` +
          "Restart Gennaker.",
      );
    }
  }

  return {
    url,
    get pid() {
      return current.server.pid;
    },
    adopted,
    firstBoot,
    dataDirectoryId: directory.id,
    onExit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restart() {
      if (stopping !== undefined) return Promise.reject(new Error("The embedded database has been stopped."));
      restarting ??= restart().finally(() => (restarting = undefined));
      return restarting;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
