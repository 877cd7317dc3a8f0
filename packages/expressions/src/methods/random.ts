import { evaluationError } from "../errors.ts";
import { double, float, int, long } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { JavaRandom, Value } from "../values.ts";
import { intArg } from "./common.ts";

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

export const RANDOM_METHODS = methodTable<JavaRandom>({
  "nextBoolean()": (self): Value => next(self, 1) !== 0,
  "nextInt()": (self) => int(next(self, 32)),
  "nextInt(int)": (self, args) => int(nextInt(self, intArg(args, 0))),
  "nextLong()": (self) => {
    const high = BigInt(next(self, 32));
    return long((high << 32n) + BigInt(next(self, 32)));
  },
  "nextFloat()": (self) => float((next(self, 24) >>> 0) / 2 ** 24),
  "nextDouble()": (self) => double(nextReal(self)),
});
