import { linkSync, readdirSync, rmSync, utimesSync, statSync, readlinkSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgresError, explainingFileErrors, systemErrorCode } from "./errors.ts";
import { readIfPresent, writeAtomically } from "./files.ts";
import { isProcessAlive, processStartTime } from "./process-identity.ts";

/** The exclusive right of this process to a data directory. */
export type DirectoryLock = { release: () => void };

type LockRecord = { pid: number; startTime: string; processes: string; released?: true };

const lockName = /^gennaker\.lock\.(\d{1,12})$/;
const draftName = /^gennaker\.lock\.\d+\..*\.new$/;
/** How often a holder shows that it lives, for processes that cannot see it: another container, another host. */
const heartbeatMs = 1_000;
/** How long such a process watches for a sign of life before it takes the lock over. */
const foreignSilenceMs = 3_500;

/**
 * Takes the lock of a data directory, or throws `directory_in_use` with the holder's pid.
 *
 * Lock files are numbered, `gennaker.lock.N`, and only the highest number counts. It is held until its content says
 * that it was released or its process is gone. Taking over N means creating N+1 with link(2), which one of several
 * starters can do; files are never created under a number that still decides, so a slow starter cannot steal a lock
 * that changed hands meanwhile. The highest file is never deleted, only marked.
 */
export async function acquireDirectoryLock(directory: string): Promise<DirectoryLock> {
  const draft = join(directory, `gennaker.lock.${process.pid}.${randomBytes(6).toString("hex")}.new`);
  const own: LockRecord = {
    pid: process.pid,
    startTime: processStartTime(process.pid) ?? "unknown",
    processes: processTable(),
  };
  explainingFileErrors(directory, () => writeFileSync(draft, JSON.stringify(own), { mode: 0o644, flag: "wx" }));
  try {
    for (;;) {
      const top = highestLock(directory);
      if (top > 0) await refuseWhileHeld(directory, top, own.processes);
      const path = lockPath(directory, top + 1);
      if (!tryLink(draft, path)) continue;
      if (highestLock(directory) !== top + 1) {
        rmSync(path, { force: true });
        continue;
      }
      removeOlder(directory, top + 1);
      return holdLock(path, own);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function holdLock(path: string, own: LockRecord): DirectoryLock {
  const heartbeat = setInterval(() => {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // The directory may have been removed under us; the lock then protects nothing.
    }
  }, heartbeatMs);
  heartbeat.unref();
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      clearInterval(heartbeat);
      try {
        writeAtomically(path, JSON.stringify({ ...own, released: true }), 0o644);
      } catch {
        // Nothing can be written any more (directory gone, disk full): the lock goes stale when this process ends.
      }
    },
  };
}

async function refuseWhileHeld(directory: string, number: number, processes: string): Promise<void> {
  const path = lockPath(directory, number);
  const text = readIfPresent(path);
  if (text === undefined) return;
  const holder = parseRecord(text);
  if (holder === undefined || holder.released === true) return;
  const visible = holder.processes === processes;
  const held = visible ? isProcessAlive(holder.pid, holder.startTime) : await showsLife(path);
  if (!held) return;
  const where = visible ? "" : " in another container or on another host";
  throw new EmbeddedPostgresError(
    "directory_in_use",
    `The data directory ${directory} is in use by another Gennaker with process id ${holder.pid}${where}. ` +
      "Stop that one first, or give this one another directory with --data.",
    { details: { pid: holder.pid } },
  );
}

async function showsLife(path: string): Promise<boolean> {
  const before = modifiedAt(path);
  const until = Date.now() + foreignSilenceMs;
  while (Date.now() < until) {
    await sleep(200);
    if (modifiedAt(path) !== before) return parseRecord(readIfPresent(path) ?? "")?.released !== true;
  }
  return false;
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Names the process table in which a pid means something: host, boot and pid namespace. */
function processTable(): string {
  if (process.platform !== "linux") return hostname();
  try {
    const boot = readIfPresent("/proc/sys/kernel/random/boot_id")?.trim() ?? hostname();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Reads a lock file; undefined if it is damaged, which a crash of the whole machine can do. */
function parseRecord(text: string): LockRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, startTime, processes, released } = value as Partial<Record<keyof LockRecord, unknown>>;
    if (typeof pid !== "number" || typeof startTime !== "string" || typeof processes !== "string") return undefined;
    return { pid, startTime, processes, ...(released === true ? { released } : {}) };
  } catch {
    return undefined;
  }
}

function lockPath(directory: string, number: number): string {
  return join(directory, `gennaker.lock.${number}`);
}

function lockNumbers(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => {
    const match = lockName.exec(name);
    return match?.[1] === undefined ? [] : [Number(match[1])];
  });
}

function highestLock(directory: string): number {
  return Math.max(0, ...lockNumbers(directory));
}

function removeOlder(directory: string, current: number): void {
  for (const number of lockNumbers(directory)) {
    if (number < current) rmSync(lockPath(directory, number), { force: true });
  }
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    // Drafts of starters that were killed; a living one needs its draft for milliseconds.
    if (draftName.test(name) && modifiedAt(path) < Date.now() - 60_000) rmSync(path, { force: true });
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}
