import type { Explanation } from "@gennaker/contract/resources/common.ts";

type Details = Record<string, unknown>;

/** Explanations of one language by code. A translation that cannot carry the server's figures says so with `partly`. */
export type Explanations = Record<string, { text: string | ((details: Details) => string | null); partly?: boolean }>;

export type Explained = {
  text: string;
  /** The server's English sentence, where the translation does not carry all of it; else null. */
  original: string | null;
};

/** An explanation in the reader's language: by its code where known, else the server's own sentence. */
export function explain(table: Explanations, explanation: Explanation): Explained {
  const entry = Object.hasOwn(table, explanation.code) ? table[explanation.code] : undefined;
  if (entry === undefined) return { text: explanation.message, original: null };
  const text = typeof entry.text === "string" ? entry.text : entry.text(explanation.details ?? {});
  if (text === null) return { text: explanation.message, original: null };
  return { text, original: entry.partly === true ? explanation.message : null };
}

/** `determineTargetServerGroups` → `Determine target server groups`. */
export function wordsOfName(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim();
  const lower = words.replace(/\b[A-Z][a-z]+/g, (word) => word.toLowerCase());
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
