import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { explainingFileErrors } from "./errors.ts";
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

/**
 * How the server names its data directory. Where root keeps the data below a directory that the server's user cannot
 * pass (a home directory, say), the server is started inside it and names it through the kernel's link to a process's
 * own working directory, which needs no right to the way there.
 */
export function clusterName(cluster: string, user: ServerUser): string {
  return process.platform === "linux" && !canReach(user, dirname(cluster), "pass") ? "/proc/self/cwd" : cluster;
}
