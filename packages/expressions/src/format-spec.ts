import { evaluationError } from "./errors.ts";
import { limitError } from "./limits.ts";

const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([tT])?([a-zA-Z%])/y;

/** One conversion of a format text. `index` counts from 0; null takes the next value, -1 the previous one again. */
export type Form = {
  readonly text: string;
  readonly index: number | null;
  readonly flags: string;
  readonly width: number | null;
  readonly precision: number | null;
  /** In lower case; `t` stands for dates, whose part is `part`. */
  readonly conversion: string;
  readonly part: string;
  readonly upper: boolean;
};

/** The format in pieces: literal texts and conversions. A wrong conversion is an error before any value is looked at. */
export function parseFormat(format: string): (string | Form)[] {
  const pieces: (string | Form)[] = [];
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf("%", at);
    if (percent !== at) pieces.push(format.slice(at, percent < 0 ? format.length : percent));
    if (percent < 0) break;
    SPECIFIER.lastIndex = percent;
    const match = SPECIFIER.exec(format);
    if (match === null) throw evaluationError("A '%' in the format is followed by no known conversion");
    const form = formOf(match);
    check(form);
    pieces.push(form);
    at = percent + match[0].length;
  }
  return pieces;
}

function formOf(match: RegExpExecArray): Form {
  const [text, index, flags = "", width, precision, date, letter = ""] = match;
  const number = (digits: string | undefined): number | null => (digits === undefined ? null : Number(digits));
  if ((number(width) ?? 0) > 10_000 || (number(precision) ?? 0) > 10_000)
    throw limitError("formats to a width above 10000");
  const conversion = date === undefined ? letter : date;
  return {
    text,
    index: flags.includes("<") ? -1 : index === undefined ? null : Number(index) - 1,
    flags: flags.replace("<", ""),
    width: number(width),
    precision: number(precision),
    conversion: conversion.toLowerCase(),
    part: letter,
    upper: conversion !== conversion.toLowerCase(),
  };
}

const wrong = (form: Form, why: string): Error => evaluationError(`The format's '${form.text}' is wrong: ${why}`);

/** Flags that a conversion refuses, by Java's rules. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["b", "#+ 0,("],
  ["h", "#+ 0,("],
  ["s", "+ 0,("],
  ["c", "#+ 0,("],
  ["d", "#"],
  ["o", ","],
  ["x", ","],
  ["e", ","],
  ["f", ""],
  ["g", "#"],
  ["a", ",("],
  ["t", "#+ 0,("],
  ["%", "#+ 0,("],
  ["n", "-#+ 0,("],
]);
const NUMERIC = "doxefga";
const UPPER = "bhscxegat";

function check(form: Form): void {
  const { flags, conversion, width, precision } = form;
  const refused = REFUSED.get(conversion);
  if (refused === undefined || (form.upper && !UPPER.includes(conversion)))
    throw wrong(form, "there is no such conversion");
  if (new Set(flags).size < flags.length) throw wrong(form, "a flag is there twice");
  const bad = Array.from(flags).find((flag) => refused.includes(flag));
  if (bad !== undefined) throw wrong(form, `the flag '${bad}' does not go with it`);
  if (flags.includes("-") && width === null) throw wrong(form, "the flag '-' needs a width");
  if (NUMERIC.includes(conversion)) {
    if (flags.includes("0") && width === null) throw wrong(form, "the flag '0' needs a width");
    if (flags.includes("+") && flags.includes(" ")) throw wrong(form, "'+' and a blank exclude each other");
    if (flags.includes("-") && flags.includes("0")) throw wrong(form, "'-' and '0' exclude each other");
  }
  if (precision !== null && "cdoxt%n".includes(conversion)) throw wrong(form, "it takes no precision");
  if (conversion === "n" && width !== null) throw wrong(form, "it takes no width");
}

/** Digits with a comma before each three. */
export const group = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");

export function signed(negative: boolean, digits: string, form: Form): string {
  const { flags } = form;
  const plus = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const sign = negative ? (flags.includes("(") ? "(" : "-") : plus;
  const close = sign === "(" ? ")" : "";
  const width = (form.width ?? 0) - sign.length - close.length;
  return sign + (flags.includes("0") ? digits.padStart(width, "0") : digits) + close;
}
