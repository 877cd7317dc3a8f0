import { double, float, int } from "../numbers.ts";
import type { JavaNumber } from "../numbers.ts";
import type { Body } from "../overload.ts";
import type { Value } from "../values.ts";
import { intArg, realArg } from "./common.ts";
import { bitsOfDouble, doubleOfBits } from "./number-bits.ts";

type Real = "double" | "float";
const make = (type: Real, value: number): JavaNumber => (type === "double" ? double(value) : float(value));

/** The neighbour of a number of that type, towards plus or minus infinity. */
function neighbour(value: number, up: boolean, type: Real): number {
  if (Number.isNaN(value) || value === (up ? Infinity : -Infinity)) return value;
  if (value === 0) {
    const least = type === "double" ? Number.MIN_VALUE : 2 ** -149;
    return up ? least : -least;
  }
  const away = value > 0 === up;
  if (type === "double") return doubleOfBits(bitsOfDouble(value) + (away ? 1n : -1n));
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + (away ? 1 : -1));
  return bits.getFloat32(0);
}

function ulp(value: number, type: Real): number {
  const absolute = Math.abs(value);
  if (!Number.isFinite(absolute)) return absolute;
  const largest = type === "double" ? Number.MAX_VALUE : 3.4028234663852886e38;
  return absolute === largest
    ? absolute - neighbour(absolute, false, type)
    : neighbour(absolute, true, type) - absolute;
}

/** The exponent without bias; one below the least for zero and subnormal numbers, one above the most for infinity. */
function exponentOf(value: number, type: Real): number {
  const [least, most] = type === "double" ? [-1022, 1023] : [-126, 127];
  if (!Number.isFinite(value)) return most + 1;
  const absolute = Math.abs(value);
  if (absolute < 2 ** least) return least - 1;
  return Number((bitsOfDouble(absolute) >> 52n) & 0x7ffn) - 1023;
}

const sign = (value: number): number => (value > 0 ? 1 : value < 0 ? -1 : value);
const negative = (value: number): boolean => value < 0 || Object.is(value, -0);

const FORMS: Record<string, (args: readonly Value[], type: Real) => JavaNumber> = {
  "signum(T)": (args, type) => make(type, sign(realArg(args, 0))),
  "ulp(T)": (args, type) => make(type, ulp(realArg(args, 0), type)),
  "nextUp(T)": (args, type) => make(type, neighbour(realArg(args, 0), true, type)),
  "nextDown(T)": (args, type) => make(type, neighbour(realArg(args, 0), false, type)),
  "getExponent(T)": (args, type) => int(exponentOf(realArg(args, 0), type)),
  "copySign(T,T)": (args, type) => make(type, Math.abs(realArg(args, 0)) * (negative(realArg(args, 1)) ? -1 : 1)),
  "scalb(T,int)": (args, type) => make(type, scaled(realArg(args, 0), intArg(args, 1))),
};

/** In two steps, so that the power of two itself neither overflows nor vanishes. */
function scaled(value: number, by: number): number {
  const bounded = Math.max(-2200, Math.min(2200, by));
  const half = Math.trunc(bounded / 2);
  return value * 2 ** half * 2 ** (bounded - half);
}

/** Functions that exist for both real types, so that a whole number fits them equally well and is refused. */
export const REAL_BITS: Record<string, Body> = Object.fromEntries(
  Object.entries(FORMS).flatMap(([form, compute]) =>
    (["double", "float"] as const).map((type): [string, Body] => [
      form.replaceAll("T", type),
      (_self, args) => compute(args, type),
    ]),
  ),
);

/** The cube root as the freely distributable math library computes it: an estimate of 5 bits, 23 bits, one Newton step. */
export function cubeRoot(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const absolute = Math.abs(value);
  const high = bitsOfDouble(absolute) >> 32n;
  const subnormal = high < 0x00100000n;
  const base = subnormal ? bitsOfDouble(absolute * 2 ** 54) >> 32n : high;
  const start = base / 3n + (subnormal ? 696_219_795n : 715_094_163n);
  let root = doubleOfBits(start << 32n);
  const r = (root * root) / absolute;
  const s = 0.5428571428571428 + r * root;
  root *= 0.35714285714285715 + 1.6071428571428572 / (s + 1.4142857142857144 + -0.7053061224489796 / s);
  root = doubleOfBits(((bitsOfDouble(root) >> 32n) + 1n) << 32n);
  const square = root * root;
  const quotient = absolute / square;
  const rest = (quotient - root) / (root + root + quotient);
  root += root * rest;
  return value < 0 ? -root : root;
}
