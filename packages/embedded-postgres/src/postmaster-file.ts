import { statSync } from "node:fs";
import { join } from "node:path";
import { readIfPresent } from "./files.ts";
import { processStartTime } from "./process-identity.ts";

/** What a running server writes into `postmaster.pid` (src/include/utils/pidfile.h names the lines). */
export type PostmasterFile = {
  pid: number;
  port: number;
  socketDirectory: string;
  /** Does the server accept connections? */
  ready: boolean;
};

/** Reads the text of `postmaster.pid`; undefined while it is incomplete or if it is damaged. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  const socketDirectory = lines[4];
  if (!Number.isSafeInteger(pid) || pid <= 1 || !Number.isSafeInteger(port)) return undefined;
  if (socketDirectory === undefined || socketDirectory === "") return undefined;
  return { pid, port, socketDirectory, ready: lines[7] === "ready" };
}

export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  const text = readIfPresent(join(cluster, "postmaster.pid"));
  return text === undefined ? undefined : parsePostmasterFile(text);
}

/** The pid of the server that runs on a cluster, undefined if the file is stale or missing. */
export function runningServer(cluster: string): number | undefined {
  const text = readIfPresent(join(cluster, "postmaster.pid"));
  if (text === undefined) return undefined;
  const pid = Number.parseInt(text, 10);
  return Number.isSafeInteger(pid) && pid > 1 && isServerOf(pid, cluster) ? pid : undefined;
}

/** Is this process alive and, as a server is, inside the cluster's directory? */
export function isServerOf(pid: number, cluster: string): boolean {
  if (processStartTime(pid) === undefined) return false;
  if (process.platform !== "linux") return true;
  try {
    const there = statSync(`/proc/${pid}/cwd`);
    const here = statSync(cluster);
    return there.dev === here.dev && there.ino === here.ino;
  } catch {
    return false;
  }
}
