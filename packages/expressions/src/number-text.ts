import { evaluationError } from "./errors.ts";
import { byte, double, fitsInt, fitsLong, float, int, long, short } from "./numbers.ts";
import type { JavaNumber } from "./numbers.ts";

/** The number as Java prints it: `1.0`, `1.0E10`, `0.1`, `NaN`. */
export function numberToText(number: JavaNumber): string {
  if (number.kind === "double") return realText(number.value, number.value.toExponential());
  if (number.kind === "float") return realText(number.value, shortestFloat(number.value));
  return number.value.toString();
}

function shortestFloat(value: number): string {
  for (let digits = 0; digits < 9; digits += 1) {
    const text = value.toExponential(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toExponential();
}

/** `exponential` holds the shortest digits as `d.ddde±x`. Plain notation from 10^-3 up to 10^7, else scientific. */
function realText(value: number, exponential: string): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (Math.abs(value) === Number.MIN_VALUE) return value < 0 ? "-4.9E-324" : "4.9E-324";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa = "0", exponentText = "0"] = exponential.replace(/^-/, "").split("e");
  const digits = mantissa.replace(".", "").replace(/0+$/, "") || "0";
  const exponent = Number(exponentText);
  if (value === 0) return `${sign}0.0`;
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${exponent}`;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

// Keeps the patterns below and the conversion of digits, which take quadratic time, short.
const MAX_NUMBER_LENGTH = 1_000;

const DECIMAL = /^[+-]?[0-9]+$/;

/** A whole number from text as `Integer.valueOf` and its siblings read it: digits with an optional sign, nothing else. */
export function parseWhole(text: string, kind: "int" | "long" | "short" | "byte", radix = 10): JavaNumber {
  const value =
    radix === 10
      ? text.length <= MAX_NUMBER_LENGTH && DECIMAL.test(text)
        ? BigInt(text.replace(/^\+/, ""))
        : null
      : parseRadix(text, radix);
  const number = value === null ? null : narrow(value, kind);
  if (number === null) throw evaluationError(`'${shorten(text)}' is not a whole number of type ${kind}`);
  return number;
}

function parseRadix(text: string, radix: number): bigint | null {
  const negative = text.startsWith("-");
  const digits = negative || text.startsWith("+") ? text.slice(1) : text;
  if (digits === "" || digits.length > 64) return null;
  let value = 0n;
  for (const char of digits) {
    const digit = Number.parseInt(char, 36);
    if (Number.isNaN(digit) || digit >= radix) return null;
    value = value * BigInt(radix) + BigInt(digit);
  }
  return negative ? -value : value;
}

function narrow(value: bigint, kind: "int" | "long" | "short" | "byte"): JavaNumber | null {
  const number = Number(value);
  if (kind === "long") return fitsLong(value) ? long(value) : null;
  if (kind === "int") return fitsInt(number) ? int(number) : null;
  if (kind === "short") return number >= -32_768 && number <= 32_767 ? short(number) : null;
  return number >= -128 && number <= 127 ? byte(number) : null;
}

/** A sign, digits with an optional point, an optional exponent and an optional type letter, blanks around ignored. */
const REAL = /^[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)$/;

/** A real number from text as `Double.valueOf` and `Float.valueOf` read it. */
export function parseReal(text: string, kind: "double" | "float"): JavaNumber {
  const trimmed = text.trim();
  if (trimmed.length > MAX_NUMBER_LENGTH || !REAL.test(trimmed))
    throw evaluationError(`'${shorten(text)}' is not a number of type ${kind}`);
  const value = Number(/[yN]$/.test(trimmed) ? trimmed : trimmed.replace(/[fFdD]$/, ""));
  return kind === "double" ? double(value) : float(value);
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
