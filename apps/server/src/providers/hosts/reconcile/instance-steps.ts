import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "../cluster/launch.ts";
import { lastLine } from "../logs/read-log.ts";
import { instanceFiles, readRecord } from "../processes/attempt-files.ts";
import { ensureLaunched } from "../processes/launch.ts";
import { bootId } from "../processes/process-table.ts";
import { stopProcesses } from "../processes/stop-processes.ts";
import type { GroupRow, InstanceRow } from "../store/rows.ts";
import type { HostsContext } from "./context.ts";
import { instanceEnvironment } from "./instance-environment.ts";
import { backOffMs, PROVEN_AFTER_MS } from "./plan-group.ts";

/** A new instance's row: the intent, before anything of it exists. */
export function newInstance(group: GroupRow, zone: string, port: number, now: Date): InstanceRow {
  return {
    id: `${group.name}-${randomBytes(4).toString("hex")}`,
    account: group.account,
    region: group.region,
    server_group: group.name,
    zone,
    port,
    phase: "intended",
    attempt: 1,
    pid: null,
    process_mark: null,
    healthy: null,
    reason: "is being started",
    exit_status: null,
    failures: 0,
    drain_ms: 0,
    created_at: now,
    started_at: null,
    next_start_at: null,
  };
}

/** Starts what a row intends, or finds out what became of it; gives the row as it is then. */
export async function launchInstance(
  context: HostsContext,
  group: GroupRow,
  launch: Launch,
  row: InstanceRow,
): Promise<InstanceRow> {
  const files = instanceFiles(context.instancesDirectory, row.id);
  try {
    const launched = await ensureLaunched({
      instance: row.id,
      attempt: row.attempt,
      files,
      cwd: context.store.path(group.artifact_digest),
      command: launch.command,
      env: instanceEnvironment(context, group, launch, row, files.work),
      user: context.user,
      logBytes: context.logBytes,
      logFiles: context.logFiles,
      seam: context.seam,
    });
    if (launched.outcome === "void") return { ...row, attempt: row.attempt + 1 };
    const started = { ...row, phase: "running" as const, started_at: context.now(), healthy: null, exit_status: null };
    if (launched.outcome === "running") {
      return { ...started, pid: launched.pid, process_mark: launched.mark, reason: waitingReason(launch) };
    }
    return await endedInstance(context, { ...started, pid: null, process_mark: null }, launched.status);
  } catch (error) {
    const failures = row.failures + 1;
    const reason = `could not be started: ${(error as Error).message}`;
    context.log(`instance ${row.id} ${reason}`);
    await stopProcesses(context.table, row.id, 0);
    return exitedRow(row, context.now(), failures, null, reason);
  }
}

function waitingReason(launch: Launch): string {
  return launch.healthCheck === null ? "has just been started" : `waits for GET ${launch.healthCheck.path} to succeed`;
}

/** What a running row becomes when its process has gone. Whatever it left behind is ended first. */
export async function concludeEnd(context: HostsContext, row: InstanceRow): Promise<InstanceRow> {
  const rebooted = row.process_mark !== null && !row.process_mark.startsWith(`${bootId()}:`);
  if (rebooted) return exitedRow(row, context.now(), 0, null, "ended when its machine was restarted");
  const files = instanceFiles(context.instancesDirectory, row.id);
  let status: number | null = null;
  // The launcher writes the status moments after the process has gone.
  for (let tries = 0; tries < 25 && status === null; tries += 1) {
    status = await readRecord(files, row.attempt, "exit");
    if (status === null) await sleep(20);
  }
  return endedInstance(context, row, status);
}

async function endedInstance(context: HostsContext, row: InstanceRow, status: number | null): Promise<InstanceRow> {
  await stopProcesses(context.table, row.id, 0);
  const now = context.now();
  const lived = row.started_at === null ? 0 : now.getTime() - row.started_at.getTime();
  const failures = row.healthy === true && lived >= PROVEN_AFTER_MS ? 1 : row.failures + 1;
  const output = await lastLine(instanceFiles(context.instancesDirectory, row.id).log).catch(() => "");
  const said = output === "" ? "" : `. Last output: ${output}`;
  return exitedRow(row, now, failures, status, `${describeStatus(status)} after ${seconds(lived)}${said}`);
}

function exitedRow(row: InstanceRow, now: Date, failures: number, status: number | null, reason: string): InstanceRow {
  const wait = failures === 0 ? 0 : backOffMs(failures);
  const again = wait === 0 ? "starts again now" : `starts again after ${seconds(wait)}`;
  return {
    ...row,
    phase: "exited",
    pid: null,
    process_mark: null,
    healthy: null,
    exit_status: status,
    failures,
    next_start_at: new Date(now.getTime() + wait),
    reason: `${reason}${failures > 1 ? ` (failure ${failures} in a row)` : ""}; ${again}`,
  };
}

/** A shell's exit status in words: above 128 it names the signal that ended the process. */
export function describeStatus(status: number | null): string {
  if (status === null) return "ended without leaving an exit status";
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return status > 128 && signal !== undefined ? `was ended by ${signal}` : `exited with status ${status}`;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
