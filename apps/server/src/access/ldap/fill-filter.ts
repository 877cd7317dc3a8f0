/**
 * A filter with its placeholders filled in. Values are escaped (RFC 4515), so that a name with `*` or parentheses stays a
 * name; what there is no value for becomes empty and matches nothing.
 */
export function fillFilter(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([A-Za-z][\w;-]*)\}/g, (_all, name: string) =>
    escapeValue(Object.hasOwn(values, name) ? (values[name] ?? "") : ""),
  );
}

function escapeValue(value: string): string {
  return value.replace(/[\\*()\0]/g, (sign) => `\\${sign.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** One filter that finds whatever any of them finds. */
export function anyOf(filters: readonly string[]): string {
  return filters.length === 1 ? (filters[0] ?? "") : `(|${filters.join("")})`;
}
