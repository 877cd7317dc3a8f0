import { hash } from "node:crypto";

/** What comes before the first seal. */
export const noHash = "0".repeat(64);

/** A place of the chain: the number of a seal and its hash. */
export type ChainPoint = { seq: number; hash: string };

/** What a seal covers: every field of an audit row. `time` has microseconds; `before` and `after` are JSON texts. */
export type SealedRow = {
  id: number;
  time: string;
  actor: string;
  onBehalfOf: string | null;
  via: string;
  credential: string | null;
  requestId: string | null;
  address: string | null;
  userAgent: string | null;
  action: string;
  resource: string;
  application: string | null;
  outcome: string;
  count: number;
  reason: string | null;
  before: string | null;
  after: string | null;
};

/** The digest of a row: SHA-256, in hexadecimal, of its fields as a JSON array in this order. */
export function digestOf(row: SealedRow): string {
  const fields = [
    "gennaker.audit/1",
    row.id,
    row.time,
    row.actor,
    row.onBehalfOf,
    row.via,
    row.credential,
    row.requestId,
    row.address,
    row.userAgent,
    row.action,
    row.resource,
    row.application,
    row.outcome,
    row.count,
    row.reason,
    row.before,
    row.after,
  ];
  return hash("sha256", JSON.stringify(fields), "hex");
}

/** The hash of a seal: SHA-256 of the hash before, the seal's number and the row's digest, each on a line. */
export function link(before: string, seq: number, digest: string): string {
  return hash("sha256", `${before}\n${seq}\n${digest}`, "hex");
}
