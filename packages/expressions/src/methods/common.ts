import { javaEquals } from "../compare.ts";
import { evaluationError } from "../errors.ts";
import { comparedBy } from "../compare.ts";
import { int, toBigInt, toDouble } from "../numbers.ts";
import type { JavaNumber } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import { hashOf } from "../hash.ts";
import { javaToString } from "../text.ts";
import { charSequence, isCharSequence, isNumber } from "../values.ts";
import type { Value } from "../values.ts";

/** Readers of arguments whose types the signature has already settled. */
export function textArg(args: readonly Value[], index: number): string {
  const value = args[index] ?? null;
  if (!isCharSequence(value)) {
    if (value !== null && typeof value === "object" && value.kind === "char") return value.value;
    throw evaluationError("A text is needed here, not null");
  }
  return charSequence(value);
}

function numberArg(args: readonly Value[], index: number): JavaNumber {
  const value = args[index] ?? null;
  if (!isNumber(value)) throw evaluationError("A number is needed here, not null");
  return value;
}

export const intArg = (args: readonly Value[], index: number): number => Number(numberArg(args, index).value);
export const longArg = (args: readonly Value[], index: number): bigint => toBigInt(numberArg(args, index));
export const realArg = (args: readonly Value[], index: number): number => toDouble(numberArg(args, index));

/** Methods that every value has. */
export const OBJECT_METHODS = methodTable({
  "equals(Object)": (self, [other = null], { budget }) => javaEquals(self, other, budget),
  "hashCode()": (self, _args, { budget }) => int(hashOf(self, budget)),
  "toString()": (self, _args, { budget }) => javaToString(self, budget),
});

/** `compareTo` of comparable types: only with the same type. */
export const COMPARABLE_METHODS = methodTable({
  "compareTo(Object)": (self, [other = null]) => {
    if (other === null) throw evaluationError("compareTo needs a value, not null");
    return int(comparedBy(self, other));
  },
});
