import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import { writeFile } from "node:fs/promises";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";
import { readAccountMap } from "../import/account-map.ts";
import type { GateClient } from "../import/gate/gate-client.ts";
import { openGate } from "../import/gate/open-gate.ts";
import type { GateFlags } from "../import/gate/open-gate.ts";

type Flags = ServerFlags & GateFlags & { limit?: number; accounts?: string; output?: string };

const ended = "SUCCEEDED,TERMINAL,CANCELED,STOPPED,FAILED_CONTINUE";
const mostCharacters = 8_000_000;

export async function runShadow(
  context: CliContext,
  flags: Flags,
  application: string,
  pipeline: string,
): Promise<number> {
  if (flags.gate === undefined) throw usageError("Say where the running Spinnaker is: --gate URL.");
  const { client } = await connect(context, flags);
  const stop = new AbortController();
  const release = context.onInterrupt(() => stop.abort());
  try {
    const gate = await openGate(context, flags, stop.signal);
    const accounts = flags.accounts === undefined ? {} : await readAccountMap(context, flags.accounts);
    const executions = await executionsOf(gate, application, pipeline, flags.limit ?? 10);
    let whole: ShadowReport | null = null;
    for (const part of inParts(executions)) {
      const body = { application, pipeline, accounts, executions: part, source: new URL(gate.url).origin };
      const report = await client.call("compareShadow", { body, signal: stop.signal });
      whole = whole === null ? report : joined(whole, report);
    }
    if (whole === null) {
      throw new CliError(`${application}/${pipeline} has no ended executions there.`, {
        next: ["Run it there once, then compare again."],
      });
    }
    if (flags.output !== undefined) await writeFile(flags.output, `${JSON.stringify(whole, null, 2)}\n`);
    const report = whole;
    show(context, flags, report, (print) => print.text(textOf(report)));
    return report.same === report.runs.length && report.unreadable.length === 0 ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    release();
  }
}

async function executionsOf(
  gate: GateClient,
  application: string,
  pipeline: string,
  limit: number,
): Promise<JsonObject[]> {
  const text = await gate.get(`/applications/${encodeURIComponent(application)}/pipelineConfigs`);
  const configs = listOf(text);
  const same = (value: unknown) => typeof value === "string" && value.toLowerCase() === pipeline.toLowerCase();
  const config = configs.find(({ id, name }) => same(name) || same(id));
  if (typeof config?.["id"] !== "string") {
    const names = configs
      .map(({ name }) => String(name))
      .slice(0, 10)
      .join(", ");
    throw new CliError(`The Spinnaker has no pipeline "${pipeline}" in ${application}.`, {
      next: names === "" ? [] : [`It has: ${names}`],
    });
  }
  const id = encodeURIComponent(config["id"]);
  return listOf(await gate.get(`/executions?pipelineConfigIds=${id}&limit=${limit}&statuses=${ended}&expand=true`));
}

function listOf(text: string | null): JsonObject[] {
  const value: unknown = JSON.parse(text ?? "[]");
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Parts that fit one request: executions can be large. */
function* inParts(executions: readonly JsonObject[]): Generator<JsonObject[]> {
  let part: JsonObject[] = [];
  let size = 0;
  for (const execution of executions) {
    const { length } = JSON.stringify(execution);
    if (part.length > 0 && (size + length > mostCharacters || part.length >= 100)) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(execution);
    size += length;
  }
  if (part.length > 0) yield part;
}

function joined(before: ShadowReport, next: ShadowReport): ShadowReport {
  const shift = before.runs.length + before.unreadable.length;
  return {
    ...before,
    same: before.same + next.same,
    runs: [...before.runs, ...next.runs],
    unreadable: [...before.unreadable, ...next.unreadable.map((each) => ({ ...each, index: each.index + shift }))],
  };
}

function textOf({ application, name, same, runs, unreadable }: ShadowReport): string {
  const lines = runs.flatMap(({ execution, status, startTime, same: equal, words }) => [
    `${equal ? "✔" : "✖"} ${execution}  ${status}${startTime === null ? "" : `  ${new Date(startTime).toISOString()}`}`,
    ...words.slice(0, 12).map((line) => `    ${line}`),
    ...(words.length > 12 ? [`    and ${words.length - 12} more; --output FILE writes them all`] : []),
  ]);
  for (const { index, reason } of unreadable) lines.push(`? The execution at place ${index + 1} ${reason}.`);
  lines.push(`${application}/${name}: ${same} of ${runs.length} executions would go the same way here.`);
  return `${lines.join("\n")}\n`;
}
