import { evaluationError } from "./errors.ts";
import type { Budget } from "./limits.ts";
import { commonKind, compareNumbers, toDouble } from "./numbers.ts";
import type { JavaNumber } from "./numbers.ts";
import { calendarDate, epochDayOf } from "./time-text.ts";
import { typeName } from "./types.ts";
import { charSequence, entriesOf, fromMapKey, isCharSequence, isNumber, itemsOf } from "./values.ts";
import type { JavaList, Value } from "./values.ts";

/** Java's order of texts: by UTF-16 unit, then by length. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Negative, zero or positive. Null is below everything; two numbers compare by value, two texts by characters, and other
 * values only with their own type. Everything else is an error.
 */
export function compareValues(left: Value, right: Value): number {
  if (left === null) return right === null ? 0 : -1;
  if (right === null) return 1;
  if (isNumber(left) && isNumber(right)) return compareNumbers(left, right);
  if (isCharSequence(left) && isCharSequence(right)) return compareTexts(charSequence(left), charSequence(right));
  const order = compareSameType(left, right);
  if (order === undefined) {
    throw evaluationError(`Values of type ${typeName(left)} and ${typeName(right)} cannot be compared`);
  }
  return order;
}

const sign = (left: number | bigint, right: number | bigint): number => (left < right ? -1 : Number(left > right));

/** The natural order inside one comparable type, or undefined where there is none. */
export function compareSameType(left: Value, right: Value): number | undefined {
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return undefined;
  if (left.kind === "char" && right.kind === "char") return sign(left.value.charCodeAt(0), right.value.charCodeAt(0));
  if (left.kind === "date" && right.kind === "date") return sign(left.epochMs, right.epochMs);
  if (left.kind === "instant" && right.kind === "instant") return sign(left.epochNanos, right.epochNanos);
  if (left.kind === "localDate" && right.kind === "localDate") return sign(left.epochDay, right.epochDay);
  if (left.kind === "localDateTime" && right.kind === "localDateTime") return sign(left.nanos, right.nanos);
  if (left.kind === "uuid" && right.kind === "uuid") return compareUuids(left.text, right.text);
  if (left.kind === "enum" && right.kind === "enum" && left.type === right.type)
    return sign(left.ordinal, right.ordinal);
  return undefined;
}

/** Java compares the halves of a UUID as signed numbers. */
function compareUuids(left: string, right: string): number {
  const halves = (text: string): bigint[] => {
    const bits = BigInt(`0x${text.replaceAll("-", "")}`);
    return [BigInt.asIntN(64, bits >> 64n), BigInt.asIntN(64, bits)];
  };
  const [a = 0n, b = 0n] = halves(left);
  const [c = 0n, d = 0n] = halves(right);
  return sign(a, c) || sign(b, d);
}

/** What a type's own `compareTo` gives: for some a difference instead of a sign. */
export function comparedBy(left: Value, right: Value): number {
  const both = left !== null && right !== null && typeof left === "object" && typeof right === "object";
  if (both && left.kind === "char" && right.kind === "char")
    return left.value.charCodeAt(0) - right.value.charCodeAt(0);
  if (both && left.kind === "enum" && right.kind === "enum" && left.type === right.type)
    return left.ordinal - right.ordinal;
  if (both && left.kind === "localDate" && right.kind === "localDate")
    return dayDifference(left.epochDay, right.epochDay);
  if (both && left.kind === "localDateTime" && right.kind === "localDateTime")
    return dayDifference(epochDayOf(left.nanos), epochDayOf(right.nanos)) || compareValues(left, right);
  return compareValues(left, right);
}

function dayDifference(left: number, right: number): number {
  const a = calendarDate(left);
  const b = calendarDate(right);
  return a.year - b.year || a.month - b.month || a.day - b.day;
}

/** The `==` of expressions: numbers by value across types, texts by characters, the rest as Java's `equals`. */
export function looselyEqual(left: Value, right: Value, budget: Budget): boolean {
  if (left !== null && right !== null) {
    if (isNumber(left) && isNumber(right)) return numbersEqual(left, right);
    if (isCharSequence(left) && isCharSequence(right)) return charSequence(left) === charSequence(right);
    if (typeof left === "object" && typeof right === "object" && left.kind === "array" && right.kind === "array") {
      return itemsEqual(left.items, right.items, budget, 0);
    }
  }
  return javaEquals(left, right, budget) || (left !== null && right !== null && compareSameType(left, right) === 0);
}

function numbersEqual(left: JavaNumber, right: JavaNumber): boolean {
  const kind = commonKind(left, right);
  return kind === "double" || kind === "float" ? toDouble(left) === toDouble(right) : compareNumbers(left, right) === 0;
}

/** Java's `equals`: an int never equals a long, lists and maps compare element by element. */
export function javaEquals(left: Value, right: Value, budget: Budget, depth = 0): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") return false;
  budget.charge(1);
  if (depth > budget.limits.resultDepth) throw evaluationError("The values to compare are nested too deeply");
  if (isNumber(left) && isNumber(right)) return left.kind === right.kind && compareNumbers(left, right) === 0;
  if (left.kind === "list" && right.kind === "list") {
    return sameKind(left, right) && itemsEqual(itemsOf(left), itemsOf(right), budget, depth);
  }
  if (left.kind === "map" && right.kind === "map") {
    const other = entriesOf(right);
    const own = entriesOf(left);
    if (own.size !== other.size) return false;
    for (const [key, value] of own) {
      const match = other.get(key);
      if (match === undefined || !javaEquals(value, match, budget, depth + 1)) return false;
    }
    return true;
  }
  if (left.kind === "entry" && right.kind === "entry") {
    return (
      javaEquals(fromMapKey(left.key), fromMapKey(right.key), budget) &&
      javaEquals(left.value, right.value, budget, depth + 1)
    );
  }
  if (left.kind === "type" && right.kind === "type") return left.name === right.name;
  if (left.kind === "dateFormat" && right.kind === "dateFormat") return left.pattern === right.pattern;
  return compareSameType(left, right) === 0;
}

/** Lists equal lists, sets equal sets; a map's values equal nothing but themselves. */
const sameKind = (left: JavaList, right: JavaList): boolean => {
  const set = (one: JavaList): boolean => one.flavour === "set" || one.flavour === "entries";
  return left.flavour === right.flavour || (set(left) && set(right));
};

function itemsEqual(left: readonly Value[], right: readonly Value[], budget: Budget, depth: number): boolean {
  return (
    left.length === right.length &&
    left.every((item, index) => javaEquals(item, right[index] ?? null, budget, depth + 1))
  );
}
