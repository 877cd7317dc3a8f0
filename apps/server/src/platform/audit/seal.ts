import { digestOf, link } from "@gennaker/contract/audit/chain.ts";
import type { ChainPoint, SealedRow } from "@gennaker/contract/audit/chain.ts";
import type { Tx } from "../database/api.ts";
import { auditColumns, bounded } from "./rows.ts";

/**
 * Seals a part of what waits in the caller's transaction. Rows are sealed as they become visible, so a
 * transaction that commits late is sealed late, and no change ever waits for the chain. Null when nothing waits.
 */
export async function sealBatch(tx: Tx): Promise<(ChainPoint & { rows: number }) | null> {
  const [head] = await tx.query<ChainPoint>("select seq, hash from platform_audit_head for update");
  if (head === undefined) throw new Error("the head of the audit's chain is missing (platform_audit_head)");
  const rows = await tx.query<SealedRow>(
    bounded(auditColumns, "platform_audit_pending p join platform_audit a on a.id = p.audit_id", "p.audit_id"),
  );
  if (rows.length === 0) return null;
  let { seq, hash } = head;
  const seals = rows.map((row) => {
    const digest = digestOf(row);
    seq += 1;
    hash = link(hash, seq, digest);
    return { seq, id: row.id, digest, hash };
  });
  await tx.query(
    `insert into platform_audit_seal (seq, audit_id, digest, hash)
     select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])`,
    [
      seals.map((seal) => seal.seq),
      seals.map((seal) => seal.id),
      seals.map((seal) => seal.digest),
      seals.map((seal) => seal.hash),
    ],
  );
  await tx.query("update platform_audit_head set seq = $1, hash = $2", [seq, hash]);
  await tx.query("delete from platform_audit_pending where audit_id = any($1::bigint[])", [seals.map(({ id }) => id)]);
  return { seq, hash, rows: rows.length };
}

export async function anythingWaits(database: Pick<Tx, "query">): Promise<boolean> {
  return (await database.query("select 1 from platform_audit_pending limit 1")).length > 0;
}
