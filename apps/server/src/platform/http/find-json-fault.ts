/** Where a text stops being JSON, and what would have gone there. Lines and columns count from 1. */
export type JsonFault = { line: number; column: number; found: string; expected: string };

class Fault extends Error {
  readonly at: number;
  readonly expected: string;

  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

const blank = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
// Everything but quotes, backslashes and control characters, or an escape.
const stringPart = /(?:[ !#-[\]-\uffff]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))/y;

/**
 * Reads JSON by RFC 8259 only to say where it breaks; null when it does not. The engine's own messages give no place
 * and quote the text, which may hold secrets. Recursion is as deep as the text is nested: limit that before.
 */
export function findJsonFault(text: string): JsonFault | null {
  try {
    const end = skip(text, readValue(text, 0));
    if (end < text.length) throw new Fault(end, "the end");
    return null;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const before = text.slice(0, error.at).split("\n");
    const character = text.codePointAt(error.at);
    const found = character === undefined ? "the end of the text" : nameOf(character);
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, found, expected: error.expected };
  }
}

function nameOf(character: number): string {
  return character < 32
    ? `a control character (U+${character.toString(16).toUpperCase().padStart(4, "0")})`
    : String.fromCodePoint(character);
}

function skip(text: string, at: number): number {
  return match(blank, text, at) ?? at;
}

/** The end of what the sticky expression finds at this place, or null. */
function match(expression: RegExp, text: string, at: number): number | null {
  expression.lastIndex = at;
  const found = expression.exec(text);
  return found === null ? null : at + found[0].length;
}

function readValue(text: string, from: number): number {
  const at = skip(text, from);
  const first = text[at];
  if (first === "{") return readList(text, at, "}", readMember);
  if (first === "[") return readList(text, at, "]", readValue);
  if (first === '"') return readString(text, at);
  const end = match(number, text, at) ?? match(word, text, at);
  if (end === null) throw new Fault(at, "a value");
  return end;
}

function readList(text: string, from: number, close: string, readItem: (text: string, at: number) => number): number {
  let at = skip(text, from + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skip(text, readItem(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ",") throw new Fault(at, `a comma or ${close}`);
    at += 1;
  }
}

function readMember(text: string, from: number): number {
  const at = skip(text, from);
  if (text[at] !== '"') throw new Fault(at, "a name in double quotes");
  const colon = skip(text, readString(text, at));
  if (text[colon] !== ":") throw new Fault(colon, "a colon");
  return readValue(text, colon + 1);
}

function readString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const end = match(stringPart, text, at);
    if (end !== null) at = end;
    else if (text[at] === '"') return at + 1;
    else
      throw new Fault(
        at,
        text[at] === "\\" ? "a valid escape" : text[at] === undefined ? "a closing quote" : "no bare control character",
      );
  }
}
