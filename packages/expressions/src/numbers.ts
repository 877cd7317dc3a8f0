import { evaluationError, syntaxError } from "./errors.ts";

/** Java's number types. `short`, `byte` and `int` are whole and in range; `float` is rounded to 32 bits. */
export type JavaNumber =
  | { readonly kind: "int" | "short" | "byte" | "float" | "double"; readonly value: number }
  | { readonly kind: "long" | "biginteger"; readonly value: bigint };

export type NumberKind = JavaNumber["kind"];

export const int = (value: number): JavaNumber => ({ kind: "int", value: value | 0 });
export const double = (value: number): JavaNumber => ({ kind: "double", value });
export const float = (value: number): JavaNumber => ({ kind: "float", value: Math.fround(value) });
export const long = (value: bigint): JavaNumber => ({ kind: "long", value: BigInt.asIntN(64, value) });
export const short = (value: number): JavaNumber => ({ kind: "short", value: (value << 16) >> 16 });
export const byte = (value: number): JavaNumber => ({ kind: "byte", value: (value << 24) >> 24 });

const INT_MAX = 2_147_483_647;
const INT_MIN = -2_147_483_648;
const LONG_MAX = 9_223_372_036_854_775_807n;
const LONG_MIN = -9_223_372_036_854_775_808n;

export const fitsInt = (value: number): boolean => Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX;
export const fitsLong = (value: bigint): boolean => value >= LONG_MIN && value <= LONG_MAX;

/** The value of a numeric token. A whole number without `L` that does not fit 32 bits is an error, as in Java. */
export function parseNumber(kind: "int" | "long" | "double" | "float", text: string, at: number): JavaNumber {
  if (kind === "double") return double(Number(text));
  if (kind === "float") return float(Number(text));
  const value = BigInt(text);
  if (kind === "long") {
    if (value > LONG_MAX) throw syntaxError(`${text} does not fit a long (64 bits)`, at);
    return long(value);
  }
  if (value > BigInt(INT_MAX))
    throw syntaxError(`${text} does not fit an int (32 bits); write ${text}L for a long`, at);
  return int(Number(value));
}

// From here on JavaScript prints whole numbers with an exponent, which JSON readers take for doubles.
const WHOLE_BOUND = 1e21;

/** A JSON number as Jackson reads it: int, else long, else big integer; anything with a fraction is a double. */
export function fromJsNumber(value: number | bigint): JavaNumber {
  if (typeof value === "bigint") {
    if (value >= BigInt(INT_MIN) && value <= BigInt(INT_MAX)) return int(Number(value));
    return fitsLong(value) ? long(value) : { kind: "biginteger", value };
  }
  if (fitsInt(value) && !Object.is(value, -0)) return int(value);
  const whole = Number.isInteger(value) && Math.abs(value) < WHOLE_BOUND && !Object.is(value, -0);
  return whole ? fromJsNumber(BigInt(value)) : double(value);
}

export function toDouble(number: JavaNumber): number {
  return typeof number.value === "bigint" ? Number(number.value) : number.value;
}

/** Java's narrowing to 64 bits: fractions are cut, NaN is 0, what is out of range saturates. */
export function toBigInt(number: JavaNumber): bigint {
  if (typeof number.value === "bigint") return number.value;
  const value = Math.trunc(number.value);
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return LONG_MAX;
  return value <= -(2 ** 63) ? LONG_MIN : BigInt(value);
}

/** Java's narrowing to 32 bits: saturating from floating types, wrapping from whole ones. */
export function toInt(number: JavaNumber): number {
  if (typeof number.value === "bigint") return Number(BigInt.asIntN(32, number.value));
  if (Number.isNaN(number.value)) return 0;
  return Math.trunc(Math.min(Math.max(number.value, INT_MIN), INT_MAX)) | 0;
}

const RANK: Record<NumberKind, number> = { byte: 0, short: 0, int: 0, long: 1, biginteger: 2, float: 3, double: 4 };
const WIDEST = ["int", "long", "biginteger", "float", "double"] as const;

/** The type in which two numbers are combined: double, float, big integer, long, else int. */
export function commonKind(left: JavaNumber, right: JavaNumber): (typeof WIDEST)[number] {
  return WIDEST[Math.max(RANK[left.kind], RANK[right.kind])] ?? "double";
}

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";

export function arithmetic(operator: ArithmeticOperator, left: JavaNumber, right: JavaNumber): JavaNumber {
  const kind = commonKind(left, right);
  if (operator === "^") return power(left, right, kind);
  switch (kind) {
    case "int":
      return int(intOperation(operator, Number(left.value), Number(right.value)));
    case "long":
      return long(bigOperation(operator, toBigInt(left), toBigInt(right)));
    case "biginteger":
      return bounded(bigOperation(operator, toBigInt(left), toBigInt(right)));
    case "float":
      return float(realOperation(operator, toDouble(left), toDouble(right)));
    case "double":
      return double(realOperation(operator, toDouble(left), toDouble(right)));
  }
}

const BIG_LIMIT = 1n << 4096n;

function bounded(value: bigint): JavaNumber {
  if (value >= BIG_LIMIT || value <= -BIG_LIMIT) throw evaluationError("The whole number is longer than 4096 bits");
  return { kind: "biginteger", value };
}

function intOperation(operator: Exclude<ArithmeticOperator, "^">, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return Math.imul(left, right);
    case "/":
      return Math.trunc(left / notZero(right));
    case "%":
      return left % notZero(right);
  }
}

function bigOperation(operator: Exclude<ArithmeticOperator, "^">, left: bigint, right: bigint): bigint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / notZero(right);
    case "%":
      return left % notZero(right);
  }
}

function notZero<T extends number | bigint>(divisor: T): T {
  if (Number(divisor) === 0) throw evaluationError("A whole number cannot be divided by zero");
  return divisor;
}

function realOperation(operator: Exclude<ArithmeticOperator, "^">, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
  }
}

/** Spring's rule: whole operands give a whole result, an int only if it fits and neither was a long. */
function power(left: JavaNumber, right: JavaNumber, kind: (typeof WIDEST)[number]): JavaNumber {
  if (kind === "biginteger") {
    const exponent = toInt(right);
    if (exponent < 0) throw evaluationError("A big whole number cannot be raised to a negative power");
    if (exponent > 4096) throw evaluationError("The whole number is longer than 4096 bits");
    return bounded(toBigInt(left) ** BigInt(exponent));
  }
  const value = javaPow(toDouble(left), toDouble(right));
  if (kind === "double" || kind === "float") return double(value);
  if (kind === "long" || value > INT_MAX || value < INT_MIN) return long(toBigInt(double(value)));
  return int(toInt(double(value)));
}

export function javaPow(base: number, exponent: number): number {
  return base ** exponent;
}

export function negate(number: JavaNumber): JavaNumber {
  switch (number.kind) {
    case "long":
    case "biginteger":
      return number.kind === "long" ? long(-number.value) : { kind: "biginteger", value: -number.value };
    case "double":
      return double(0 - number.value);
    case "float":
      return float(0 - number.value);
    default:
      return int(-number.value);
  }
}

/** The number one higher or lower, in its own type, wrapping round as Java's `++` and `--` do. */
export function step(number: JavaNumber, by: 1 | -1): JavaNumber {
  switch (number.kind) {
    case "long":
      return long(number.value + BigInt(by));
    case "biginteger":
      return { kind: "biginteger", value: number.value + BigInt(by) };
    case "double":
      return double(number.value + by);
    case "float":
      return float(number.value + by);
    case "byte":
      return byte(number.value + by);
    case "short":
      return short(number.value + by);
    case "int":
      return int(number.value + by);
  }
}

/** Negative, zero or positive; NaN is above everything and equal to itself, as in `Double.compare`. */
export function compareNumbers(left: JavaNumber, right: JavaNumber): number {
  if (typeof left.value === "number" && typeof right.value === "number") return compareDoubles(left.value, right.value);
  if (RANK[left.kind] >= 3 || RANK[right.kind] >= 3) return compareDoubles(toDouble(left), toDouble(right));
  const a = toBigInt(left);
  const b = toBigInt(right);
  return a < b ? -1 : Number(a > b);
}

export function compareDoubles(left: number, right: number): number {
  if (left < right) return -1;
  if (left > right) return 1;
  if (left === right && left !== 0) return 0;
  if (Object.is(left, right)) return 0;
  if (Number.isNaN(left)) return 1;
  if (Number.isNaN(right)) return -1;
  return Object.is(left, -0) ? -1 : 1;
}
