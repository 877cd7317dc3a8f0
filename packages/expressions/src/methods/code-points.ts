import { evaluationError } from "../errors.ts";
import { int } from "../numbers.ts";
import type { Body } from "../overload.ts";
import type { Value } from "../values.ts";
import { intArg, textArg } from "./common.ts";

function checkedIndex(index: number, from: number, to: number): number {
  if (index < from || index > to)
    throw evaluationError(`There is no position ${index}; it must lie in ${from} to ${to}`);
  return index;
}

/** UTF-16 position reached after moving by some code points. */
function offsetBy(text: string, start: number, count: number): number {
  let at = checkedIndex(start, 0, text.length);
  for (let left = Math.abs(count); left > 0; left -= 1) {
    if (count > 0) {
      if (at >= text.length) throw evaluationError("The text has fewer characters than that");
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    } else {
      if (at <= 0) throw evaluationError("The text has fewer characters than that");
      at -= at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
    }
  }
  return at;
}

function region(self: string, ignoreCase: boolean, args: readonly Value[]): boolean {
  const [start, other, otherStart, length] = [intArg(args, 0), textArg(args, 1), intArg(args, 2), intArg(args, 3)];
  if (start < 0 || otherStart < 0 || start > self.length - length || otherStart > other.length - length) return false;
  const [a, b] = [self.slice(start, start + length), other.slice(otherStart, otherStart + length)];
  return a === b || (ignoreCase && a.toUpperCase().toLowerCase() === b.toUpperCase().toLowerCase());
}

/** Methods of texts that count code points or compare parts. */
export const CODE_POINTS: Record<string, Body<string>> = {
  "codePointBefore(int)": (self, args) => {
    const index = checkedIndex(intArg(args, 0), 1, self.length);
    const wide = index > 1 ? (self.codePointAt(index - 2) ?? 0) : 0;
    return int(wide > 0xffff ? wide : self.charCodeAt(index - 1));
  },
  "codePointCount(int,int)": (self, args) => {
    const from = checkedIndex(intArg(args, 0), 0, self.length);
    return int(Array.from(self.slice(from, checkedIndex(intArg(args, 1), from, self.length))).length);
  },
  "offsetByCodePoints(int,int)": (self, args) => int(offsetBy(self, intArg(args, 0), intArg(args, 1))),
  "regionMatches(int,String,int,int)": (self, args) => region(self, false, args),
  "regionMatches(boolean,int,String,int,int)": (self, args) => region(self, args[0] === true, args.slice(1)),
};

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["s", " "],
  ["t", "\t"],
  ["'", "'"],
  ['"', '"'],
  ["\\", "\\"],
  ["\n", ""],
  ["\r", ""],
]);

/** Java's escapes in a text: `\n`, `\t`, octal numbers and an escaped end of line. */
export function translateEscapes(text: string): string {
  return text.replaceAll(/\\(?:([0-3]?[0-7]{1,2})|(\r\n|[^])|$)/g, (_all, octal?: string, letter?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    const found = letter === "\r\n" ? "" : ESCAPES.get(letter ?? "");
    if (found === undefined) throw evaluationError("The text has an escape that is not known");
    return found;
  });
}
