import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { systemErrorCode } from "./errors.ts";

/**
 * When a process started, as text that differs for every process that ever had the same id on this machine: clock
 * ticks since boot on Linux, the start time elsewhere. Undefined if there is no such process, or only a zombie.
 */
export function processStartTime(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return process.platform === "linux" ? linuxStartTime(pid) : portableStartTime(pid);
}

/** Is the process with this id alive and, where a start time is given, still the same one? */
export function isProcessAlive(pid: number, startTime?: string): boolean {
  const current = processStartTime(pid);
  return current !== undefined && (startTime === undefined || startTime === current);
}

/** Reads state and start time from the text of `/proc/PID/stat`; see proc_pid_stat(5), fields 3 and 22. */
export function parseProcessStat(text: string): { state: string; startTime: string } | undefined {
  // The second field, the name in parentheses, may itself contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const startTime = fields[19];
  return state === undefined || startTime === undefined || startTime === "" ? undefined : { state, startTime };
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return stat === undefined || stat.state === "Z" || stat.state === "X" ? undefined : stat.startTime;
  } catch {
    return undefined;
  }
}

function portableStartTime(pid: number): string | undefined {
  const answer = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { LC_ALL: "C" },
  });
  if (answer.error !== undefined) return signalReaches(pid) ? "unknown" : undefined;
  const text = answer.stdout.trim();
  if (text === "" || text.startsWith("Z")) return undefined;
  return text.slice(text.indexOf(" ") + 1).trim();
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}

/** Sends a signal; false if the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "ESRCH") return false;
    throw error;
  }
}
