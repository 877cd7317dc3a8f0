import { chmodSync, mkdirSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { explainingFileErrors } from "./errors.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import { canReach, giveTo, type ServerUser } from "./server-user.ts";

/** Where things lie in a data directory. */
export type Layout = {
  root: string;
  /** Names this data directory for ever. */
  id: string;
  postgres: string;
  /** PostgreSQL's own data directory. */
  cluster: string;
  /** Holds one file, named by the token of the watchdog in charge. */
  guard: string;
  binaries: string;
  run: string;
  socket: string;
  databaseUrl: string;
  log: string;
  serverLog: string;
};

export function layoutOf(dataDirectory: string): Layout {
  const root = resolve(dataDirectory);
  const postgres = join(root, "postgres");
  const run = join(root, "run");
  const log = join(root, "log");
  return {
    root,
    id: join(root, "directory-id"),
    postgres,
    cluster: join(postgres, "data"),
    guard: join(postgres, "guard"),
    binaries: join(postgres, "binaries"),
    run,
    socket: join(run, "postgres"),
    databaseUrl: join(run, "database.url"),
    log,
    serverLog: join(log, "postgres.log"),
  };
}

/**
 * Makes the data directory if it is missing. One made here is closed to other users; as root it lets them pass, without
 * listing it, so that the server's user reaches its own part.
 */
export function prepareRoot(layout: Layout, user: ServerUser): void {
  explainingFileErrors(layout.root, () => {
    const made = mkdirSync(layout.root, { recursive: true, mode: user.switch ? 0o711 : 0o700 });
    if (made !== undefined && user.switch) chmodSync(layout.root, 0o711);
  });
}

/** Makes the directories below the root. Call it with the directory lock held. */
export function prepareFolders(layout: Layout, user: ServerUser): void {
  explainingFileErrors(layout.root, () => {
    for (const folder of [layout.postgres, layout.run]) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, user.switch ? 0o711 : 0o700);
    }
    for (const folder of [layout.log, layout.guard]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    mkdirSync(layout.socket, { recursive: true, mode: 0o700 });
    giveTo(user, layout.socket);
  });
}

/** The UUID of this data directory, made at the first call. */
export function dataDirectoryId(layout: Layout): string {
  const present = readIfPresent(layout.id)?.trim();
  if (present !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(present)) return present;
  const id = randomUUID();
  explainingFileErrors(layout.root, () => writeAtomically(layout.id, `${id}\n`, 0o644));
  return id;
}

/**
 * How the server names its data directory. Where root keeps the data below a directory that the server's user cannot
 * pass (a home directory, say), the server is started inside it and names it through the kernel's link to a process's
 * own working directory, which needs no right to the way there.
 */
export function clusterName(cluster: string, user: ServerUser): string {
  return process.platform === "linux" && !canReach(user, dirname(cluster), "pass") ? "/proc/self/cwd" : cluster;
}
