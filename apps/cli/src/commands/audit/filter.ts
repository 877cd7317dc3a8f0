import type { AuditFilter } from "@gennaker/contract/resources/audit.ts";
import { auditOutcomes } from "@gennaker/contract/resources/audit.ts";
import { usageError } from "../../errors.ts";
import type { FilterFlags } from "./filter-flags.ts";

/** The query of the flags. Throws a usage error for what cannot be read. */
export function filterOf(flags: FilterFlags, now: number): AuditFilter {
  const { application, resource, actor, action, outcome, from, to, text } = flags;
  const known = auditOutcomes.find((each) => each === outcome);
  if (outcome !== undefined && known === undefined)
    throw usageError(`"${outcome}" is no outcome. Choose ${auditOutcomes.join(", ")}.`, ["gennaker audit list --help"]);
  const given = {
    application,
    resource,
    actor,
    action,
    outcome: known,
    from: from === undefined ? undefined : readTime(from, now),
    to: to === undefined ? undefined : readTime(to, now),
    text,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as AuditFilter;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as ISO 8601 in UTC. */
export function readTime(text: string, now: number): string {
  const [, count, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * (units[unit] ?? 0)).toISOString();
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw usageError(`"${text}" is no time. Write 2026-05-04, 2026-05-04T10:20:30Z, or 7d for seven days ago.`, [
      "gennaker audit list --from 7d",
    ]);
  return time.toISOString();
}
