import type { Json } from "@gennaker/contract/json.ts";
import { encodeDocument, encodeText } from "../values/document.ts";
import { redactSecrets } from "../values/redact.ts";
import type { AuditInput, AuditLog, AuditOutcome } from "./api.ts";

/** Writes audit rows beside the change they tell of; secrets are taken out of before and after. */
export function createAuditLog(): AuditLog {
  const recordAll: AuditLog["recordAll"] = async (tx, entries) => {
    if (entries.length === 0) return;
    const column = (of: (entry: AuditInput) => string | null | undefined) =>
      entries.map((entry) => plain(of(entry) ?? null));
    await tx.query(
      `with given as materialized (
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
           $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::int4[])
       ), written as (
         insert into platform_audit (actor, on_behalf_of, via, credential, request_id, address, user_agent, action,
           resource, application, reason, before, after, outcome, count)
         select * from given returning id
       )
       insert into platform_audit_pending select id from written`,
      [
        column(({ actor }) => actor.user),
        column(({ actor }) => actor.onBehalfOf),
        column(({ actor }) => actor.via),
        column(({ actor }) => actor.credential),
        column(({ actor }) => actor.requestId),
        column(({ actor }) => actor.address),
        column(({ actor }) => actor.userAgent),
        column(({ action }) => action),
        column(({ resource }) => resource),
        column(({ application }) => application),
        column(({ reason }) => reason),
        entries.map(({ before }) => document(before)),
        entries.map(({ after }) => document(after)),
        column(({ action, outcome }) => outcome ?? outcomeOf(action)),
        entries.map(({ count }) => count ?? 1),
      ],
    );
  };
  return { record: (tx, entry) => recordAll(tx, [entry]), recordAll };
}

function outcomeOf(action: string): AuditOutcome {
  if (action.endsWith(".denied")) return "denied";
  return action.endsWith(".failed") ? "failed" : "done";
}

function plain(text: string | null): string | null {
  return text === null ? null : encodeText(text);
}

function document(value: Json | undefined): string | null {
  return value === undefined || value === null ? null : encodeDocument(redactSecrets(value));
}
