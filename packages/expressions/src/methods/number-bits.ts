import { evaluationError } from "../errors.ts";
import { formatReal } from "../format-real.ts";
import type { Form } from "../format-spec.ts";
import { double, int, long, toBigInt } from "../numbers.ts";
import type { JavaNumber } from "../numbers.ts";
import type { Body } from "../overload.ts";
import { parseWhole } from "../number-text.ts";
import type { Value } from "../values.ts";
import { intArg, longArg, realArg, textArg } from "./common.ts";

/** Bits as text, most significant first. */
const bitText = (value: bigint, bits: number): string => BigInt.asUintN(bits, value).toString(2).padStart(bits, "0");
const fromBits = (text: string): bigint => BigInt(`0b0${text}`);

function rotate(value: bigint, distance: number, bits: number): bigint {
  const shift = BigInt(((distance % bits) + bits) % bits);
  const unsigned = BigInt.asUintN(bits, value);
  return (unsigned << shift) | (unsigned >> (BigInt(bits) - shift));
}

function notZero(value: bigint): bigint {
  if (value === 0n) throw evaluationError("A whole number cannot be divided by zero");
  return value;
}

function unsignedOf(text: string, base: number, bits: number): bigint {
  if (base < 2 || base > 36) throw evaluationError(`${base} is no base of a number; it must lie between 2 and 36`);
  if (text.startsWith("-")) throw evaluationError("A number without sign is needed here");
  const value = toBigInt(parseWhole(text, "long", base));
  if (value >= 1n << BigInt(bits)) throw evaluationError(`The number does not fit ${bits} bits`);
  return value;
}

/** What `Integer` and `Long` offer for single bits and numbers without sign. */
export function wideBits(
  type: "int" | "long",
  bits: number,
  make: (value: bigint) => JavaNumber,
): Record<string, Body> {
  const plain = (args: readonly Value[], index = 0): bigint => BigInt.asUintN(bits, longArg(args, index));
  const one =
    (change: (value: bigint) => bigint): Body =>
    (_self, args) =>
      make(BigInt.asIntN(bits, change(plain(args))));
  const parse = type === "int" ? "parseUnsignedInt" : "parseUnsignedLong";
  const order = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));
  return {
    [`compareUnsigned(${type},${type})`]: (_self, args) => int(order(plain(args), plain(args, 1))),
    [`divideUnsigned(${type},${type})`]: (_self, args) =>
      make(BigInt.asIntN(bits, plain(args) / notZero(plain(args, 1)))),
    [`remainderUnsigned(${type},${type})`]: (_self, args) =>
      make(BigInt.asIntN(bits, plain(args) % notZero(plain(args, 1)))),
    [`highestOneBit(${type})`]: one((value) => (value === 0n ? 0n : 1n << BigInt(value.toString(2).length - 1))),
    [`lowestOneBit(${type})`]: one((value) => value & -value),
    [`numberOfLeadingZeros(${type})`]: (_self, args) => int(/^0*/.exec(bitText(plain(args), bits))?.[0].length ?? 0),
    [`numberOfTrailingZeros(${type})`]: (_self, args) => int(/0*$/.exec(bitText(plain(args), bits))?.[0].length ?? 0),
    [`reverse(${type})`]: one((value) => fromBits(bitText(value, bits).split("").reverse().join(""))),
    [`reverseBytes(${type})`]: one((value) => fromBits((bitText(value, bits).match(/.{8}/g) ?? []).reverse().join(""))),
    [`rotateLeft(${type},int)`]: (_self, args) => make(BigInt.asIntN(bits, rotate(plain(args), intArg(args, 1), bits))),
    [`rotateRight(${type},int)`]: (_self, args) =>
      make(BigInt.asIntN(bits, rotate(plain(args), -intArg(args, 1), bits))),
    [`toUnsignedString(${type})`]: (_self, args) => String(plain(args)),
    ...(type === "int" ? { "toUnsignedLong(int)": (_self: Value, args: readonly Value[]) => long(plain(args)) } : {}),
    [`${parse}(String)`]: (_self, args) => make(BigInt.asIntN(bits, unsignedOf(textArg(args, 0), 10, bits))),
    [`${parse}(String,int)`]: (_self, args) =>
      make(BigInt.asIntN(bits, unsignedOf(textArg(args, 0), intArg(args, 1), bits))),
  };
}

const HEXADECIMAL: Form = {
  text: "%a",
  index: null,
  flags: "",
  width: null,
  precision: null,
  conversion: "a",
  part: "a",
  upper: false,
};

const view = (): DataView => new DataView(new ArrayBuffer(8));

export function bitsOfDouble(value: number): bigint {
  const bits = view();
  bits.setFloat64(0, value);
  return bits.getBigInt64(0);
}

export function doubleOfBits(value: bigint): number {
  const bits = view();
  bits.setBigInt64(0, value);
  return bits.getFloat64(0);
}

export const DOUBLE_BITS: Record<string, Body> = {
  "doubleToLongBits(double)": (_self, args) => long(bitsOfDouble(realArg(args, 0))),
  "doubleToRawLongBits(double)": (_self, args) => long(bitsOfDouble(realArg(args, 0))),
  "toHexString(double)": (_self, args) => formatReal(realArg(args, 0), HEXADECIMAL),
  "longBitsToDouble(long)": (_self, args) => double(doubleOfBits(longArg(args, 0))),
  "hashCode(double)": (_self, args) => {
    const bits = bitsOfDouble(realArg(args, 0));
    return int(Number(BigInt.asIntN(32, bits ^ (BigInt.asUintN(64, bits) >> 32n))));
  },
};
