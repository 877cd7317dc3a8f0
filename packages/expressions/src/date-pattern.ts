import { evaluationError } from "./errors.ts";

export type Piece = { readonly letter: string; readonly count: number } | { readonly literal: string };

const KNOWN = "GyYMLdDEuaHkKhmsSzZXwWF";

/** Splits a `SimpleDateFormat` pattern: letters repeat, quotes hold text, two quotes are one. */
export function parseDatePattern(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < pattern.length) {
    const letter = pattern.charAt(at);
    if (letter === "'") {
      const end = quoteEnd(pattern, at);
      pieces.push({ literal: end === at + 1 ? "'" : pattern.slice(at + 1, end).replaceAll("''", "'") });
      at = end + 1;
    } else if (/[a-zA-Z]/.test(letter)) {
      if (!KNOWN.includes(letter)) throw evaluationError(`The date pattern has the unknown letter '${letter}'`);
      let end = at;
      while (pattern.charAt(end) === letter) end += 1;
      if (letter === "X" && end - at > 3) throw evaluationError("The date pattern has more than three times 'X'");
      pieces.push({ letter, count: end - at });
      at = end;
    } else {
      pieces.push({ literal: letter });
      at += 1;
    }
  }
  return pieces;
}

function quoteEnd(pattern: string, start: number): number {
  for (let end = pattern.indexOf("'", start + 1); end >= 0; end = pattern.indexOf("'", end + 2)) {
    if (end === start + 1 || pattern.charAt(end + 1) !== "'") return end;
  }
  throw evaluationError("The date pattern has a quote without end");
}
