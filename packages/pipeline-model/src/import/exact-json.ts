/** JSON as the language has it, with the source text of each value; TypeScript's library does not describe that yet. */
type ExactJson = {
  parse(text: string, reviver: (key: string, value: unknown, info: { source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
};
const exactJson = JSON as unknown as ExactJson;

/** Parses JSON so that `JSON.stringify` writes its numbers as they were written (`1.0`, integers above 2^53). */
export function parseAsWritten(text: string): unknown {
  return exactJson.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && String(value) !== source ? exactJson.rawJSON(source) : value,
  );
}

/** A number of another notation as JSON writes it, its digits kept where JSON can have them. */
export function numberAsWritten(value: number, source: string | undefined): unknown {
  const json = source !== undefined && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(source);
  return json && String(value) !== source ? exactJson.rawJSON(source) : value;
}
