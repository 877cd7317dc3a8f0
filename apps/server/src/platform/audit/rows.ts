import type { AuditEntry } from "@gennaker/contract/resources/audit.ts";
import type { SealedRow } from "@gennaker/contract/audit/chain.ts";

/** What is read of a row `a` of the audit, in the names that seals and the own API use. */
export const auditColumns = `a.id, to_char(a.time at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time, a.actor,
  a.on_behalf_of as "onBehalfOf", a.via, a.credential, a.request_id as "requestId", a.address,
  a.user_agent as "userAgent", a.action, a.resource, a.application, a.outcome, a.count, a.reason,
  nullif(a.before, 'null') as before, nullif(a.after, 'null') as after`;

/** Rows that are read together: at most this many, and no more once their documents have this many bytes. */
const mostRows = 500;
const mostBytes = 4 * 1024 * 1024;

/** The statement of ordered rows `a`, cut to what is read together. `order` is a column of `from`. */
export function bounded(columns: string, from: string, order: string): string {
  return `select * from (
      select ${columns}, sum(coalesce(octet_length(a.before), 0) + coalesce(octet_length(a.after), 0))
        over (order by ${order} rows between unbounded preceding and 1 preceding) as bytes_before
      from ${from} order by ${order} limit ${mostRows}
    ) part where coalesce(bytes_before, 0) < ${mostBytes}`;
}

/** A row as the own API tells it. */
export function toEntry(row: SealedRow): AuditEntry {
  return { ...row, outcome: row.outcome as AuditEntry["outcome"], before: read(row.before), after: read(row.after) };
}

/** A document that somebody has changed past Gennaker may be no JSON any more; it is shown as it is. */
function read(document: string | null): unknown {
  if (document === null) return null;
  try {
    return JSON.parse(document) as unknown;
  } catch {
    return document;
  }
}
