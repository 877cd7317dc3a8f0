import type { Json } from "@gennaker/contract/json.ts";
import { encodeDocument } from "../values/document.ts";
import { redactSecrets } from "../values/redact.ts";
import type { AuditLog } from "./api.ts";

/** Writes audit rows beside the change they tell of; secrets are taken out of before and after. */
export function createAuditLog(): AuditLog {
  return {
    async record(tx, entry) {
      await tx.query(
        `insert into platform_audit (actor, on_behalf_of, via, request_id, address, user_agent, action, resource, application, reason, before, after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          entry.actor.user,
          entry.actor.onBehalfOf ?? null,
          entry.actor.via,
          entry.actor.requestId ?? null,
          entry.actor.address ?? null,
          entry.actor.userAgent ?? null,
          entry.action,
          entry.resource,
          entry.application,
          entry.reason ?? null,
          document(entry.before),
          document(entry.after),
        ],
      );
    },
  };
}

function document(value: Json | undefined): string | null {
  return value === undefined ? null : encodeDocument(redactSecrets(value));
}
