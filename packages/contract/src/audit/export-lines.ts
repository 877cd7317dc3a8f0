import { z } from "zod";
import type { ChainPoint, SealedRow } from "./chain.ts";
import { digestOf } from "./chain.ts";
import type { ChainCheck, ChainResult, Finding } from "./check-chain.ts";
import { createChainCheck } from "./check-chain.ts";

/** The first word of an export: what the lines are. */
export const exportFormat = "gennaker.audit/1";

const point = { seq: z.number().int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) };
const text = z.string().nullable();
const exportLine = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("start"),
    format: z.literal(exportFormat),
    ...point,
    /** What was asked for; null: everything. */
    filter: z.record(z.string(), z.unknown()).nullable(),
  }),
  // Strict: a field that no seal covers could be put in by anybody.
  z.strictObject({
    kind: z.literal("entry"),
    ...point,
    id: z.number().int(),
    time: z.string(),
    actor: z.string(),
    onBehalfOf: text,
    via: z.string(),
    credential: text,
    requestId: text,
    address: text,
    userAgent: text,
    action: z.string(),
    resource: z.string(),
    application: text,
    outcome: z.string(),
    count: z.number().int(),
    reason: text,
    before: z.unknown(),
    after: z.unknown(),
  }),
  // A sealed row that the database no longer has.
  z.object({ kind: z.literal("missing"), ...point, id: z.number().int(), digest: z.string() }),
  // Entries up to this one that were not asked for, or may not be seen.
  z.object({ kind: z.literal("gap"), ...point }),
  z.object({ kind: z.literal("end"), ...point }),
]);
export type ExportLine = z.output<typeof exportLine>;

export type ExportResult = ChainResult & {
  /** Lines that cannot be read, or stand where they may not. */
  problems: { line: number; text: string }[];
  /** Entries, and how many places left entries out. */
  entries: number;
  gaps: number;
};

/** Checks an export line by line, without any server. `told` are points of the chain that were kept elsewhere. */
export function createExportCheck(told: readonly ChainPoint[] = []): {
  line(text: string): void;
  end(): ExportResult;
} {
  const problems: ExportResult["problems"] = [];
  let check: ChainCheck | null = null;
  let unvouched: ChainPoint | null = null;
  let ended: ChainPoint | null = null;
  let [number, entries, gaps] = [0, 0, 0];

  function wrong(why: string): void {
    if (problems.length < 100) problems.push({ line: number, text: why });
  }

  return {
    line(given) {
      number += 1;
      const line = readLine(given);
      if (line === null) return wrong("This is no line of an export.");
      if (ended !== null) return wrong("There is more after the end line.");
      if (line.kind === "start") {
        if (check !== null) return wrong("There is a second start line.");
        check = createChainCheck(line, told);
        const known = line.seq === 0 || told.some(({ seq }) => seq === line.seq);
        // A part was asked for: what retention says may have been left out.
        unvouched = known || line.filter !== null ? null : { seq: line.seq, hash: line.hash };
        return;
      }
      if (check === null) return wrong("The export must begin with its start line.");
      if (line.kind === "end") {
        ended = line;
        return;
      }
      if (line.kind === "gap") {
        gaps += 1;
        check.skipTo(line);
        return;
      }
      entries += 1;
      const digest = line.kind === "entry" ? digestOf(rowOf(line)) : null;
      if (unvouched !== null && line.kind === "entry" && tellsOf(line, unvouched)) unvouched = null;
      check.add({ seq: line.seq, hash: line.hash, id: line.id, digest, sealed: null });
    },
    end() {
      if (check !== null && ended === null) wrong("The end line is missing: the export is not whole.");
      const none = { seq: 0, hash: "" };
      const result = check?.end(ended) ?? { checked: 0, start: none, head: none, findings: [] };
      if (check === null && problems.length === 0) wrong("There is nothing in it.");
      const findings = unvouched === null ? result.findings : [...result.findings, laterStart(unvouched)];
      return { ...result, findings, problems, entries, gaps };
    },
  };
}

/** The row in which retention tells that it has removed what was before. */
export const retentionAction = "audit.retention";

function tellsOf({ action, after }: { action: string; after?: unknown }, { seq, hash }: ChainPoint): boolean {
  if (action !== retentionAction || typeof after !== "object" || after === null) return false;
  const { checkpoint } = after as { checkpoint?: Partial<ChainPoint> | null };
  return checkpoint?.seq === seq && checkpoint.hash === hash;
}

function laterStart({ seq, hash }: ChainPoint): Finding {
  const text =
    `It begins after seal ${seq}, and no entry tells that retention has removed what was before. ` +
    `If it goes on where another export ended, give that one's end: --head ${seq}:${hash}`;
  return { kind: "removed", seq, id: null, text };
}

function readLine(text: string): ExportLine | null {
  try {
    const read = exportLine.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function rowOf(line: Extract<ExportLine, { kind: "entry" }>): SealedRow {
  const document = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value));
  return { ...line, before: document(line.before), after: document(line.after) };
}
