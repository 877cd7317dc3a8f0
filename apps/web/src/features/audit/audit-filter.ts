import type { AuditSearch } from "../../routes/search.ts";

/** Fields that are typed, in the order of the form. */
export const typedFields = ["actor", "action", "resource", "application", "from", "until"] as const;
export type TypedField = (typeof typedFields)[number];

/** What the server is asked, from what the address says. */
export function toQuery(search: AuditSearch): Record<string, string> {
  const { q, until, ...same } = search;
  return { ...same, ...(q ? { text: q } : {}), ...(until ? { to: until } : {}) };
}

/** The address of the export of what the filter lets through. */
export function exportAddress(search: AuditSearch): string {
  const query = new URLSearchParams(toQuery(search)).toString();
  return `/api/v1/audit/export${query === "" ? "" : `?${query}`}`;
}

/** The search with these fields; empty ones are left out. */
export function withFields(
  search: AuditSearch,
  fields: Partial<Record<keyof AuditSearch, string | undefined>>,
): AuditSearch {
  const all = Object.entries({ ...search, ...fields }).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(all) as AuditSearch;
}
