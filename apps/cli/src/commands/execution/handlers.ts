import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { terminalOf } from "../../context.ts";
import { executionTree } from "../../output/execution-tree.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { watchExecution } from "../../watch/watch-execution.ts";
import { findStage } from "./find-stage.ts";
import type { FollowFlags } from "./flags.ts";

export async function getExecution(context: CliContext, flags: ServerFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  const execution = await client.call("getExecution", { params: { execution: id } });
  show(context, flags, execution, (print) => {
    const options = { style: print.style, now: Date.now(), columns: terminalOf(context).columns };
    print.text(`${executionTree(execution, options).join("\n")}\n`);
  });
}

export async function followExecution(
  context: CliContext,
  flags: ServerFlags & FollowFlags,
  id: string,
): Promise<number> {
  const connection = await connect(context, flags);
  return watchExecution(context, connection, id, {
    json: flags.json === true,
    cancelOnInterrupt: flags.cancelOnInterrupt === true,
  });
}

type CancelFlags = ServerFlags & { reason?: string; follow?: boolean };

export async function cancelExecution(context: CliContext, flags: CancelFlags, id: string): Promise<void> {
  const connection = await connect(context, flags);
  const body = flags.reason === undefined ? {} : { reason: flags.reason };
  await connection.client.call("cancelExecution", { params: { execution: id }, body });
  // Being cancelled is what was asked for: the outcome of following it is no failure.
  if (flags.follow === true)
    await watchExecution(context, connection, id, { json: flags.json === true, cancelOnInterrupt: false });
  else done(context, flags, { execution: id, asked: "cancel" }, `Cancelling ${id}.`);
}

export async function pauseExecution(context: CliContext, flags: ServerFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("pauseExecution", { params: { execution: id }, body: {} });
  done(
    context,
    flags,
    { execution: id, asked: "pause" },
    `Paused ${id}: what runs now ends, nothing further begins.\n  gennaker execution resume ${id}`,
  );
}

export async function resumeExecution(context: CliContext, flags: ServerFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("resumeExecution", { params: { execution: id }, body: {} });
  done(context, flags, { execution: id, asked: "resume" }, `${id} goes on.`);
}

export async function skipStage(
  context: CliContext,
  flags: ServerFlags & { reason?: string },
  id: string,
  text: string,
): Promise<void> {
  const { client } = await connect(context, flags);
  const stage = findStage(await client.call("getExecution", { params: { execution: id } }), text);
  const body = flags.reason === undefined ? {} : { reason: flags.reason };
  await client.call("skipStage", { params: { execution: id, stage: stage.id }, body });
  done(context, flags, { execution: id, stage: stage.id, asked: "skip" }, `Skipping "${stage.name}".`);
}

export async function restartStage(context: CliContext, flags: ServerFlags, id: string, text: string): Promise<void> {
  const { client } = await connect(context, flags);
  const stage = findStage(await client.call("getExecution", { params: { execution: id } }), text);
  await client.call("restartStage", { params: { execution: id, stage: stage.id }, body: {} });
  done(
    context,
    flags,
    { execution: id, stage: stage.id, asked: "restart" },
    `Restarting "${stage.name}".\n  gennaker execution watch ${id}`,
  );
}

export async function removeExecution(context: CliContext, flags: ServerFlags, id: string): Promise<void> {
  const { client } = await connect(context, flags);
  await client.call("deleteExecution", { params: { execution: id } });
  done(context, flags, { execution: id, asked: "remove" }, `Removed ${id}.`);
}

function done(context: CliContext, flags: ServerFlags, value: Record<string, string>, words: string): void {
  show(context, flags, value, (print) => print.text(`${words}\n`));
}
