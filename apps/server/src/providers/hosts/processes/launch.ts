import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  attemptPrepared,
  claimAttempt,
  type InstanceFiles,
  prepareAttempt,
  readRecord,
  watchAttempt,
} from "./attempt-files.ts";
import type { InstanceUser } from "./instance-user.ts";
import { processMark, readLabel, readProcess } from "./process-table.ts";

export const launcherPath = fileURLToPath(new URL("./launcher.sh", import.meta.url));

export type LaunchRequest = {
  instance: string;
  attempt: number;
  files: InstanceFiles;
  cwd: string;
  command: readonly string[];
  /** The whole environment, mark included. */
  env: Readonly<Record<string, string>>;
  user: InstanceUser;
  logBytes: number;
  logFiles: number;
  /** Called between preparing, spawning and seeing the process: where tests end Gennaker. */
  seam(name: string): void;
};

export type Launched =
  | { outcome: "running"; pid: number; mark: string }
  | { outcome: "ended"; status: number | null }
  /** This attempt never ran and never will; the next number has to be used. */
  | { outcome: "void" };

const RECORD_WAIT_MS = 10_000;

/**
 * Makes sure that this attempt has been started once, however often this is called and wherever an earlier caller
 * died: an attempt runs only if its launcher makes `claimed` first, and only one can.
 */
export async function ensureLaunched(request: LaunchRequest): Promise<Launched> {
  const { files, attempt, user } = request;
  if (await attemptPrepared(files, attempt)) {
    // An earlier Gennaker got this far. Claiming shuts out a launcher of its that may still be on its way.
    if (await claimAttempt(files, attempt)) return { outcome: "void" };
    return awaitRecord(request, null);
  }
  await prepareAttempt(files, attempt, user);
  request.seam("prepared");
  const launcher = spawn(
    "/bin/sh",
    [
      launcherPath,
      files.run(attempt),
      files.log,
      String(request.logBytes),
      String(request.logFiles),
      ...request.command,
    ],
    {
      cwd: request.cwd,
      env: { ...request.env },
      detached: true,
      stdio: "ignore",
      ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    },
  );
  const failed = new Promise<Error>((resolve) => {
    launcher.on("error", resolve);
  });
  launcher.unref();
  request.seam("spawned");
  return awaitRecord(request, failed);
}

/** Waits for the launcher's record of the process, or of its end. */
async function awaitRecord(request: LaunchRequest, failed: Promise<Error> | null): Promise<Launched> {
  const { files, attempt } = request;
  const deadline = Date.now() + RECORD_WAIT_MS;
  let failure: Error | null = null;
  let wake: () => void = () => undefined;
  const close = watchAttempt(files, attempt, () => wake());
  void failed?.then((error) => {
    failure = error;
    wake();
  });
  try {
    for (;;) {
      const found = await readAttempt(request);
      if (found !== null) return found;
      if (failure !== null) throw failure;
      if (Date.now() > deadline) return { outcome: "ended", status: null };
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    close();
  }
}

/** What is on record of an attempt; null while nothing is. */
async function readAttempt(request: Pick<LaunchRequest, "files" | "attempt" | "instance">): Promise<Launched | null> {
  const status = await readRecord(request.files, request.attempt, "exit");
  if (status !== null) return { outcome: "ended", status };
  const pid = await readRecord(request.files, request.attempt, "pid");
  if (pid === null) return null;
  const facts = readProcess(pid);
  // A number in a file proves nothing: the process must carry the mark that only we give it. While it execs, and when
  // it hides its memory, its environment reads as empty: then its parent, the launcher, has to carry the mark.
  if (facts !== null && (readLabel(pid) ?? readLabel(facts.parent))?.instance === request.instance)
    return { outcome: "running", pid, mark: processMark(facts) };
  return { outcome: "ended", status: await readRecord(request.files, request.attempt, "exit") };
}
