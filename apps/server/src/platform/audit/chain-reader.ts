import type { ChainPoint, SealedRow } from "@gennaker/contract/audit/chain.ts";
import { noHash } from "@gennaker/contract/audit/chain.ts";
import type { Tx } from "../database/api.ts";
import { auditColumns, bounded } from "./rows.ts";

/** A seal with its row, or without where the row is gone. */
export type Sealed = ChainPoint & { auditId: number; digest: string; row: SealedRow | null };

type Joined = SealedRow & Omit<Sealed, "row"> & { found: boolean; bytes_before: unknown };

/** The next seals after a number, in order, with their rows: a part that fits into memory. Empty at the end. */
export async function readSealed(database: Pick<Tx, "query">, after: number): Promise<Sealed[]> {
  const columns = `s.seq, s.hash, s.digest, s.audit_id as "auditId", a.id is not null as found, ${auditColumns}`;
  const from = "platform_audit_seal s left join platform_audit a on a.id = s.audit_id where s.seq > $1";
  const rows = await database.query<Joined>(bounded(columns, from, "s.seq"), [after]);
  return rows.map(({ seq, hash, digest, auditId, found, bytes_before: _bytes, ...row }) => ({
    seq,
    hash,
    digest,
    auditId,
    row: found ? row : null,
  }));
}

export type Checkpoint = ChainPoint & { removed: number; time: Date };

export async function readCheckpoint(database: Pick<Tx, "query">): Promise<Checkpoint | null> {
  const [row] = await database.query<Checkpoint>(
    "select seq, hash, removed, made_at as time from platform_audit_checkpoint order by seq desc limit 1",
  );
  return row ?? null;
}

/** After what the chain begins: the last checkpoint, or nothing. */
export async function readStart(database: Pick<Tx, "query">): Promise<ChainPoint> {
  const checkpoint = await readCheckpoint(database);
  return checkpoint === null ? { seq: 0, hash: noHash } : { seq: checkpoint.seq, hash: checkpoint.hash };
}

export async function readHead(database: Pick<Tx, "query">): Promise<ChainPoint> {
  const [head] = await database.query<ChainPoint>("select seq, hash from platform_audit_head");
  return head ?? { seq: 0, hash: noHash };
}

export async function countWaiting(database: Pick<Tx, "query">): Promise<number> {
  const [row] = await database.query<{ count: number }>("select count(*) as count from platform_audit_pending");
  return row?.count ?? 0;
}
