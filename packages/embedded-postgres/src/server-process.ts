import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError, explainingFileErrors } from "./errors.ts";
import { cannotRun, serverEnvironment } from "./initialize.ts";
import { clusterName, type Layout } from "./layout.ts";
import { isServerOf, readPostmasterFile, runningServer } from "./postmaster-file.ts";
import { signalProcess } from "./process-identity.ts";
import { spawnIdentity, type ServerUser } from "./server-user.ts";

/** How a server ended; both are null where that cannot be known, as with an adopted one. */
export type ServerExit = { code: number | null; signal: NodeJS.Signals | null };

/** A server process, started or adopted. */
export type ServerProcess = { pid: number; exited: Promise<ServerExit>; hasExited: () => boolean };

const fastStopMs = 10_000;
const immediateStopMs = 5_000;
const hurriedStopMs = 3_000;
const adoptedPollMs = 200;
const hurriedPollMs = 20;

/** Starts the server in a session of its own, so that a terminal's Ctrl-C does not reach it. */
export async function launchServer(layout: Layout, binaries: Binaries, user: ServerUser): Promise<ServerProcess> {
  const log = explainingFileErrors(layout.log, () => openSync(layout.serverLog, "a", 0o600));
  try {
    const child = spawn(binaries.postgres, ["-D", clusterName(layout.cluster, user)], {
      cwd: layout.cluster,
      detached: true,
      env: serverEnvironment,
      stdio: ["ignore", log, log],
      ...spawnIdentity(user),
    });
    const exited = new Promise<ServerExit>((resolve) =>
      child.once("exit", (code, signal) => resolve({ code, signal })),
    );
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error) => reject(cannotRun(binaries.postgres, error)));
    });
    child.unref();
    return tracked(child.pid ?? -1, exited);
  } finally {
    closeSync(log);
  }
}

/** Watches a server that another process started. */
export function adoptServer(pid: number, cluster: string, pollMs = adoptedPollMs): ServerProcess {
  const exited = new Promise<ServerExit>((resolve) => {
    const timer = setInterval(() => {
      if (isServerOf(pid, cluster)) return;
      clearInterval(timer);
      resolve({ code: null, signal: null });
    }, pollMs);
    timer.unref();
  });
  return tracked(pid, exited);
}

function tracked(pid: number, exited: Promise<ServerExit>): ServerProcess {
  let ended = false;
  void exited.then(() => (ended = true));
  return { pid, exited, hasExited: () => ended };
}

/** Waits until the server accepts connections: true, or false if it ended before. Recovery may take minutes. */
export async function untilReady(server: ServerProcess, cluster: string, signal?: AbortSignal): Promise<boolean> {
  for (let round = 0; ; round += 1) {
    if (server.hasExited()) return false;
    throwIfAborted(signal);
    const file = readPostmasterFile(cluster);
    if (file?.pid === server.pid && file.ready) return true;
    await sleep(round < 200 ? 5 : 50);
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new EmbeddedPostgresError("aborted", "The start of the embedded database was called off.", {
    cause: signal.reason,
  });
}

/**
 * Stops the server: connections are closed and everything is written (fast shutdown); if that takes longer than 10 s
 * it stops without writing (immediate shutdown), which the next start makes good from the write-ahead log.
 */
export async function stopServer(server: ServerProcess): Promise<void> {
  const steps: readonly [NodeJS.Signals, number][] = [
    ["SIGINT", fastStopMs],
    ["SIGQUIT", immediateStopMs],
    ["SIGKILL", immediateStopMs],
  ];
  for (const [signal, patienceMs] of steps) {
    if (server.hasExited()) return;
    signalProcess(server.pid, signal);
    if (await endsWithin(server, patienceMs)) return;
  }
}

async function endsWithin(server: ServerProcess, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const patience = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false);
  const ended = await Promise.race([server.exited.then(() => true), patience]);
  timer.abort();
  return ended;
}

/** Ends the server of a cluster without letting it write everything (immediate shutdown), and kills it if that takes 3 s. */
export async function endAtOnce(cluster: string): Promise<void> {
  const pid = runningServer(cluster);
  if (pid === undefined) return;
  const server = adoptServer(pid, cluster, hurriedPollMs);
  for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
    signalProcess(pid, signal);
    if (await endsWithin(server, hurriedStopMs)) return;
  }
}

/** Stops the server of a cluster, whoever started it. */
export async function stopWhateverRuns(cluster: string): Promise<void> {
  const pid = runningServer(cluster);
  if (pid !== undefined) await stopServer(adoptServer(pid, cluster));
}

/**
 * Clears away what a server that was killed left behind. Its surviving children still write to shared memory and
 * files, so they have to be gone first; they end by themselves as soon as they notice, and are ended otherwise.
 */
export async function clearDeadServer(cluster: string): Promise<void> {
  const file = join(cluster, "postmaster.pid");
  await stopWhateverRuns(cluster);
  if (process.platform !== "linux") return;
  for (let round = 0; round < 100; round += 1) {
    const survivors = serverProcesses(cluster);
    if (survivors.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    // Their main process is dead, so nobody else will end those that are slow to notice.
    if (round === 25) survivors.forEach((pid) => signalProcess(pid, "SIGQUIT"));
    if (round >= 40) survivors.forEach((pid) => signalProcess(pid, "SIGKILL"));
    await sleep(round < 20 ? 10 : 100);
  }
}

function serverProcesses(cluster: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid) === "postgres" && isServerOf(pid, cluster));
}

function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}
