import type { ChainPoint } from "@gennaker/contract/audit/chain.ts";
import { digestOf } from "@gennaker/contract/audit/chain.ts";
import type { Finding } from "@gennaker/contract/audit/check-chain.ts";
import { createChainCheck } from "@gennaker/contract/audit/check-chain.ts";
import { retentionAction } from "@gennaker/contract/audit/export-lines.ts";
import type { AuditVerification } from "@gennaker/contract/resources/audit.ts";
import type { Database, Tx } from "../database/api.ts";
import type { Sealed } from "./chain-reader.ts";
import { countWaiting, readHead, readSealed, readStart } from "./chain-reader.ts";

const mostNamed = 200;

/**
 * Reads the whole chain in one snapshot and compares it with the rows. Finds rows that were changed, removed, put in or
 * moved past Gennaker. A chain that somebody computed anew from end to end fits itself: `told` are points that were kept
 * elsewhere, and only those find it.
 */
export async function verifyAudit(
  database: Pick<Database, "transaction">,
  told: readonly ChainPoint[],
  signal?: AbortSignal,
): Promise<AuditVerification> {
  return await database.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    const start = await readStart(tx);
    const check = createChainCheck(start, told);
    let checkpointTold = start.seq === 0;
    for (let after = 0; ;) {
      signal?.throwIfAborted();
      const sealed = await readSealed(tx, after);
      for (const each of sealed) {
        check.add({
          seq: each.seq,
          hash: each.hash,
          id: each.auditId,
          sealed: each.digest,
          digest: each.row === null ? null : digestOf(each.row),
        });
        checkpointTold ||= tells(each, start);
      }
      const last = sealed.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
    const waiting = await countWaiting(tx);
    const result = check.end(await readHead(tx));
    const findings = [...result.findings, ...(await unsealed(tx))];
    if (!checkpointTold && waiting === 0) findings.push(untold(start));
    return {
      intact: findings.length === 0,
      checked: result.checked,
      waiting,
      start: { seq: start.seq, hash: start.hash },
      head: result.head,
      findings,
    };
  });
}

/** Whether a sealed row tells of the checkpoint that the chain begins with. */
function tells({ row }: Sealed, start: ChainPoint): boolean {
  if (row === null || row.action !== retentionAction || row.after === null) return false;
  return row.after.includes(`"seq":${start.seq},"hash":"${start.hash}"`);
}

function untold({ seq }: ChainPoint): Finding {
  const text = `The chain begins after seal ${seq}, but no sealed row tells that retention has removed what was before.`;
  return { kind: "removed", seq, id: null, text };
}

/** Rows that were never given to be sealed, and rows that waited for their seal and are gone. */
async function unsealed(tx: Tx): Promise<Finding[]> {
  const inserted = await tx.query<{ id: number }>(
    `select a.id from platform_audit a
     where not exists (select 1 from platform_audit_seal s where s.audit_id = a.id)
       and not exists (select 1 from platform_audit_pending p where p.audit_id = a.id)
     order by a.id limit ${mostNamed}`,
  );
  const removed = await tx.query<{ id: number }>(
    `select p.audit_id as id from platform_audit_pending p
     where not exists (select 1 from platform_audit a where a.id = p.audit_id) order by 1 limit ${mostNamed}`,
  );
  return [
    ...inserted.map(({ id }): Finding => {
      return {
        kind: "inserted",
        seq: null,
        id,
        text: `Row ${id} was put in past Gennaker: it was never given to be sealed.`,
      };
    }),
    ...removed.map(({ id }): Finding => {
      return { kind: "removed", seq: null, id, text: `Row ${id} was removed before it was sealed.` };
    }),
  ];
}
