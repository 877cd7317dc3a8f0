import type { ExecutionsSearch, StatusFilter } from "../../routes/search.ts";

export const statusesOf: Record<StatusFilter, string> = {
  running: "NOT_STARTED,RUNNING,PAUSED,SUSPENDED,BUFFERED,REDIRECT",
  succeeded: "SUCCEEDED,SKIPPED",
  failed: "TERMINAL,CANCELED,STOPPED,FAILED_CONTINUE",
};

/** What the server is asked, from what the address says. */
export function toQuery(search: ExecutionsSearch): Record<string, string> {
  const { status, q, trigger, ...same } = search;
  return {
    ...same,
    ...(status ? { statuses: statusesOf[status] } : {}),
    ...(q ? { text: q } : {}),
    ...(trigger ? { triggerTypes: trigger } : {}),
  };
}

/** Fields that are typed, in the order of the form. */
export const typedFields = ["trigger", "user", "parameters", "artifact", "from", "until"] as const;
export type TypedField = (typeof typedFields)[number];

/** How many of the filters that are folded away are in use. */
export function foldedCount(search: ExecutionsSearch): number {
  return [...typedFields, "type" as const].filter((field) => search[field] !== undefined).length;
}

/** An ISO time as a `datetime-local` field has it, by the browser's clock; empty for none. */
export function toLocalField(iso: string | undefined): string {
  if (iso === undefined) return "";
  const time = new Date(iso);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The reverse; undefined for an empty or unreadable field. */
export function fromLocalField(text: string): string | undefined {
  const time = new Date(text);
  return text === "" || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The search with one field changed; an empty value takes the field out. */
export function withField<K extends keyof ExecutionsSearch>(
  search: ExecutionsSearch,
  field: K,
  value: string | undefined,
): ExecutionsSearch {
  const { [field]: _old, ...rest } = search;
  return value === undefined || value === "" ? rest : { ...rest, [field]: value };
}
