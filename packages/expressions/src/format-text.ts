import { evaluationError } from "./errors.ts";
import { formatDatePart } from "./format-date.ts";
import { formatReal } from "./format-real.ts";
import { group, parseFormat, signed } from "./format-spec.ts";
import type { Form } from "./format-spec.ts";
import { hashOf } from "./hash.ts";
import { toBigInt, toDouble } from "./numbers.ts";
import type { Session } from "./session.ts";
import { javaToString } from "./text.ts";
import { isNumber } from "./values.ts";
import type { Value } from "./values.ts";

/** `String.format` in the en-US locale, in UTC, with all of Java's conversions. */
export function formatText(format: string, args: readonly Value[], session: Session): string {
  let result = "";
  let next = 0;
  let previous = -1;
  for (const piece of parseFormat(format)) {
    if (typeof piece === "string") {
      result += piece;
    } else if (piece.conversion === "n" || piece.conversion === "%") {
      result += piece.conversion === "n" ? "\n" : pad("%", piece);
    } else {
      const index = piece.index === null ? next++ : piece.index === -1 ? previous : piece.index;
      const arg = args[index];
      if (arg === undefined) throw evaluationError(`The format needs a value for '${piece.text}' that is not there`);
      previous = index;
      const text = convert(arg, piece, session);
      result += pad(piece.upper ? text.toUpperCase() : text, piece);
    }
    session.budget.text(result.length);
  }
  return result;
}

function pad(text: string, form: Form): string {
  const width = form.width ?? 0;
  return form.flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function convert(arg: Value, form: Form, session: Session): string {
  const cut = (text: string): string => (form.precision === null ? text : text.slice(0, form.precision));
  switch (form.conversion) {
    case "b":
      return cut(String(arg === null ? false : typeof arg === "boolean" ? arg : true));
    case "s":
      if (form.flags.includes("#")) throw evaluationError("The flag '#' does not go with '%s' in a format");
      return cut(javaToString(arg, session.budget));
    case "h":
      return cut(arg === null ? "null" : (hashOf(arg, session.budget) >>> 0).toString(16));
    case "c":
      return arg === null ? "null" : character(arg);
    case "t":
      return arg === null ? "null" : formatDatePart(arg, form.part);
  }
  if (arg === null) return cut("null");
  if (!isNumber(arg)) throw evaluationError(`'${form.text}' in a format needs a number`);
  const real = arg.kind === "double" || arg.kind === "float";
  const whole = form.conversion === "d" || form.conversion === "x" || form.conversion === "o";
  if (whole === real)
    throw evaluationError(`'${form.text}' in a format needs a number ${whole ? "without" : "with"} a fraction`);
  return whole ? formatWhole(toBigInt(arg), BITS[arg.kind] ?? 32, form) : formatReal(toDouble(arg), form);
}

const BITS: Readonly<Record<string, number>> = { long: 64, int: 32, short: 16, byte: 8 };

function character(arg: Value): string {
  if (arg !== null && typeof arg === "object" && arg.kind === "char") return arg.value;
  const code = isNumber(arg) && arg.kind !== "long" && typeof arg.value === "number" ? arg.value : -1;
  if (Number.isInteger(code) && code >= 0 && code <= 0x10ffff) return String.fromCodePoint(code);
  throw evaluationError("'%c' in a format needs a character");
}

function formatWhole(value: bigint, bits: number, form: Form): string {
  if (form.conversion === "d") {
    const digits = String(value < 0n ? -value : value);
    return signed(value < 0n, form.flags.includes(",") ? group(digits) : digits, form);
  }
  if (/[+ (]/.test(form.flags)) throw evaluationError(`The flags of '${form.text}' do not go with it`);
  const unsigned = value < 0n ? BigInt.asUintN(bits, value) : value;
  const prefix = form.flags.includes("#") ? (form.conversion === "x" ? "0x" : "0") : "";
  const digits = unsigned.toString(form.conversion === "x" ? 16 : 8);
  return prefix + (form.flags.includes("0") ? digits.padStart((form.width ?? 0) - prefix.length, "0") : digits);
}
