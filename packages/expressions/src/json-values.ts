import { Buffer } from "node:buffer";
import { evaluationError } from "./errors.ts";
import type { Budget } from "./limits.ts";
import { limitError } from "./limits.ts";
import { numberToText } from "./number-text.ts";
import { javaToString } from "./text.ts";
import { clockOf, calendarDate, epochDayOf, floorDiv } from "./time-text.ts";
import { entriesOf, fromMapKey, isNumber, isRawJson, itemsOf, rawJson } from "./values.ts";
import type { Value } from "./values.ts";
import { typeName } from "./types.ts";

/**
 * JSON text to plain data without losing what a number was: whole numbers beyond 2^53 and literals such as `1.0`, which
 * Java tells apart from `1`, stay as written (`JSON.rawJSON`).
 */
export function parseJsonExactly(text: string): unknown {
  type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
  const keepNumbers: Reviver = (_key, value, context) => {
    const source = context.source;
    return typeof value !== "number" || source === undefined || String(value) === source ? value : rawJson(source);
  };
  return JSON.parse(text, keepNumbers as (this: unknown, key: string, value: unknown) => unknown);
}

/** How numbers leave: `plain` for programs, `exact` so that JSON text shows `1.0` for a double of that value. */
export type NumberStyle = "plain" | "exact";

/**
 * The value as plain data for JSON. Dates become epoch milliseconds and local dates lists of numbers, as the engine
 * stores them; whole numbers beyond 2^53 stay exact as `JSON.rawJSON`. Too many or too deeply nested values are errors.
 */
export function toJson(value: Value, budget: Budget, style: NumberStyle = "plain"): unknown {
  const count = { left: budget.limits.resultValues };
  return convert(value, budget, style, count, 0);
}

/** JSON text as `#toJson` gives it. It knows no times of `java.time`, unlike the results of expressions. */
export function writeJson(value: Value, budget: Budget): string {
  const count = { left: budget.limits.resultValues };
  return JSON.stringify(convert(value, budget, "exact", count, 0, false)) ?? "null";
}

function convert(
  value: Value,
  budget: Budget,
  style: NumberStyle,
  count: { left: number },
  depth: number,
  times = true,
): unknown {
  count.left -= 1;
  if (count.left < 0) throw limitError(`gives more than ${budget.limits.resultValues} values`);
  if (depth > budget.limits.resultDepth)
    throw limitError(`gives values nested deeper than ${budget.limits.resultDepth} levels`);
  if (value === null || typeof value !== "object") return value;
  const nested = (item: Value): unknown => convert(item, budget, style, count, depth + 1, times);
  switch (value.kind) {
    case "list":
      return itemsOf(value).map(nested);
    case "array":
      if (value.element === "byte") return base64(value.items);
      return value.element === "char"
        ? value.items.map((item) => javaToString(item, budget)).join("")
        : value.items.map(nested);
    case "map":
      return Object.fromEntries(
        Array.from(entriesOf(value), ([key, item]): [string, unknown] => [
          javaToString(fromMapKey(key), budget),
          nested(item),
        ]),
      );
    case "entry":
      return Object.fromEntries([[javaToString(fromMapKey(value.key), budget), nested(value.value)]]);
    case "bean":
      return copyData(value.json(!times), count, budget, depth);
    case "notEvaluable":
      return { expression: nested(value.value) };
    case "instant":
    case "localDate":
    case "localDateTime":
      if (!times) throw evaluationError(`#toJson does not know the type ${typeName(value)}; print it as text first`);
      return scalar(value, budget, style);
    default:
      return scalar(value, budget, style);
  }
}

function scalar(value: Exclude<Value, null | string | boolean>, budget: Budget, style: NumberStyle): unknown {
  if (isNumber(value)) {
    if (typeof value.value === "bigint") {
      const plain = Number(value.value);
      return Number.isSafeInteger(plain) ? plain : rawJson(String(value.value));
    }
    if (!Number.isFinite(value.value)) return numberToText(value);
    if (value.kind !== "double" && value.kind !== "float") return value.value;
    const text = numberToText(value);
    return style === "plain" || text === String(Number(text)) ? Number(text) : rawJson(text);
  }
  switch (value.kind) {
    case "date":
      return value.epochMs;
    case "instant":
      return Number(floorDiv(value.epochNanos, 1_000_000n));
    case "localDate": {
      const { year, month, day } = calendarDate(value.epochDay);
      return [year, month, day];
    }
    case "localDateTime":
      return dateTimeParts(value.nanos);
    case "enum":
      return value.name;
    case "type":
      return value.name;
    case "dateFormat":
    case "random":
      throw evaluationError(`A value of type ${typeName(value)} cannot be a result`);
    default:
      return javaToString(value, budget);
  }
}

function dateTimeParts(nanos: bigint): number[] {
  const { year, month, day } = calendarDate(epochDayOf(nanos));
  const { hour, minute, second, nano } = clockOf(nanos);
  const parts = [year, month, day, hour, minute];
  if (second > 0 || nano > 0) parts.push(second);
  if (nano > 0) parts.push(Math.trunc(nano / 1_000_000));
  return parts;
}

function base64(items: readonly Value[]): string {
  const units = items.map((item) =>
    item !== null && typeof item === "object" && item.kind === "byte" ? item.value : 0,
  );
  return Buffer.from(Uint8Array.from(units)).toString("base64");
}

/** A copy of data that came in, within the same bounds. */
function copyData(data: unknown, count: { left: number }, budget: Budget, depth: number): unknown {
  count.left -= 1;
  if (count.left < 0) throw limitError(`gives more than ${budget.limits.resultValues} values`);
  if (depth > budget.limits.resultDepth)
    throw limitError(`gives values nested deeper than ${budget.limits.resultDepth} levels`);
  if (data === null || typeof data !== "object" || isRawJson(data)) return data;
  if (Array.isArray(data)) return data.map((item) => copyData(item, count, budget, depth + 1));
  return Object.fromEntries(Object.entries(data).map(([key, item]) => [key, copyData(item, count, budget, depth + 1)]));
}
