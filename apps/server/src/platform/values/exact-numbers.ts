/** What a number becomes that reads differently when it is written again: its own text. */
type RawNumber = { readonly rawJSON: string };
type RawJson = {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};
const json = JSON as unknown as RawJson;

/** Only a performance gate: a text without any of these has no number that would change. It may match inside strings. */
const suspicious = /(?:^|[[,:])\s*(?:-0(?![.\d])|-?(?:[\d.]{16}|\d+(?:\.\d+)?[eE]|\d+\.\d*0(?!\d)|0\.0{6}))/;

/** True when the text may hold numbers that a double does not print as they are written (`1.0`, `1e3`, above 2^53). */
export function mayHoldExactNumbers(text: string): boolean {
  return suspicious.test(text);
}

/**
 * Parses JSON so that `JSON.stringify` gives its numbers back as they are written. Those that a double would print
 * otherwise become opaque tokens: the result is for writing, not for reading.
 */
export function parseExact(text: string): unknown {
  if (!mayHoldExactNumbers(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? json.rawJSON(source) : value,
  );
}

/**
 * `document` as JSON text, with each number that still stands where `received` has it written as it was received. So
 * everything may work with plain numbers in between, and an integer above 2^53 is stored as it came.
 */
export function stringifyExact(document: unknown, received: string): string {
  if (!mayHoldExactNumbers(received)) return JSON.stringify(document);
  return JSON.stringify(restore(document, parseExact(received)));
}

function restore(value: unknown, exact: unknown): unknown {
  if (json.isRawJSON(exact)) return Object.is(Number(exact.rawJSON), value) ? exact : value;
  if (Array.isArray(value))
    return Array.isArray(exact) ? value.map((item, index) => restore(item, exact[index])) : value;
  if (!isRecord(value) || !isRecord(exact)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, Object.hasOwn(exact, key) ? restore(inner, exact[key]) : inner]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
