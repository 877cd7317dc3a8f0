import { evaluationError } from "./errors.ts";
import type { CharTest } from "./regex-ast.ts";
import { not, property } from "./regex-chars.ts";

export type Flags = { i: boolean; m: boolean; s: boolean; x: boolean; d: boolean; u: boolean };

/** Where the parser stands. Changing the flags makes a new object, so that a group can restore its own. */
export type RegexCursor = {
  readonly source: string;
  at: number;
  flags: Flags;
  groups: number;
  depth: number;
  plain: boolean;
  readonly names: Map<string, number>;
};

export const wrong = (cursor: RegexCursor, why: string): Error =>
  evaluationError(`The regular expression is wrong at position ${cursor.at}: ${why}`);

export const peek = (cursor: RegexCursor): string => cursor.source.charAt(cursor.at);

/** With the flag x, blanks and comments mean nothing. */
export function skipComments(cursor: RegexCursor): void {
  while (cursor.flags.x && /[\s#]/.test(peek(cursor))) {
    if (peek(cursor) === "#") while (cursor.at < cursor.source.length && peek(cursor) !== "\n") cursor.at += 1;
    else cursor.at += 1;
  }
}

/** `\p{Name}` or `\pL`, with `P` for everything else. */
export function readProperty(cursor: RegexCursor): CharTest {
  const match = /^\\([pP])(?:\{(\^?[^}]*)\}|(.))/su.exec(cursor.source.slice(cursor.at));
  if (match === null) throw wrong(cursor, "the name of the property is missing");
  cursor.at += match[0].length;
  cursor.plain = false;
  const test = property(match[2] ?? match[3] ?? "");
  return match[1] === "P" ? not(test) : test;
}
