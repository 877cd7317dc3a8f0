import { compareTexts } from "../compare.ts";
import { evaluationError } from "../errors.ts";
import { int } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import { matchesWhole, replacePattern, splitPattern } from "../patterns.ts";
import { readGetter } from "../properties.ts";
import type { Session } from "../session.ts";
import { formatText } from "../format-text.ts";
import { array, char } from "../values.ts";
import type { Value } from "../values.ts";
import { CODE_POINTS, translateEscapes } from "./code-points.ts";
import { intArg, textArg } from "./common.ts";

/** A new text, refused if too long. */
function made(text: string, { budget }: Session): string {
  budget.text(text.length);
  return text;
}

function cut(text: string, from: number, to: number): string {
  if (from < 0 || to > text.length || from > to) {
    throw evaluationError(`There is no part from ${from} to ${to} in a text of ${text.length} characters`);
  }
  return text.slice(from, to);
}

function at(text: string, index: number): string {
  if (index < 0 || index >= text.length)
    throw evaluationError(`There is no character ${index} in a text of ${text.length}`);
  return text.charAt(index);
}

function replaceLiteral(text: string, from: string, to: string, session: Session): string {
  session.budget.text(text.length);
  const parts = text.split(from);
  const length = text.length + (parts.length - 1) * (to.length - from.length) + (from === "" ? 2 * to.length : 0);
  session.budget.text(Math.max(length, 0));
  return text.replaceAll(from, () => to);
}

// Java strips characters up to the blank with trim(), and Unicode white space with strip().
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 32) from += 1;
  while (to > from && text.charCodeAt(to - 1) <= 32) to -= 1;
  return text.slice(from, to);
}

const scan = (text: string, { budget }: Session): string => {
  budget.charge(1 + (text.length >> 4));
  return text;
};

const search = (self: string, part: string, from: number, session: Session): Value =>
  int(scan(self, session).indexOf(part, from));

const codeText = (code: number): string => (code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "");

/** Java searches an empty text only up to the text's end, and a negative start as zero. */
const lastIndex = (self: string, part: string, from: number, session: Session): Value =>
  int(from < 0 ? -1 : scan(self, session).lastIndexOf(part, from));

const indexOfCode = (self: string, code: number, from: number, session: Session): Value =>
  codeText(code) === "" ? int(-1) : search(self, codeText(code), from, session);
const lastIndexOfCode = (self: string, code: number, from: number, session: Session): Value =>
  codeText(code) === "" ? int(-1) : lastIndex(self, codeText(code), from, session);

const strings = (parts: readonly string[]): Value => array("java.lang.String", [...parts]);

const bytesOf: Body<string> = (self, args) => {
  const charset = args[0] ?? null;
  if (args.length > 0 && charset === null) throw evaluationError("A character set is needed here, not null");
  const name = typeof charset === "string" ? charset.toUpperCase() : "UTF-8";
  if (name !== "UTF-8" && name !== "UTF8" && name !== "US-ASCII")
    throw evaluationError("Only the character set UTF-8 is known here");
  return readGetter(self, "bytes") ?? null;
};

/** Methods of texts: those of `java.lang.String` whose results pipelines may see. */
export const STRING_METHODS = methodTable<string>({
  ...CODE_POINTS,
  "charAt(int)": (self, args) => char(at(self, intArg(args, 0))),
  "codePointAt(int)": (self, args) =>
    int(at(self, intArg(args, 0)) === "" ? 0 : (self.codePointAt(intArg(args, 0)) ?? 0)),
  "compareTo(String)": (self, args) => int(difference(self, textArg(args, 0))),
  "compareToIgnoreCase(String)": (self, args) => int(difference(fold(self), fold(textArg(args, 0)))),
  "concat(String)": (self, args, session) => made(self + textArg(args, 0), session),
  "contains(CharSequence)": (self, args, session) => scan(self, session).includes(textArg(args, 0)),
  "contentEquals(CharSequence)": (self, args) => self === textArg(args, 0),
  "endsWith(String)": (self, args) => self.endsWith(textArg(args, 0)),
  "equalsIgnoreCase(String)": (self, [other = null]) => typeof other === "string" && fold(self) === fold(other),
  "formatted(Object...)": (self, args, session) => formatText(self, args, session),
  "getBytes()": bytesOf,
  "getBytes(String)": bytesOf,
  "getBytes(Charset)": bytesOf,
  "indent(int)": (self, args, session) => made(indent(self, intArg(args, 0)), session),
  "indexOf(String)": (self, args, session) => search(self, textArg(args, 0), 0, session),
  "indexOf(String,int)": (self, args, session) => search(self, textArg(args, 0), intArg(args, 1), session),
  "indexOf(int)": (self, args, session) => indexOfCode(self, intArg(args, 0), 0, session),
  "indexOf(int,int)": (self, args, session) => indexOfCode(self, intArg(args, 0), intArg(args, 1), session),
  "intern()": (self) => self,
  "isBlank()": (self) => self.trim() === "",
  "isEmpty()": (self) => self === "",
  "lastIndexOf(String)": (self, args, session) => lastIndex(self, textArg(args, 0), self.length, session),
  "lastIndexOf(String,int)": (self, args, session) => lastIndex(self, textArg(args, 0), intArg(args, 1), session),
  "lastIndexOf(int)": (self, args, session) => lastIndexOfCode(self, intArg(args, 0), self.length, session),
  "lastIndexOf(int,int)": (self, args, session) => lastIndexOfCode(self, intArg(args, 0), intArg(args, 1), session),
  "length()": (self) => int(self.length),
  "matches(String)": (self, args, session) => matchesWhole(textArg(args, 0), self, session),
  "repeat(int)": (self, args, session) => {
    const count = intArg(args, 0);
    if (count < 0) throw evaluationError(`A text cannot be repeated ${count} times`);
    session.budget.text(self.length * count);
    return self.repeat(count);
  },
  "replace(char,char)": (self, args, session) => replaceLiteral(self, textArg(args, 0), textArg(args, 1), session),
  "replace(CharSequence,CharSequence)": (self, args, session) =>
    replaceLiteral(self, textArg(args, 0), textArg(args, 1), session),
  "replaceAll(String,String)": (self, args, session) =>
    replacePattern(self, textArg(args, 0), textArg(args, 1), true, session),
  "replaceFirst(String,String)": (self, args, session) =>
    replacePattern(self, textArg(args, 0), textArg(args, 1), false, session),
  "split(String)": (self, args, session) => strings(splitPattern(self, textArg(args, 0), 0, session)),
  "split(String,int)": (self, args, session) => strings(splitPattern(self, textArg(args, 0), intArg(args, 1), session)),
  "startsWith(String)": (self, args) => self.startsWith(textArg(args, 0)),
  "startsWith(String,int)": (self, args) =>
    intArg(args, 1) >= 0 && intArg(args, 1) <= self.length && self.startsWith(textArg(args, 0), intArg(args, 1)),
  "strip()": (self) => self.trim(),
  "stripIndent()": (self, _args, session) => made(stripIndent(self), session),
  "stripLeading()": (self) => self.trimStart(),
  "stripTrailing()": (self) => self.trimEnd(),
  "substring(int)": (self, args) => cut(self, intArg(args, 0), self.length),
  "substring(int,int)": (self, args) => cut(self, intArg(args, 0), intArg(args, 1)),
  "toCharArray()": (self, _args, session) => {
    session.budget.charge(self.length);
    return array("char", self.split("").map(char));
  },
  "toLowerCase()": (self, _args, session) => made(self.toLowerCase(), session),
  "toUpperCase()": (self, _args, session) => made(self.toUpperCase(), session),
  "translateEscapes()": (self) => translateEscapes(self),
  "trim()": (self, _args, session) => trim(scan(self, session)),
});

/** Java folds case through upper and then lower case. */
const fold = (text: string): string => text.toUpperCase().toLowerCase();

/** `String.compareTo` gives the difference of the first unlike characters, else of the lengths. */
function difference(left: string, right: string): number {
  if (compareTexts(left, right) === 0) return 0;
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const distance = left.charCodeAt(index) - right.charCodeAt(index);
    if (distance !== 0) return distance;
  }
  return left.length - right.length;
}

const lines = (text: string): string[] => text.split(/\r\n|\r|\n/);

function indent(text: string, count: number): string {
  if (text === "") return "";
  const all = lines(text);
  if (all.at(-1) === "") all.pop();
  if (count > 10_000) throw evaluationError("The indent is too large");
  const shift = (line: string): string =>
    count >= 0 ? " ".repeat(count) + line : line.slice(Math.min(-count, line.length - line.trimStart().length));
  return all.map((line) => `${shift(line)}\n`).join("");
}

function stripIndent(text: string): string {
  const all = lines(text);
  const last = all.length - 1;
  const margins = all.flatMap((line, index) =>
    line.trim() !== "" || index === last ? [line.length - line.trimStart().length] : [],
  );
  const margin = Math.min(...margins);
  return all.map((line) => (line.trim() === "" ? "" : line.slice(margin).trimEnd())).join("\n");
}
