import { wrong } from "./regex-cursor.ts";
import type { RegexCursor } from "./regex-cursor.ts";

const SIMPLE: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** The code point of `\t`, `\x41`, `\u0041`, `\cA`, `\0101` or an escaped sign; moves past it. */
export function readEscapedCode(cursor: RegexCursor): number {
  const rest = cursor.source.slice(cursor.at + 1);
  const letter = rest.charAt(0);
  const simple = SIMPLE[letter];
  const take = (length: number, code: number): number => {
    cursor.at += 1 + length;
    return code;
  };
  if (simple !== undefined) return take(1, simple);
  const hexadecimal = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/.exec(rest);
  if (hexadecimal !== null) {
    const code = Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? hexadecimal[3] ?? "", 16);
    if (code <= 0x10ffff) return take(hexadecimal[0].length, code);
  }
  const octal = /^0([0-3][0-7]{2}|[0-7]{1,2})/.exec(rest);
  if (octal !== null) return take(octal[0].length, Number.parseInt(octal[1] ?? "0", 8));
  if (letter === "c" && rest.length > 1) return take(2, rest.charCodeAt(1) ^ 64);
  if (letter === "" || /[a-zA-Z0-9]/.test(letter)) throw wrong(cursor, "the escape is not known");
  const code = rest.codePointAt(0) ?? 0;
  return take(code > 0xffff ? 2 : 1, code);
}
