import type { AuditLog, Denials } from "../platform/audit/api.ts";

/**
 * The same audit, with failed logins under names that are nobody's counted: anybody may try any number of them, from any
 * number of addresses. Those of people are few, since each shuts the name for longer.
 */
export function countedLogins(
  audit: AuditLog,
  denials: Pick<Denials, "note">,
  failed: (message: string) => void,
): AuditLog {
  return {
    ...audit,
    async record(tx, entry) {
      if (entry.action !== "login.failed" || entry.actor.user !== "anonymous") return audit.record(tx, entry);
      // Not awaited: whoever waits for a second connection while holding one can wait for ever.
      denials.note(entry).catch((error: unknown) => failed(`a failed login was not written: ${String(error)}`));
    },
  };
}
