import type { Labels } from "../../samples/api.ts";
import type { ExpositionLimits } from "./types.ts";

/** Where the parser stands in the text; `end` is the end of the current line. Throws `Fault` on a syntax error. */
export type Cursor = { text: string; at: number; end: number };

/** A syntax error before the line number is known. */
export class Fault extends Error {}

const space = 32;
const tab = 9;
const quote = 34;
const backslash = 92;

export function skipBlanks(cursor: Cursor): void {
  while (cursor.at < cursor.end) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== space && code !== tab) return;
    cursor.at += 1;
  }
}

function isWordCode(code: number, first: boolean, colon: boolean): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    (!first && code >= 48 && code <= 57) ||
    (colon && code === 58)
  );
}

/** Reads `[a-zA-Z_:][a-zA-Z0-9_:]*` (no colon in label names); empty when none stands here. */
export function readWord(cursor: Cursor, colon: boolean): string {
  const start = cursor.at;
  while (cursor.at < cursor.end && isWordCode(cursor.text.charCodeAt(cursor.at), cursor.at === start, colon))
    cursor.at += 1;
  return cursor.text.slice(start, cursor.at);
}

/** Reads everything up to the next blank or the line's end. */
export function readToken(cursor: Cursor): string {
  const start = cursor.at;
  while (cursor.at < cursor.end) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === space || code === tab) break;
    cursor.at += 1;
  }
  return cursor.text.slice(start, cursor.at);
}

/** Reads a quoted text with the escapes `\\`, `\"` and `\n`; other escapes stay as they are, as Prometheus reads them. */
export function readQuoted(cursor: Cursor, longest: number): string {
  const { text, end } = cursor;
  if (text.charCodeAt(cursor.at) !== quote) throw new Fault(`expected a quoted text, found ${found(cursor)}`);
  const start = cursor.at + 1;
  let escaped = false;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) {
      escaped = true;
      at += 1;
      continue;
    }
    if (code !== quote) continue;
    if (at - start > longest)
      throw new Fault(`a label value has ${at - start} characters; at most ${longest} are allowed`);
    cursor.at = at + 1;
    const raw = text.slice(start, at);
    return escaped ? unescape(raw, true) : raw;
  }
  throw new Fault("a quoted text does not end on its line");
}

/** Resolves `\\`, `\n` and, in label values, `\"`. */
export function unescape(raw: string, quotes: boolean): string {
  return raw.replace(/\\(.)/g, (whole, letter: string) => {
    if (letter === "n") return "\n";
    if (letter === "\\") return "\\";
    return letter === '"' && quotes ? '"' : whole;
  });
}

/** Reads `{name="value", …}`; a bare quoted text inside the braces is the metric's own name (UTF-8 names). */
export function readLabels(cursor: Cursor, limits: ExpositionLimits): { labels: Labels; quotedName: string | null } {
  const labels: Record<string, string> = {};
  let count = 0;
  let quotedName: string | null = null;
  cursor.at += 1;
  for (;;) {
    skipBlanks(cursor);
    if (cursor.text[cursor.at] === "}" && cursor.at < cursor.end) break;
    const name =
      cursor.text.charCodeAt(cursor.at) === quote
        ? readQuoted(cursor, limits.labelValueCharacters)
        : readWord(cursor, false);
    if (name === "") throw new Fault(`expected a label name, found ${found(cursor)}`);
    skipBlanks(cursor);
    if (cursor.text[cursor.at] === "=" && cursor.at < cursor.end) {
      cursor.at += 1;
      skipBlanks(cursor);
      if (Object.hasOwn(labels, name)) throw new Fault(`the label ${name} stands twice`);
      count += 1;
      if (count > limits.labelsPerSample) throw new Fault(`a sample has more than ${limits.labelsPerSample} labels`);
      setLabel(labels, name, readQuoted(cursor, limits.labelValueCharacters));
    } else if (quotedName === null && count === 0) {
      quotedName = name;
    } else {
      throw new Fault(`expected "=" after the label name ${name}, found ${found(cursor)}`);
    }
    skipBlanks(cursor);
    if (cursor.text[cursor.at] === "," && cursor.at < cursor.end) cursor.at += 1;
    else if (cursor.text[cursor.at] !== "}" || cursor.at >= cursor.end)
      throw new Fault(`expected "," or "}", found ${found(cursor)}`);
  }
  cursor.at += 1;
  return { labels, quotedName };
}

/** Plain assignment to `__proto__` would change the prototype instead of setting a label. */
function setLabel(labels: Record<string, string>, name: string, value: string): void {
  if (name === "__proto__")
    Object.defineProperty(labels, name, { value, enumerable: true, writable: true, configurable: true });
  else labels[name] = value;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A Go float as both formats write it: decimal, `NaN`, `+Inf`, `-Inf`, in any case. */
export function readNumber(token: string): number {
  if (decimal.test(token)) return Number(token);
  const word = token.toLowerCase();
  if (word === "nan") return NaN;
  if (word === "inf" || word === "+inf" || word === "infinity" || word === "+infinity") return Infinity;
  if (word === "-inf" || word === "-infinity") return -Infinity;
  throw new Fault(token === "" ? "the value is missing" : `${JSON.stringify(token.slice(0, 40))} is no number`);
}

export function found(cursor: Cursor): string {
  return cursor.at >= cursor.end
    ? "the end of the line"
    : JSON.stringify(cursor.text.slice(cursor.at, Math.min(cursor.end, cursor.at + 20)));
}
