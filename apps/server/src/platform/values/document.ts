import type { Json } from "@gennaker/contract/json.ts";

/**
 * JSON text that PostgreSQL accepts in a text column: U+0000 and lone surrogates stand as JSON escapes already
 * (`JSON.stringify` is well-formed), so hostile text can never abort a transaction.
 */
export function encodeDocument(value: Json): string {
  return JSON.stringify(value);
}

/** Text for a plain text column, where U+0000 cannot stand: it becomes U+FFFD, as do lone surrogates. */
export function encodeText(text: string): string {
  return text.replaceAll("\u0000", "\uFFFD").toWellFormed();
}
