import { evaluationError } from "../errors.ts";
import { double, float, int, long } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { JavaRandom, Value } from "../values.ts";
import { intArg, longArg, realArg } from "./common.ts";

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The generator that `java.util.Random` documents: a 48-bit linear congruence. */
export function createRandom(seed: bigint): JavaRandom {
  return { kind: "random", seed: (seed ^ MULTIPLIER) & MASK };
}

function next(self: JavaRandom, bits: number): number {
  self.seed = (self.seed * MULTIPLIER + 0xbn) & MASK;
  return Number(BigInt.asIntN(32, self.seed >> BigInt(48 - bits)));
}

function nextInt(self: JavaRandom, bound: number): number {
  if (bound <= 0) throw evaluationError("nextInt needs a positive bound");
  if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(next(self, 31))) >> 31n);
  for (;;) {
    const bits = next(self, 31);
    const value = bits % bound;
    if (bits - value + (bound - 1) <= 2_147_483_647) return value;
  }
}

function nextReal(self: JavaRandom): number {
  const high = next(self, 26);
  return (high * 2 ** 27 + next(self, 27)) * 2 ** -53;
}

function nextLong(self: JavaRandom): bigint {
  const high = BigInt(next(self, 32));
  return BigInt.asIntN(64, (high << 32n) + BigInt(next(self, 32)));
}

/** A whole number from `origin` up to but not including `bound`, for either width. */
function between(origin: bigint, bound: bigint, bits: number, draw: () => bigint): bigint {
  if (origin >= bound) throw evaluationError("The bound must lie above the origin");
  const size = BigInt.asIntN(bits, bound - origin);
  const most = size - 1n;
  let value = draw();
  if ((size & most) === 0n) return BigInt.asIntN(bits, (value & most) + origin);
  if (size <= 0n) {
    while (value < origin || value >= bound) value = draw();
    return value;
  }
  for (;;) {
    const unsigned = BigInt.asUintN(bits, value) >> 1n;
    value = unsigned % size;
    if (BigInt.asIntN(bits, unsigned + most - value) >= 0n) return value + origin;
    value = draw();
  }
}

function realBetween(origin: number, bound: number, value: number): number {
  if (!(origin < bound && Number.isFinite(bound - origin)))
    throw evaluationError("The bound must lie above the origin");
  return Math.min(value * (bound - origin) + origin, bound);
}

const nextFloat = (self: JavaRandom): number => (next(self, 24) >>> 0) / 2 ** 24;
const reseed = (self: JavaRandom, seed: bigint): Value => {
  self.seed = (seed ^ MULTIPLIER) & MASK;
  return null;
};

export const RANDOM_METHODS = methodTable<JavaRandom>({
  "nextBoolean()": (self): Value => next(self, 1) !== 0,
  "nextInt()": (self) => int(next(self, 32)),
  "nextInt(int)": (self, args) => int(nextInt(self, intArg(args, 0))),
  "nextInt(int,int)": (self, args) =>
    int(Number(between(longArg(args, 0), longArg(args, 1), 32, () => BigInt(next(self, 32))))),
  "nextLong()": (self) => long(nextLong(self)),
  "nextLong(long)": (self, args) => long(between(0n, longArg(args, 0), 64, () => nextLong(self))),
  "nextLong(long,long)": (self, args) => long(between(longArg(args, 0), longArg(args, 1), 64, () => nextLong(self))),
  "nextFloat()": (self) => float(nextFloat(self)),
  "nextFloat(float)": (self, args) => float(realBetween(0, realArg(args, 0), nextFloat(self))),
  "nextFloat(float,float)": (self, args) => float(realBetween(realArg(args, 0), realArg(args, 1), nextFloat(self))),
  "nextDouble()": (self) => double(nextReal(self)),
  "nextDouble(double)": (self, args) => double(realBetween(0, realArg(args, 0), nextReal(self))),
  "nextDouble(double,double)": (self, args) => double(realBetween(realArg(args, 0), realArg(args, 1), nextReal(self))),
  "setSeed(long)": (self, args) => reseed(self, longArg(args, 0)),
  "isDeprecated()": () => false,
});
