import { ApiError } from "@gennaker/client/api-error.ts";
import type { Client } from "@gennaker/client/client.ts";
import type { ImportResult } from "@gennaker/contract/resources/import.ts";
import { setTimeout as wait } from "node:timers/promises";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { connect } from "../../settings/connection.ts";
import { askForAccounts, canAsk, namedAccounts, readAccountMap } from "./account-map.ts";
import type { AccountMap } from "./account-map.ts";
import { fileSource } from "./files.ts";
import { openGate } from "./gate/open-gate.ts";
import type { GateFlags } from "./gate/open-gate.ts";
import { gateSource } from "./gate/gate-source.ts";
import { createProgress } from "./progress.ts";
import { inParts, oneAhead } from "./received.ts";
import type { Part } from "./received.ts";
import { createReport } from "./report.ts";

export type ImportFlags = ServerFlags &
  GateFlags & {
    dryRun?: boolean;
    overwrite?: boolean;
    accounts?: string;
    application?: string;
    output?: string;
    state?: string;
    yes?: boolean;
  };

type Source = {
  parts: AsyncIterable<Part>;
  /** Names of accounts there, for the questions; null when they cannot be told beforehand. */
  accounts(): Promise<string[] | null>;
  /** The import that an earlier, stopped run began. */
  begun: string | null;
  remember(id: string): void;
  remarks(): string[];
  complete(): Promise<void>;
};

/** Sends everything part by part; 0 when nothing was refused, 130 on Ctrl-C, which stops between two parts. */
export async function runImport(context: CliContext, flags: ImportFlags, ...paths: string[]): Promise<number> {
  if ((flags.gate === undefined) === (paths.length === 0)) {
    throw usageError("Say what to import: files, a directory, - or --gate URL.", [
      "gennaker import --help    explains both",
    ]);
  }
  const { client } = await connect(context, flags);
  const stop = new AbortController();
  const release = context.onInterrupt(() => stop.abort());
  try {
    const source =
      flags.gate === undefined ? fromFiles(context, flags, paths) : await fromGate(context, flags, stop.signal);
    const given = flags.accounts === undefined ? {} : await readAccountMap(context, flags.accounts);
    const accounts = await mapped(context, flags, client, source, given);
    if (accounts === null) return exitCodes.interrupted;
    return await send(context, flags, client, source, accounts, stop.signal);
  } finally {
    release();
  }
}

async function mapped(
  context: CliContext,
  flags: ImportFlags,
  client: Client,
  source: Source,
  given: AccountMap,
): Promise<AccountMap | null> {
  if (!canAsk(context, flags)) return given;
  const theirs = await source.accounts();
  return theirs === null ? given : askForAccounts(context, client, theirs, given);
}

async function send(
  context: CliContext,
  flags: ImportFlags,
  client: Client,
  source: Source,
  accounts: AccountMap,
  stopped: AbortSignal,
): Promise<number> {
  const dryRun = flags.dryRun === true;
  const report = createReport(context, flags);
  const progress = createProgress(context, flags);
  let id = source.begun;
  let complete = false;
  try {
    for await (const part of oneAhead(source.parts)) {
      if (stopped.aborted) break;
      if (part.items.length > 0) {
        const go = id === null ? {} : { import: id };
        const body = { items: [...part.items], dryRun, overwrite: flags.overwrite === true, accounts, ...go };
        const result = await patiently(() => client.call("runImport", { body }), stopped);
        id = result.id;
        source.remember(id);
        progress.add(result.items.length);
        await report.add(result.items);
      }
      await part.done?.();
      if (stopped.aborted) break;
    }
    complete = !stopped.aborted;
    if (complete) await source.complete();
  } finally {
    progress.end();
    const remarks = [
      ...source.remarks(),
      ...(complete ? [] : ["Stopped before the end. Run the same command again to go on."]),
    ];
    const counts = await report.end({ id, dryRun, complete, remarks });
    if (complete) context.outcome = counts.refused > 0 ? exitCodes.failed : exitCodes.ok;
  }
  return stopped.aborted ? exitCodes.interrupted : context.outcome;
}

/** A part sent twice changes nothing, so a server that is away for a moment is waited for. */
async function patiently(call: () => Promise<ImportResult>, stopped: AbortSignal): Promise<ImportResult> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiError) || !error.retryable || attempt >= 5 || stopped.aborted) throw error;
      await wait(500 * 2 ** attempt, undefined, { signal: stopped }).catch(() => undefined);
    }
  }
}

function fromFiles(context: CliContext, flags: ImportFlags, paths: readonly string[]): Source {
  const { items, skipped } = fileSource(context, paths, flags.application);
  return {
    parts: inParts(items),
    accounts: async () => (paths.includes("-") ? null : namedAccounts(fileSource(context, paths, undefined).items)),
    begun: null,
    remember: () => undefined,
    remarks: () =>
      skipped.length === 0
        ? []
        : [
            `${skipped.length} files that are neither JSON nor YAML were not read: ${skipped.slice(0, 3).join(", ")}${skipped.length > 3 ? " …" : ""}`,
          ],
    complete: async () => undefined,
  };
}

async function fromGate(context: CliContext, flags: ImportFlags, signal: AbortSignal): Promise<Source> {
  const gate = await openGate(context, flags, signal);
  const source = await gateSource(gate, {
    application: flags.application ?? null,
    stateFile: flags.state ?? `gennaker-import-${new URL(gate.url).hostname}.json`,
    dryRun: flags.dryRun === true,
  });
  return { ...source, accounts: () => gate.accountNames() };
}
