import { evaluationError } from "../errors.ts";
import {
  arithmetic,
  compareDoubles,
  double,
  fitsInt,
  fitsLong,
  float,
  int,
  javaPow,
  long,
  toBigInt,
} from "../numbers.ts";
import type { JavaNumber } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import type { Value } from "../values.ts";
import { intArg, longArg, realArg } from "./common.ts";
import { REAL_BITS, cubeRoot } from "./math-bits.ts";

type Bodies = Record<string, Body>;

const REAL_FUNCTIONS: Record<string, (value: number) => number> = {
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  cbrt: cubeRoot,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  exp: Math.exp,
  expm1: Math.expm1,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  rint: (value) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  toDegrees: (value) => value * 57.29577951308232,
  toRadians: (value) => value * 0.017453292519943295,
};

const realFunctions: Bodies = Object.fromEntries(
  Object.entries(REAL_FUNCTIONS).map(([name, compute]): [string, Body] => [
    `${name}(double)`,
    (_self, args) => double(compute(realArg(args, 0))),
  ]),
);

/** One form per number type, as Java overloads `abs`, `max` and `min`. */
function perType(name: string, count: number, pick: (numbers: readonly JavaNumber[]) => JavaNumber): Bodies {
  const body: Body = (_self, args) => pick(args as readonly JavaNumber[]);
  return Object.fromEntries(
    ["int", "long", "float", "double"].map((type) => [`${name}(${Array(count).fill(type).join(",")})`, body]),
  );
}

function abs(number: JavaNumber): JavaNumber {
  if (number.kind === "long") return long(number.value < 0n ? -number.value : number.value);
  if (number.kind === "float") return float(Math.abs(number.value));
  if (number.kind === "int") return int(Math.abs(number.value));
  return double(Math.abs(Number(number.value)));
}

const order = (a: JavaNumber, b: JavaNumber): number =>
  typeof a.value === "bigint" || typeof b.value === "bigint"
    ? Number(toBigInt(a) - toBigInt(b))
    : compareDoubles(a.value, b.value);

function extreme(numbers: readonly JavaNumber[], sign: 1 | -1): JavaNumber {
  const [a, b] = numbers;
  if (a === undefined || b === undefined) throw evaluationError("Two numbers are needed here");
  if (Number.isNaN(a.value)) return a;
  if (Number.isNaN(b.value)) return b;
  return order(a, b) * sign >= 0 ? a : b;
}

const exact = (result: bigint, type: "int" | "long"): Value => {
  const fits = type === "int" ? fitsInt(Number(result)) : fitsLong(result);
  if (!fits) throw evaluationError(`The result does not fit the type ${type}`);
  return type === "int" ? int(Number(result)) : long(result);
};

const EXACT: Record<string, (a: bigint, b: bigint) => bigint> = {
  addExact: (a, b) => a + b,
  subtractExact: (a, b) => a - b,
  multiplyExact: (a, b) => a * b,
};

const EXACT_SINGLE: Record<string, (a: bigint) => bigint> = {
  incrementExact: (a) => a + 1n,
  decrementExact: (a) => a - 1n,
  negateExact: (a) => -a,
  absExact: (a) => (a < 0n ? -a : a),
};

const exactFunctions: Bodies = Object.fromEntries([
  ...Object.entries(EXACT_SINGLE).flatMap(([name, compute]) =>
    (["int", "long"] as const).map((type): [string, Body] => [
      `${name}(${type})`,
      (_self, args) => exact(compute(longArg(args, 0)), type),
    ]),
  ),
  ...Object.entries(EXACT).flatMap(([name, compute]) =>
    (["int", "long"] as const).map((type): [string, Body] => [
      `${name}(${type},${type})`,
      (_self, args) => exact(compute(longArg(args, 0), longArg(args, 1)), type),
    ]),
  ),
]);

function floorParts(args: readonly Value[]): { quotient: bigint; rest: bigint } {
  const divisor = longArg(args, 1);
  if (divisor === 0n) throw evaluationError("A whole number cannot be divided by zero");
  const dividend = longArg(args, 0);
  const rest = ((dividend % divisor) + divisor) % divisor;
  return { quotient: (dividend - rest) / divisor, rest };
}

/** Rounds half up, as `Math.round`. */
const round = (value: number): bigint =>
  toBigInt(double(Math.floor(value) + (value - Math.floor(value) >= 0.5 ? 1 : 0)));

export const MATH = methodTable({
  ...realFunctions,
  ...perType("abs", 1, ([number]) => abs(number ?? int(0))),
  ...perType("max", 2, (numbers) => extreme(numbers, 1)),
  ...perType("min", 2, (numbers) => extreme(numbers, -1)),
  ...exactFunctions,
  ...REAL_BITS,
  "atan2(double,double)": (_self, args) => double(Math.atan2(realArg(args, 0), realArg(args, 1))),
  "hypot(double,double)": (_self, args) => double(Math.hypot(realArg(args, 0), realArg(args, 1))),
  "pow(double,double)": (_self, args) => double(javaPow(realArg(args, 0), realArg(args, 1))),
  "random()": () => double(Math.random()),
  "round(float)": (_self, args) => int(Number(BigInt.asIntN(32, clampInt(round(realArg(args, 0)))))),
  "round(double)": (_self, args) => long(round(realArg(args, 0))),
  "floorDiv(int,int)": (_self, args) => int(Number(floorParts(args).quotient)),
  "floorDiv(long,long)": (_self, args) => long(floorParts(args).quotient),
  "floorMod(int,int)": (_self, args) => int(Number(floorParts(args).rest)),
  "floorMod(long,long)": (_self, args) => long(floorParts(args).rest),
  "floorDiv(long,int)": (_self, args) => long(floorParts(args).quotient),
  "floorMod(long,int)": (_self, args) => int(Number(floorParts(args).rest)),
  "multiplyExact(long,int)": (_self, args) => exact(longArg(args, 0) * longArg(args, 1), "long"),
  "multiplyHigh(long,long)": (_self, args) => long((longArg(args, 0) * longArg(args, 1)) >> 64n),
  "toIntExact(long)": (_self, args) => exact(longArg(args, 0), "int"),
  "multiplyFull(int,int)": (_self, args) => long(BigInt(intArg(args, 0)) * BigInt(intArg(args, 1))),
  "IEEEremainder(double,double)": (_self, args) => {
    const [a, b] = [realArg(args, 0), realArg(args, 1)];
    const quotient = a / b;
    const nearest = Math.abs(quotient % 1) === 0.5 ? 2 * Math.round(quotient / 2) : Math.round(quotient);
    return arithmetic("-", double(a), double(b * nearest));
  },
});

function clampInt(value: bigint): bigint {
  if (value > 2_147_483_647n) return 2_147_483_647n;
  return value < -2_147_483_648n ? -2_147_483_648n : value;
}
