import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { launcherPath } from "./launch.ts";
import { type LabelledProcess, type ProcessTable, readProcess } from "./process-table.ts";

/**
 * Ends what runs under `instance`: SIGTERM to its process groups, SIGKILL to what is left after `timeoutMs`, and only
 * returns when nothing carries its mark any more (`signal` gives up the wait and throws). The launcher is left to record the end and to write the last output.
 */
export async function stopProcesses(
  table: ProcessTable,
  instance: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<{ killed: boolean }> {
  const find = (): { service: LabelledProcess[]; launchers: LabelledProcess[] } =>
    splitLaunchers(table.find().filter(({ label }) => label.instance === instance));
  const deadline = Date.now() + timeoutMs;
  let { service, launchers } = find();
  if (service.length > 0 && timeoutMs > 0) {
    signalAll(service, "SIGTERM");
    while (service.length > 0 && Date.now() < deadline) {
      signal?.throwIfAborted();
      await untilGone(service, Math.min(deadline - Date.now(), 1000));
      ({ service, launchers } = find());
    }
  }
  const killed = service.length > 0;
  for (let round = 0; service.length > 0 || launchers.length > 0; round += 1) {
    signalAll(service, "SIGKILL");
    if (round > 20) signalAll(launchers, "SIGKILL");
    await untilGone([...service, ...launchers], 100);
    ({ service, launchers } = find());
  }
  return { killed };
}

/** A launcher and what shares its session (the log writer), apart from the service it started. */
function splitLaunchers(processes: LabelledProcess[]): { service: LabelledProcess[]; launchers: LabelledProcess[] } {
  const sessions = new Set(
    processes.filter(({ pid, session }) => pid === session && isLauncher(pid)).map(({ pid }) => pid),
  );
  // The log writer may outlive its launcher.
  const ofLauncher = ({ pid, session }: LabelledProcess): boolean => sessions.has(session) || isLauncher(pid);
  return { service: processes.filter((entry) => !ofLauncher(entry)), launchers: processes.filter(ofLauncher) };
}

function isLauncher(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[1] === launcherPath;
  } catch {
    return false;
  }
}

/** Signals whole groups where their leader is ours, and each process by itself otherwise. */
function signalAll(processes: readonly LabelledProcess[], signal: NodeJS.Signals): void {
  const leaders = new Set(processes.filter(({ pid, group }) => pid === group).map(({ pid }) => pid));
  for (const leader of leaders) signalOne(-leader, signal);
  for (const { pid, group, startTicks } of processes) {
    if (!leaders.has(group) && readProcess(pid)?.startTicks === startTicks) signalOne(pid, signal);
  }
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already: what was wanted.
  }
}

/** Waits until none of these is alive or the time is over, looking at first often, then less so. */
async function untilGone(processes: readonly LabelledProcess[], atMostMs: number): Promise<void> {
  const deadline = Date.now() + atMostMs;
  for (let pause = 5; Date.now() < deadline; pause = Math.min(pause * 1.5, 100)) {
    if (processes.every(({ pid, startTicks }) => readProcess(pid)?.startTicks !== startTicks)) return;
    await sleep(Math.min(pause, Math.max(deadline - Date.now(), 1)));
  }
}
