import type { Json } from "@gennaker/contract/json.ts";
import { encodeDocument } from "../values/document.ts";
import { redactSecrets } from "../values/redact.ts";
import type { AuditInput, AuditLog } from "./api.ts";

/** Writes audit rows beside the change they tell of; secrets are taken out of before and after. */
export function createAuditLog(): AuditLog {
  const recordAll: AuditLog["recordAll"] = async (tx, entries) => {
    if (entries.length === 0) return;
    const column = (of: (entry: AuditInput) => string | null | undefined) => entries.map((entry) => of(entry) ?? null);
    await tx.query(
      `insert into platform_audit (actor, on_behalf_of, via, request_id, address, user_agent, action, resource, application, reason, before, after)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::text[], $11::text[], $12::text[])`,
      [
        column(({ actor }) => actor.user),
        column(({ actor }) => actor.onBehalfOf),
        column(({ actor }) => actor.via),
        column(({ actor }) => actor.requestId),
        column(({ actor }) => actor.address),
        column(({ actor }) => actor.userAgent),
        column(({ action }) => action),
        column(({ resource }) => resource),
        column(({ application }) => application),
        column(({ reason }) => reason),
        column(({ before }) => document(before)),
        column(({ after }) => document(after)),
      ],
    );
  };
  return { record: (tx, entry) => recordAll(tx, [entry]), recordAll };
}

function document(value: Json | undefined): string | null {
  return value === undefined ? null : encodeDocument(redactSecrets(value));
}
