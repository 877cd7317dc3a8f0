import type { CharTest } from "./regex-ast.ts";
import { classOf, not } from "./regex-chars.ts";
import { readEscapedCode } from "./regex-escape.ts";
import { peek, readProperty, skipComments, wrong } from "./regex-cursor.ts";
import type { RegexCursor } from "./regex-cursor.ts";

/** `[…]` with ranges, nested classes and `&&`; the cursor stands on the bracket. */
export function parseClass(cursor: RegexCursor): CharTest {
  cursor.depth += 1;
  if (cursor.depth > 100) throw wrong(cursor, "the classes are nested too deeply");
  cursor.at += 1;
  const negative = peek(cursor) === "^";
  if (negative) cursor.at += 1;
  const sides: CharTest[][] = [[]];
  let first = true;
  for (;;) {
    skipComments(cursor);
    const char = peek(cursor);
    if (char === "") throw wrong(cursor, "a class of characters is not closed");
    if (char === "]" && !first) break;
    first = false;
    if (cursor.source.startsWith("&&", cursor.at)) {
      while (peek(cursor) === "&") cursor.at += 1;
      sides.push([]);
    } else {
      sides.at(-1)?.push(member(cursor, char));
    }
  }
  cursor.at += 1;
  cursor.depth -= 1;
  const filled = sides.filter((tests) => tests.length > 0);
  if (filled.length === 0) throw wrong(cursor, "a class of characters is empty");
  const test: CharTest = (code) => filled.every((tests) => tests.some((one) => one(code)));
  return negative ? not(test) : test;
}

function member(cursor: RegexCursor, char: string): CharTest {
  if (char === "[") return parseClass(cursor);
  if (cursor.source.startsWith("\\Q", cursor.at)) return quotedMember(cursor);
  if (char === "\\") {
    const letter = cursor.source.charAt(cursor.at + 1);
    const known = classOf(letter);
    if (known !== undefined) {
      cursor.at += 2;
      return known;
    }
    if (letter === "p" || letter === "P") return readProperty(cursor);
  }
  const from = readCode(cursor);
  const following = cursor.source.charAt(cursor.at + 1);
  if (peek(cursor) !== "-" || following === "" || following === "]" || following === "[")
    return (code) => code === from;
  cursor.at += 1;
  const to = readCode(cursor);
  if (to < from) throw wrong(cursor, "a range of characters runs backwards");
  return (code) => code >= from && code <= to;
}

function quotedMember(cursor: RegexCursor): CharTest {
  const end = cursor.source.indexOf("\\E", cursor.at);
  if (end < 0) throw wrong(cursor, "a class of characters is not closed");
  const codes = new Set(Array.from(cursor.source.slice(cursor.at + 2, end), (char) => char.codePointAt(0)));
  cursor.at = end + 2;
  return (code) => codes.has(code);
}

function readCode(cursor: RegexCursor): number {
  if (peek(cursor) === "\\") return readEscapedCode(cursor);
  const code = cursor.source.codePointAt(cursor.at) ?? 0;
  cursor.at += code > 0xffff ? 2 : 1;
  return code;
}
