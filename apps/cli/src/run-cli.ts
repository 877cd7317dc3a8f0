import { ExitCode, run } from "@stricli/core";
import { createApp } from "./app.ts";
import type { CliContext } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** Runs one command line; gives the process's exit code. Never throws. */
export async function runCli(context: CliContext, args: readonly string[]): Promise<number> {
  const { stdout, stderr, env } = context.process;
  const own: CliContext = { ...context, process: { stdout, stderr, env }, outcome: exitCodes.ok, server: null };
  await run(createApp(), args, own);
  return exitCodeFor(Number(own.process.exitCode ?? 0), own.outcome);
}

/** Stricli's own codes are negative; a command's outcome counts only when stricli had nothing to object to. */
export function exitCodeFor(stricli: number, outcome: number): number {
  if (stricli === ExitCode.Success) return outcome;
  const usage: readonly number[] = [ExitCode.UnknownCommand, ExitCode.InvalidArgument];
  return usage.includes(stricli) ? exitCodes.usage : exitCodes.failed;
}
