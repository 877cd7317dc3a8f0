import { evaluationError } from "./errors.ts";
import type { CharTest } from "./regex-ast.ts";

const between =
  (from: number, to: number): CharTest =>
  (code) =>
    code >= from && code <= to;
const any =
  (...tests: readonly CharTest[]): CharTest =>
  (code) =>
    tests.some((test) => test(code));
export const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);
const oneOf = (text: string): CharTest => {
  const codes = new Set(Array.from(text, (char) => char.codePointAt(0) ?? 0));
  return (code) => codes.has(code);
};

const digit = between(48, 57);
const upper = between(65, 90);
const lower = between(97, 122);
const alpha = any(upper, lower);
const alnum = any(alpha, digit);
const graph = between(33, 126);
export const lineEnd = oneOf("\n\r\u0085\u2028\u2029");

const CLASSES: Readonly<Record<string, CharTest>> = {
  d: digit,
  w: any(alnum, oneOf("_")),
  s: oneOf(" \t\n\u000b\f\r"),
  h: any(oneOf(" \t\u00a0\u1680\u180e\u202f\u205f\u3000"), between(0x2000, 0x200a)),
  v: oneOf("\n\u000b\f\r\u0085\u2028\u2029"),
};

/** `\d`, `\W` and their siblings; undefined for other letters. */
export function classOf(letter: string): CharTest | undefined {
  const test = CLASSES[letter.toLowerCase()];
  return test === undefined || letter === letter.toLowerCase() ? test : not(test);
}

const POSIX: Readonly<Record<string, CharTest>> = {
  Lower: lower,
  Upper: upper,
  ASCII: between(0, 127),
  Alpha: alpha,
  Digit: digit,
  Alnum: alnum,
  Graph: graph,
  Punct: (code) => graph(code) && !alnum(code),
  Print: between(32, 126),
  Blank: oneOf(" \t"),
  Cntrl: any(between(0, 31), between(127, 127)),
  XDigit: any(digit, between(65, 70), between(97, 102)),
  Space: CLASSES["s"] ?? digit,
};
const JAVA: Readonly<Record<string, string>> = {
  javaLowerCase: "Lowercase",
  javaUpperCase: "Uppercase",
  javaWhitespace: "White_Space",
  javaLetter: "L",
  javaDigit: "Nd",
  javaAlphabetic: "Alphabetic",
};

/** `\p{name}`: ASCII classes, Unicode categories, scripts and binary properties. */
export function property(name: string): CharTest {
  const own = POSIX[name];
  if (own !== undefined) return own;
  const plain = JAVA[name] ?? name.replace(/^(?:Is|script=|sc=|general_category=|gc=)/, "");
  for (const source of [`\\p{${plain}}`, `\\p{Script=${plain}}`]) {
    const pattern = unicodePattern(source);
    if (pattern !== null) return (code) => pattern.test(String.fromCodePoint(code));
  }
  throw evaluationError(`The regular expression names the unknown property '${name}'`);
}

function unicodePattern(source: string): RegExp | null {
  if (!/^\\p\{[A-Za-z_=]+\}$/.test(source)) return null;
  try {
    return new RegExp(source, "u");
  } catch {
    return null;
  }
}

/** Java folds only ASCII letters unless told otherwise. */
export function folded(test: CharTest, unicode: boolean): CharTest {
  return (code) => {
    if (test(code)) return true;
    if (code < 128) return alpha(code) && test(code ^ 32);
    if (!unicode) return false;
    const char = String.fromCodePoint(code);
    return [char.toUpperCase(), char.toLowerCase()].some((other) => test(other.codePointAt(0) ?? 0));
  };
}

const WORD = /[\p{L}\p{Nd}_]/u;
const isWord = (text: string, at: number): boolean => at >= 0 && at < text.length && WORD.test(text.charAt(at));
export const atBoundary = (text: string, at: number): boolean => isWord(text, at - 1) !== isWord(text, at);

/** Whether only one line's end is left, which `$` and `\Z` take for the end. */
export function beforeLastBreak(text: string, at: number): boolean {
  if (at === text.length) return true;
  const rest = text.slice(at, at + 3);
  if (rest === "\r\n" && at + 2 === text.length) return true;
  const split = rest === "\n" && text.charAt(at - 1) === "\r";
  return at + 1 === text.length && lineEnd(rest.charCodeAt(0)) && !split;
}
