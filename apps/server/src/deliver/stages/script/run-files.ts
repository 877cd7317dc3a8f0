import { constants } from "node:fs";
import { chmod, chown, mkdir, open, readFile, readdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import { isAbsolute, join, resolve, sep } from "node:path";
import { TaskError } from "../../../engine/api.ts";
import type { ScriptUser } from "./sandbox.ts";

const shownCharacters = 16_384;
const mostFileBytes = 262_144;
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** Where one run lives: `work` is the script's own, the rest stays ours. */
export function runDirectory(directory: string, id: string): string {
  return join(directory, id.replaceAll(/[^A-Za-z0-9]/g, "-"));
}

/** Makes the directories of a run; again is success. `user` owns the working directory where we may give it away. */
export async function prepareRun(directory: string, user: ScriptUser | null, body: string | null): Promise<string> {
  const work = join(directory, "work");
  const script = join(work, ".script");
  for (const path of [resolve(directory, ".."), directory]) {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o711);
  }
  await mkdir(work, { recursive: true });
  await chmod(work, 0o700);
  if (body !== null) await writeFile(script, body, { mode: 0o600 });
  if (user !== null) {
    if (body !== null) await chown(script, user.uid, user.gid);
    await chown(work, user.uid, user.gid);
  }
  return script;
}

/** The number in `launcher`, `pid` or `exit` and when it was written; null before. */
export async function readRecord(directory: string, name: string): Promise<{ value: number; atMs: number } | null> {
  try {
    const path = join(directory, name);
    const text = (await readFile(path, "latin1")).trim();
    return /^\d{1,10}$/.test(text) ? { value: Number(text), atMs: (await stat(path)).mtimeMs } : null;
  } catch {
    return null;
  }
}

/** The end of a run's output. */
export async function readLog(directory: string): Promise<{ log: string; bytes: number }> {
  const handle = await open(join(directory, "output"), constants.O_RDONLY).catch(() => null);
  if (handle === null) return { log: "", bytes: 0 };
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, shownCharacters);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return { log: buffer.toString("utf8").replaceAll("\u0000", "\uFFFD"), bytes: size };
  } finally {
    await handle.close();
  }
}

/** A file that the script left in its working directory; links that lead out of it are refused. */
export async function readWorkFile(directory: string, path: string): Promise<string | null> {
  const work = join(directory, "work");
  const refuse = (why: string): never => {
    throw new TaskError("script.file", `The script's file "${path}" is not read: ${why}.`);
  };
  if (isAbsolute(path) || !resolve(work, path).startsWith(`${work}${sep}`))
    refuse("it is not in the working directory");
  const real = await realpath(join(work, path)).catch(() => null);
  if (real === null) return null;
  if (!real.startsWith(`${await realpath(work)}${sep}`)) refuse("it is a link that leads out of the working directory");
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) refuse("it is no plain file");
    if (facts.size > mostFileBytes) refuse(`it is longer than ${mostFileBytes} bytes`);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

/** Removes runs that ended a week ago. */
export async function removeOldRuns(directory: string, nowMs: number): Promise<void> {
  for (const name of (await readdir(directory).catch(() => [])).slice(0, 500)) {
    const run = join(directory, name);
    const exit = await readRecord(run, "exit");
    if (exit !== null && nowMs - exit.atMs > keptMs) await rm(run, { recursive: true, force: true });
  }
}
