import { constants, watch } from "node:fs";
import { access, chmod, chown, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { InstanceUser } from "./instance-user.ts";

/**
 * Where one instance lives: `work/` is the service's own, `log/` its output, `run/<attempt>/` what the launcher
 * records of one start. The directory and `run/` stay ours, so the service can swap none of them for a link.
 */
export type InstanceFiles = { root: string; work: string; log: string; run(attempt: number): string };

export function instanceFiles(instancesDirectory: string, instance: string): InstanceFiles {
  const root = join(instancesDirectory, instance);
  return {
    root,
    work: join(root, "work"),
    log: join(root, "log"),
    run: (attempt) => join(root, "run", String(attempt)),
  };
}

/** Makes the directories of an attempt; again is success. */
export async function prepareAttempt(files: InstanceFiles, attempt: number, user: InstanceUser): Promise<void> {
  for (const path of [files.root, join(files.root, "run")]) {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o711);
  }
  for (const path of [files.work, files.log, files.run(attempt)]) {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o700);
    if (user !== null) await chown(path, user.uid, user.gid);
  }
}

export async function attemptPrepared(files: InstanceFiles, attempt: number): Promise<boolean> {
  return access(files.run(attempt)).then(
    () => true,
    () => false,
  );
}

/** Takes the one right to start this attempt; false when a launcher has taken it already. */
export async function claimAttempt(files: InstanceFiles, attempt: number): Promise<boolean> {
  try {
    await mkdir(join(files.run(attempt), "claimed"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The number in `pid` or `exit`; null when it is not written yet. */
export async function readRecord(files: InstanceFiles, attempt: number, name: "pid" | "exit"): Promise<number | null> {
  // The service's user owns this directory: never follow a link of its making, never wait on a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(files.run(attempt), name), flags).catch(() => null);
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
    const text = buffer.toString("latin1", 0, bytesRead).trim();
    return /^\d{1,10}$/.test(text) ? Number(text) : null;
  } finally {
    await handle.close();
  }
}

/** Calls back when the launcher records something. Where no watch can be had, the provider's sweep sees it later. */
export function watchAttempt(files: InstanceFiles, attempt: number, changed: () => void): () => void {
  try {
    const watcher = watch(files.run(attempt), { persistent: false }, changed);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
