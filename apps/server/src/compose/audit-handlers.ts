import type { ChainPoint } from "@gennaker/contract/audit/chain.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { AuditEntry, AuditFilter, AuditState } from "@gennaker/contract/resources/audit.ts";
import type { Database } from "../platform/database/api.ts";
import type { Handlers } from "../platform/http/api.ts";
import { countWaiting, readCheckpoint, readHead } from "../platform/audit/chain-reader.ts";
import { exportAudit } from "../platform/audit/export.ts";
import { toEntry } from "../platform/audit/rows.ts";
import type { Visible } from "../platform/audit/search.ts";
import { applicationsOfAudit, searchAudit } from "../platform/audit/search.ts";
import { verifyAudit } from "../platform/audit/verify.ts";

type Dependencies = {
  database: Database;
  keepDays: number;
  sinks: readonly { name: string; type: string }[];
};
/** An entry cut down to what the caller may see of a list. Null: the caller may see everything. */
type Shown = ((list: readonly { application: string | null }[]) => readonly unknown[]) | null;

const usualLimit = 100;

/** The own API of the audit. */
export function auditHandlers({ database, keepDays, sinks }: Dependencies): Handlers {
  let verifying = false;

  return {
    async listAudit({ query: { before, limit, ...filter }, shown }) {
      const visible = await visibleTo(database, shown, filter);
      const rows = await searchAudit(database, { filter, visible, before: before ?? null, limit: limit ?? usualLimit });
      const whole = visible === null || visible.nameless;
      return rows.map((row) => (whole ? toEntry(row) : withoutPlace(toEntry(row))));
    },
    async exportAudit({ query: { after, ...filter }, shown, signal }) {
      const sees = (application: string | null) => shown === null || shown([{ application }]).length > 0;
      return exportAudit(database, { filter, after: after ?? 0, sees, signal });
    },
    async verifyAudit({ query, signal }) {
      const told = (query.head ?? "").split(",").filter(Boolean).map(readPoint);
      if (verifying)
        throw new GennakerError(
          "too_many_requests",
          "The audit is being verified already. Try again when that is done.",
        );
      verifying = true;
      try {
        return await verifyAudit(database, told, signal);
      } finally {
        verifying = false;
      }
    },
    getAuditState: () => stateOf(database, keepDays, sinks),
  };
}

async function visibleTo(database: Database, shown: Shown, { application }: AuditFilter): Promise<Visible> {
  if (shown === null) return null;
  const names = application === undefined ? await applicationsOfAudit(database) : [application.toLowerCase()];
  const seen = shown(names.map((name) => ({ application: name }))) as { application: string }[];
  return { applications: seen.map((each) => each.application), nameless: shown([{ application: null }]).length > 0 };
}

/** From where, and with what, others work is for those who may read the whole audit. */
function withoutPlace(entry: AuditEntry): AuditEntry {
  return { ...entry, credential: null, address: null, userAgent: null };
}

function readPoint(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (seq === undefined || hash === undefined)
    throw new GennakerError("invalid_request", `"${text.slice(0, 100)}" is no SEQ:HASH as audit state shows it.`);
  return { seq: Number(seq), hash };
}

type SinkRow = { name: string; seq: number; error: string | null; failing_since: Date | null };

/** The newest seal, what waits, and how far places outside were told. */
export async function stateOf(
  database: Pick<Database, "query">,
  keepDays: number,
  sinks: readonly { name: string; type: string }[],
): Promise<AuditState> {
  const [head, checkpoint, waiting, rows] = await Promise.all([
    readHead(database),
    readCheckpoint(database),
    countWaiting(database),
    database.query<SinkRow>("select name, seq, error, failing_since from platform_audit_sink"),
  ]);
  return {
    head,
    waiting,
    checkpoint: checkpoint === null ? null : { ...checkpoint, time: checkpoint.time.toISOString() },
    keepDays,
    sinks: sinks.map(({ name, type }) => {
      const row = rows.find((each) => each.name === name);
      const seq = row?.seq ?? 0;
      return {
        name,
        type,
        seq,
        behind: head.seq - seq,
        error: row?.error ?? null,
        failingSince: row?.failing_since?.toISOString() ?? null,
      };
    }),
  };
}
