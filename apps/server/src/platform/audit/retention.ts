import type { ChainPoint } from "@gennaker/contract/audit/chain.ts";
import { retentionAction } from "@gennaker/contract/audit/export-lines.ts";
import type { Database, Tx } from "../database/api.ts";
import type { AuditLog } from "./api.ts";

const batch = 20_000;
type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/**
 * Removes the chain's oldest rows, those before `until` that come before any younger one, and that every sink was told.
 * What is left begins after a checkpoint, of which a sealed row tells. Gives how many were removed.
 */
export async function removeOldRows(
  { database, audit }: { database: Pick<Database, "query">; audit: AuditLog },
  transaction: InTransaction,
  until: Date,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  while (!signal.aborted) {
    const end = await endOfOld(database, until);
    if (end === null) break;
    removed += await transaction((tx) => removeTo(tx, audit, end, until));
  }
  return removed;
}

/** The last seal of the next part that may go. */
async function endOfOld(database: Pick<Database, "query">, until: Date): Promise<ChainPoint | null> {
  const [row] = await database.query<ChainPoint>(
    `with oldest as (
       select s.seq, s.hash, coalesce(a.time, s.sealed_at) < $1
         and s.seq <= coalesce((select min(k.seq) from platform_audit_sink k), s.seq) as may_go
       from platform_audit_seal s left join platform_audit a on a.id = s.audit_id order by s.seq limit ${batch}
     )
     select seq, hash from oldest
     where seq < coalesce((select min(seq) from oldest where not may_go), 9223372036854775807)
     order by seq desc limit 1`,
    [until],
  );
  return row ?? null;
}

async function removeTo(tx: Tx, audit: AuditLog, end: ChainPoint, until: Date): Promise<number> {
  await tx.query("select set_config('gennaker.audit_retention', 'on', true)");
  const gone = await tx.query(
    `with seals as (delete from platform_audit_seal where seq <= $1 returning audit_id)
     delete from platform_audit a using seals where a.id = seals.audit_id returning 1`,
    [end.seq],
  );
  await tx.query("insert into platform_audit_checkpoint (seq, hash, removed) values ($1, $2, $3)", [
    end.seq,
    end.hash,
    gone.length,
  ]);
  await audit.record(tx, {
    actor: { user: "system", roles: [], via: "system" },
    action: retentionAction,
    resource: "audit",
    application: null,
    reason: `older than ${until.toISOString()}`,
    after: { removed: gone.length, checkpoint: { seq: end.seq, hash: end.hash } },
  });
  return gone.length;
}
