import type { ChainPoint } from "@gennaker/contract/audit/chain.ts";
import { exportFormat } from "@gennaker/contract/audit/export-lines.ts";
import type { ExportLine } from "@gennaker/contract/audit/export-lines.ts";
import type { AuditFilter } from "@gennaker/contract/resources/audit.ts";
import type { Database } from "../database/api.ts";
import type { Sealed } from "./chain-reader.ts";
import { readHead, readSealed, readStart } from "./chain-reader.ts";
import { toEntry } from "./rows.ts";
import { fitsFilter } from "./search.ts";

export type ExportRequest = {
  filter: AuditFilter;
  /** Only seals after this one; 0: from the beginning. */
  after: number;
  /** Whether the caller may see rows of an application (null: of none). */
  sees(application: string | null): boolean;
  signal: AbortSignal;
};

/**
 * All that is sealed, oldest first, as lines that `createExportCheck` (packages/contract) reads: a start with the hash
 * before the first entry, an entry a line with its seal, gaps for what was not asked for or may not be seen, and an end.
 */
export async function* exportAudit(
  database: Pick<Database, "query">,
  { filter, after, sees, signal }: ExportRequest,
): AsyncGenerator<string> {
  const start = await startAt(database, after);
  const asked = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const narrow = Object.keys(asked).length > 0;
  yield text({ kind: "start", format: exportFormat, ...start, filter: narrow ? asked : null });
  let last = start;
  let left: ChainPoint | null = null;
  for (;;) {
    signal.throwIfAborted();
    const sealed = await readSealed(database, last.seq);
    const lines: ExportLine[] = [];
    for (const each of sealed) {
      const { seq, hash, row } = each;
      last = { seq, hash };
      if (row !== null && !(sees(row.application) && fitsFilter(row, filter))) {
        left = last;
        continue;
      }
      if (left !== null) lines.push({ kind: "gap", ...left });
      left = null;
      lines.push(lineOf(each));
    }
    if (lines.length > 0) yield lines.map(text).join("");
    if (sealed.length === 0) break;
  }
  yield (left === null ? "" : text({ kind: "gap", ...left })) + text({ kind: "end", ...last });
}

function lineOf({ seq, hash, auditId, digest, row }: Sealed): ExportLine {
  if (row === null) return { kind: "missing", seq, hash, id: auditId, digest };
  return { kind: "entry", seq, hash, ...toEntry(row) };
}

async function startAt(database: Pick<Database, "query">, after: number): Promise<ChainPoint> {
  const start = await readStart(database);
  if (after <= start.seq) return start;
  const [seal] = await database.query<ChainPoint>("select seq, hash from platform_audit_seal where seq = $1", [after]);
  return seal ?? (await readHead(database));
}

function text(line: ExportLine): string {
  return `${JSON.stringify(line)}\n`;
}
