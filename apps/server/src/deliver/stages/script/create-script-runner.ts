import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ScriptSettings } from "../../../platform/config/stage-settings.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ScriptRun, LocalScripts, ScriptState } from "./api.ts";
import { scriptArgument } from "./api.ts";
import { prepareRun, readLog, readRecord, readWorkFile, removeOldRuns, runDirectory } from "./run-files.ts";
import type { Abilities, ScriptUser } from "./sandbox.ts";
import { probeAbilities, sandboxed, toolPath } from "./sandbox.ts";

const launcher = fileURLToPath(new URL("./run-script.sh", import.meta.url));
const graceMs = 5000;

/** Scripts of this machine below `directory`. `ended` hears that a run may have ended, so that nobody has to poll. */
export function createScriptRunner(deps: {
  directory: string;
  settings: ScriptSettings;
  ended(id: string): void;
}): LocalScripts {
  const { directory, settings } = deps;
  let abilities: Promise<Abilities> | null = null;
  const user = settings.user ?? derivedUser(directory);

  async function look(id: string): Promise<ScriptState> {
    const run = runDirectory(directory, id);
    if (!(await exists(`${run}/claimed`))) return { kind: "none" };
    // Whether it lives is asked first: one that ends in between has left its status by then.
    const alive = await launcherOf(run);
    const { log, bytes } = await readLog(run);
    const exit = await readRecord(run, "exit");
    if (exit === null) return alive === null ? { kind: "lost", log } : { kind: "running", log };
    const started = await readRecord(run, "pid");
    const tookMs = started === null ? 0 : exit.atMs - started.atMs;
    const timedOut = [124, 137].includes(exit.value) && tookMs >= settings.timeoutMinutes * 60_000;
    return { kind: "ended", status: exit.value, timedOut, log, truncated: bytes >= settings.outputBytes };
  }

  return {
    owner: `${hostname()}:${createHash("sha256").update(directory).digest("hex").slice(0, 12)}`,
    look,
    async start({ id, command, body, env }: ScriptRun) {
      const run = runDirectory(directory, id);
      if (await exists(`${run}/claimed`)) return;
      abilities ??= probeAbilities();
      const known = await abilities;
      await removeOldRuns(directory, Date.now());
      const script = await prepareRun(run, known.root ? user : null, body);
      const words = command.map((word) => (word === scriptArgument ? script : word));
      const child = spawn(
        "/bin/sh",
        [launcher, run, String(settings.outputBytes), ...sandboxed(settings, known, user, words)],
        { cwd: run, detached: true, stdio: "ignore", env: { ...env, ...environment(settings, run) } },
      );
      child.unref();
      child.on("exit", () => deps.ended(id));
      await new Promise<void>((done, failed) => {
        child.on("error", (error) =>
          failed(new TaskError("script.start", `The script could not be started: ${error.message}`, { cause: error })),
        );
        child.on("spawn", () => done());
      });
      for (let round = 0; round < 100 && !(await exists(`${run}/claimed`)); round += 1) await sleep(20);
    },
    async stop(id) {
      const run = runDirectory(directory, id);
      const deadline = Date.now() + graceMs;
      for (let state = await look(id); state.kind === "running"; state = await look(id)) {
        const pid = await readRecord(run, "pid");
        if (pid !== null) signalGroup(pid.value, Date.now() < deadline ? "SIGTERM" : "SIGKILL");
        await sleep(100);
      }
    },
    readFile: (id, path) => readWorkFile(runDirectory(directory, id), path),
  };
}

function environment(settings: ScriptSettings, run: string): Record<string, string> {
  return { PATH: toolPath, ...settings.env, HOME: `${run}/work`, TMPDIR: `${run}/work`, GENNAKER_SCRIPT: "1" };
}

/** The launcher of a run while it lives: its command line names the run, so a number used again is not taken for it. */
async function launcherOf(run: string): Promise<number | null> {
  const record = await readRecord(run, "launcher");
  if (record === null) return (await exists(`${run}/exit`)) ? null : await justStarted(run);
  try {
    const words = readFileSync(`/proc/${record.value}/cmdline`, "utf8").split("\0");
    return words.includes(run) ? record.value : null;
  } catch {
    return null;
  }
}

/** A run that is claimed and has no record yet is about to write it; one that still has none later died there. */
async function justStarted(run: string): Promise<number | null> {
  await sleep(500);
  return (await exists(`${run}/launcher`)) ? await launcherOf(run) : null;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already: what was wanted.
  }
}

/** A user id of this directory's own, from the range that Linux keeps for dynamic users: it owns nothing else. */
function derivedUser(directory: string): ScriptUser {
  const id = 61_184 + (createHash("sha256").update(`script ${directory}`).digest().readUInt32BE(0) % 4336);
  return { uid: id, gid: id };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
