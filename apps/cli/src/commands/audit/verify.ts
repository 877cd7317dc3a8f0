import { createReadStream } from "node:fs";
import type { ChainPoint } from "@gennaker/contract/audit/chain.ts";
import type { Finding } from "@gennaker/contract/audit/check-chain.ts";
import { createExportCheck } from "@gennaker/contract/audit/export-lines.ts";
import type { ExportResult } from "@gennaker/contract/audit/export-lines.ts";
import type { ServerFlags } from "../../command.ts";
import type { CliContext } from "../../context.ts";
import { CliError, usageError } from "../../errors.ts";
import { exitCodes } from "../../exit-codes.ts";
import { splitLines } from "../../offline/split-lines.ts";
import { show } from "../../output/print.ts";
import { connect } from "../../settings/connection.ts";

type VerifyFlags = ServerFlags & { head?: readonly string[]; database?: string };
type Outcome = {
  intact: boolean;
  checked: number;
  start: ChainPoint;
  head: ChainPoint;
  gaps: number;
  waiting: number;
  findings: Finding[];
  problems: { line: number; text: string }[];
};

const longestLine = 64 * 1024 * 1024;
const example = "gennaker audit verify audit.jsonl --head SEAL:HASH";

export async function verifyAudit(context: CliContext, flags: VerifyFlags, file?: string): Promise<number> {
  if (flags.database !== undefined)
    throw usageError("The database is read by the program at the top of the checkout.", [
      "./gennaker audit verify --database URL",
    ]);
  const told = (flags.head ?? []).map(readHead);
  const outcome = file === undefined ? await ofServer(context, flags, told) : await ofFile(context, file, told);
  show(context, flags, outcome, (print) => print.text(words(outcome, file ?? "The server's audit")));
  return outcome.intact ? exitCodes.ok : exitCodes.failed;
}

function readHead(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw usageError(`"${text}" is no SEAL:HASH as \`audit state\` shows it.`, [example]);
  return { seq: Number(seq), hash };
}

async function ofFile(context: CliContext, file: string, told: readonly ChainPoint[]): Promise<Outcome> {
  const source = file === "-" ? context.stdin : createReadStream(file);
  try {
    return outcomeOf(await check(source, told));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CliError(`${file} cannot be read: ${(error as Error).message}.`);
  }
}

/** The server's own check also sees what was never sealed; what it gives out is checked here, so that it need not be believed. */
async function ofServer(context: CliContext, flags: ServerFlags, told: readonly ChainPoint[]): Promise<Outcome> {
  const { client } = await connect(context, flags);
  const query = told.length === 0 ? {} : { head: told.map(({ seq, hash }) => `${seq}:${hash}`).join(",") };
  const server = await client.call("verifyAudit", { query });
  const outcome = outcomeOf(
    await check(client.stream("exportAudit", { query: {} }), [...told, ...startOf(server.start)]),
  );
  const known = new Set(server.findings.map(({ kind, seq, id }) => JSON.stringify([kind, seq, id])));
  const own = outcome.findings.filter(({ kind, seq, id }) => !known.has(JSON.stringify([kind, seq, id])));
  const findings = [...server.findings, ...own];
  return { ...outcome, waiting: server.waiting, findings, intact: server.intact && outcome.intact };
}

/** Where the server's chain begins was judged by the server; whether the row that tells of it is sealed yet is not asked twice. */
function startOf(start: ChainPoint): ChainPoint[] {
  return start.seq === 0 ? [] : [start];
}

async function check(source: AsyncIterable<Uint8Array | string>, told: readonly ChainPoint[]): Promise<ExportResult> {
  const lines = createExportCheck(told);
  for await (const line of splitLines(source, longestLine)) {
    const text = "text" in line ? line.text : "";
    if (text.trim() !== "" || !("text" in line)) lines.line(text);
  }
  return lines.end();
}

function outcomeOf(result: ExportResult): Outcome {
  const { checked, start, head, gaps, findings, problems } = result;
  const intact = findings.length === 0 && problems.length === 0;
  return { intact, checked, start, head, gaps, waiting: 0, findings, problems };
}

function words(outcome: Outcome, what: string): string {
  const { checked, start, head, gaps, waiting, findings, problems } = outcome;
  const lines = [
    ...problems.map(({ line, text }) => `line ${line}: ${text}`),
    ...findings.map(({ kind, text }) => `${kind}: ${text}`),
  ];
  const range = `${checked} sealed entries, after seal ${start.seq} up to seal ${head.seq}`;
  const also = [
    ...(gaps > 0
      ? [`In ${gaps} places entries are left out by a filter or a permission; those cannot be checked here.`]
      : []),
    ...(waiting > 0 ? [`${waiting} entries wait for their seal.`] : []),
    ...(outcome.intact ? [`Keep the head elsewhere: ${head.seq}:${head.hash}`] : []),
  ];
  const verdict = outcome.intact ? `${what} is intact: ${range}.` : `${what} is NOT intact (${range}):`;
  return `${[verdict, ...lines.map((line) => `  ${line}`), ...also].join("\n")}\n`;
}
