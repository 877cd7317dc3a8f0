import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EmbeddedPostgresError, explainingFileErrors, systemErrorCode } from "./errors.ts";
import type { Layout } from "./layout.ts";

/** Holds the watchdog that stops the database after this process's death. */
export type Guard = {
  /** Names the server's process, for the case that its data directory is removed under it. */
  watch: (server: number) => void;
  /** Lets the watchdog go, once the database is down. */
  dismiss: () => Promise<void>;
};

const stopping = "stopping";
/** A dead parent's database may be adopted for 2.5 s; with 1.5 s for its shutdown it is down within 5 s. */
const graceTenths = 25;
const restartDelayMs = 200;

/** The state of a guard directory: free, under a watchdog that may be relieved, or being stopped by it. */
export function takeOverGuard(layout: Layout): { token: string } | "stopping" {
  const token = randomUUID();
  const target = join(layout.guard, token);
  return explainingFileErrors(layout.guard, () => {
    const names = readdirSync(layout.guard);
    if (names.includes(stopping)) return "stopping";
    const [held, ...surplus] = names;
    if (held === undefined) {
      writeFileSync(target, "", { flag: "wx", mode: 0o600 });
      return { token };
    }
    for (const name of surplus) rmSync(join(layout.guard, name), { force: true });
    try {
      renameSync(join(layout.guard, held), target);
      return { token };
    } catch (error) {
      if (systemErrorCode(error) === "ENOENT") return "stopping";
      throw error;
    }
  });
}

/** Forgets the traces of watchdogs, once it is certain that there is neither a database nor one of them at work. */
export function clearGuard(layout: Layout): void {
  for (const name of readdirSync(layout.guard)) rmSync(join(layout.guard, name), { force: true });
}

/** Starts the watchdog, and starts it again if somebody ends it. */
export async function startGuard(layout: Layout, token: string): Promise<Guard> {
  let dismissed = false;
  let retry: NodeJS.Timeout | undefined;
  let server: number | undefined;
  let watchdog = launch();
  await new Promise<void>((resolve, reject) => {
    watchdog.once("spawn", resolve);
    watchdog.once("error", (error) => {
      dismissed = true;
      clearTimeout(retry);
      reject(noShell(error));
    });
  });

  function launch(): ChildProcess {
    const script = fileURLToPath(new URL("./watchdog.sh", import.meta.url));
    const child = spawn("/bin/sh", [script, layout.cluster, layout.guard, token, String(graceTenths)], {
      cwd: "/",
      detached: true,
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    child.stdin.on("error", () => {});
    child.on("error", relaunchLater);
    child.on("exit", relaunchLater);
    return child;
  }

  function relaunchLater(): void {
    if (dismissed || retry !== undefined) return;
    retry = setTimeout(() => {
      retry = undefined;
      if (dismissed) return;
      watchdog = launch();
      tell(watchdog, server);
    }, restartDelayMs);
    retry.unref();
  }

  return {
    watch(pid) {
      server = pid;
      tell(watchdog, server);
    },
    dismiss() {
      dismissed = true;
      clearTimeout(retry);
      const current = watchdog;
      rmSync(join(layout.guard, token), { force: true });
      if (current.exitCode !== null || current.signalCode !== null || current.pid === undefined) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        current.ref();
        current.once("exit", () => resolve());
        current.stdin?.end("done\n");
      });
    },
  };
}

function tell(watchdog: ChildProcess, server: number | undefined): void {
  if (server !== undefined) watchdog.stdin?.write(`server ${server}\n`);
}

function noShell(cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "unsupported_platform",
    `The watchdog of the embedded database needs the system's shell, which could not be run (${cause.message}). ` +
      "Use an image that has /bin/sh, or set DATABASE_URL to use a PostgreSQL of your own.",
    { cause },
  );
}
