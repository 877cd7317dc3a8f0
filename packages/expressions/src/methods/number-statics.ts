import { evaluationError } from "../errors.ts";
import { numberToText, parseReal, parseWhole } from "../number-text.ts";
import { byte, compareNumbers, double, int, long } from "../numbers.ts";
import type { JavaNumber } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import type { Value } from "../values.ts";
import { DOUBLE_BITS, wideBits } from "./number-bits.ts";
import { intArg, longArg, realArg, textArg } from "./common.ts";

/** Printing takes base 10 for a base that does not exist; parsing refuses it. */
const printedRadix = (args: readonly Value[]): number => {
  const value = intArg(args, 1);
  return value < 2 || value > 36 ? 10 : value;
};

const hashed = (value: bigint, bits: number): bigint =>
  bits === 32 ? value : value ^ (BigInt.asUintN(64, value) >> 32n);

type Whole = "int" | "long" | "byte";

const radix = (args: readonly Value[], index: number): number => {
  const value = intArg(args, index);
  if (value < 2 || value > 36) throw evaluationError(`${value} is no base of a number; it must lie between 2 and 36`);
  return value;
};

function decode(text: string, type: Whole): JavaNumber {
  const match = /^([+-]?)(0[xX]|#|0(?=.))?(.*)$/s.exec(text);
  const prefix = match?.[2] ?? "";
  const base = prefix === "" ? 10 : prefix === "0" ? 8 : 16;
  return parseWhole(`${match?.[1] ?? ""}${match?.[3] ?? ""}`, type, base);
}

/** What `Integer`, `Long` and `Byte` share: parsing, comparing, sums. */
function wholeStatics(type: Whole, parse: string, make: (value: bigint) => JavaNumber): Record<string, Body> {
  return {
    [`${parse}(String)`]: (_self, args) => parseWhole(textArg(args, 0), type),
    [`${parse}(String,int)`]: (_self, args) => parseWhole(textArg(args, 0), type, radix(args, 1)),
    "valueOf(String)": (_self, args) => parseWhole(textArg(args, 0), type),
    "valueOf(String,int)": (_self, args) => parseWhole(textArg(args, 0), type, radix(args, 1)),
    [`valueOf(${type})`]: (_self, args) => make(longArg(args, 0)),
    "decode(String)": (_self, args) => decode(textArg(args, 0), type),
    [`compare(${type},${type})`]: (_self, args) => int(compareNumbers(make(longArg(args, 0)), make(longArg(args, 1)))),
    [`toString(${type})`]: (_self, args) => String(longArg(args, 0)),
  };
}

/** What `Integer` and `Long` share beyond that. */
function wideStatics(type: "int" | "long", bits: number, make: (value: bigint) => JavaNumber): Record<string, Body> {
  const unsigned = (args: readonly Value[]): bigint => BigInt.asUintN(bits, longArg(args, 0));
  const larger = (args: readonly Value[], sign: boolean): Value =>
    make(longArg(args, 0) > longArg(args, 1) === sign ? longArg(args, 0) : longArg(args, 1));
  return {
    [`max(${type},${type})`]: (_self, args) => larger(args, true),
    [`min(${type},${type})`]: (_self, args) => larger(args, false),
    [`sum(${type},${type})`]: (_self, args) => make(longArg(args, 0) + longArg(args, 1)),
    [`signum(${type})`]: (_self, args) => int(longArg(args, 0) > 0n ? 1 : longArg(args, 0) < 0n ? -1 : 0),
    [`bitCount(${type})`]: (_self, args) => int(unsigned(args).toString(2).replaceAll("0", "").length),
    [`toString(${type},int)`]: (_self, args) => longArg(args, 0).toString(printedRadix(args)),
    [`toUnsignedString(${type},int)`]: (_self, args) => unsigned(args).toString(printedRadix(args)),
    [`hashCode(${type})`]: (_self, args) => int(Number(BigInt.asIntN(32, hashed(longArg(args, 0), bits)))),
    ...wideBits(type, bits, make),
    [`toBinaryString(${type})`]: (_self, args) => unsigned(args).toString(2),
    [`toHexString(${type})`]: (_self, args) => unsigned(args).toString(16),
    [`toOctalString(${type})`]: (_self, args) => unsigned(args).toString(8),
  };
}

const makeInt = (value: bigint): JavaNumber => int(Number(BigInt.asIntN(32, value)));

export const INTEGER_STATICS = methodTable({
  ...wholeStatics("int", "parseInt", makeInt),
  ...wideStatics("int", 32, makeInt),
});
export const LONG_STATICS = methodTable({
  ...wholeStatics("long", "parseLong", long),
  ...wideStatics("long", 64, long),
});
const makeByte = (value: bigint): JavaNumber => byte(Number(value));
const byteDifference = (a: bigint, b: bigint): JavaNumber => int(Number(a - b));
export const BYTE_STATICS = methodTable({
  ...wholeStatics("byte", "parseByte", makeByte),
  "compare(byte,byte)": (_self, args) => byteDifference(longArg(args, 0), longArg(args, 1)),
  "compareUnsigned(byte,byte)": (_self, args) =>
    byteDifference(BigInt.asUintN(8, longArg(args, 0)), BigInt.asUintN(8, longArg(args, 1))),
  "hashCode(byte)": (_self, args) => int(Number(longArg(args, 0))),
  "toUnsignedInt(byte)": (_self, args) => int(Number(BigInt.asUintN(8, longArg(args, 0)))),
  "toUnsignedLong(byte)": (_self, args) => long(BigInt.asUintN(8, longArg(args, 0))),
});

const pick = (args: readonly Value[], choose: (a: number, b: number) => number): Value =>
  double(choose(realArg(args, 0), realArg(args, 1)));

export const DOUBLE_STATICS = methodTable({
  ...DOUBLE_BITS,
  "parseDouble(String)": (_self, args) => parseReal(textArg(args, 0), "double"),
  "valueOf(String)": (_self, args) => parseReal(textArg(args, 0), "double"),
  "valueOf(double)": (_self, args) => double(realArg(args, 0)),
  "toString(double)": (_self, args) => numberToText(double(realArg(args, 0))),
  "compare(double,double)": (_self, args) => int(compareNumbers(double(realArg(args, 0)), double(realArg(args, 1)))),
  "max(double,double)": (_self, args) => pick(args, Math.max),
  "min(double,double)": (_self, args) => pick(args, Math.min),
  "sum(double,double)": (_self, args) => pick(args, (a, b) => a + b),
  "isNaN(double)": (_self, args) => Number.isNaN(realArg(args, 0)),
  "isFinite(double)": (_self, args) => Number.isFinite(realArg(args, 0)),
  "isInfinite(double)": (_self, args) => Math.abs(realArg(args, 0)) === Infinity,
});

const isTrue = (value: Value | undefined): boolean => typeof value === "string" && value.toLowerCase() === "true";

export const BOOLEAN_STATICS = methodTable({
  "parseBoolean(String)": (_self, [text]) => isTrue(text),
  "valueOf(boolean)": (_self, [value = null]) => value,
  "valueOf(String)": (_self, [text]) => isTrue(text),
  "toString(boolean)": (_self, [value = null]) => String(value),
  "compare(boolean,boolean)": (_self, [a, b]) => int(Number(a) - Number(b)),
  "hashCode(boolean)": (_self, [value = null]) => int(value === true ? 1231 : 1237),
  "logicalAnd(boolean,boolean)": (_self, [a, b]) => a === true && b === true,
  "logicalOr(boolean,boolean)": (_self, [a, b]) => a === true || b === true,
  "logicalXor(boolean,boolean)": (_self, [a, b]) => a !== b,
});
