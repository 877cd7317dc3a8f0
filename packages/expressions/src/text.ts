import { evaluationError } from "./errors.ts";
import type { Budget } from "./limits.ts";
import { limitError } from "./limits.ts";
import { numberToText } from "./number-text.ts";
import { dateText } from "./date-format.ts";
import { instantText, localDateText, localDateTimeText } from "./time-text.ts";
import { typeName } from "./types.ts";
import { entriesOf, fromMapKey, isNumber, itemsOf } from "./values.ts";
import type { Value } from "./values.ts";

/**
 * The value as text by Spring's conversions: lists and arrays joined by commas without brackets. Maps and dates without
 * a converter are errors; null stays null.
 */
export function convertToText(value: Value, budget: Budget): string | null {
  if (value === null || typeof value === "string") return value;
  const text = tryConvertToText(value, budget);
  if (text === undefined) throw evaluationError(`A value of type ${typeName(value)} cannot become text`);
  return text;
}

/** As `convertToText`, but undefined where there is no conversion. */
export function tryConvertToText(value: Value, budget: Budget, depth = 0): string | undefined {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (depth > budget.limits.resultDepth)
    throw limitError(`prints values nested deeper than ${budget.limits.resultDepth} levels`);
  budget.charge(1);
  switch (value.kind) {
    case "list":
    case "array": {
      if (value.kind === "list" && value.unprintable === true) return undefined;
      const items = value.kind === "list" ? itemsOf(value) : value.items;
      let text = "";
      for (const [index, item] of items.entries()) {
        const part = tryConvertToText(item, budget, depth + 1);
        if (part === undefined) return undefined;
        text += index === 0 ? part : `,${part}`;
        budget.text(part.length);
        if (text.length > budget.limits.textLength) budget.text(text.length);
      }
      return text;
    }
    case "char":
      return value.value;
    case "enum":
      return value.name;
    case "date":
      return dateText(value.epochMs);
    case "uuid":
      return value.text;
    default:
      return isNumber(value) ? numberToText(value) : undefined;
  }
}

/** Java's own `toString()` and `String.valueOf`. */
export function javaToString(value: Value, budget: Budget, depth = 0): string {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (isNumber(value)) return numberToText(value);
  if (depth > budget.limits.resultDepth)
    throw limitError(`prints values nested deeper than ${budget.limits.resultDepth} levels`);
  budget.charge(1);
  switch (value.kind) {
    case "list":
      return `[${joinAll(itemsOf(value), (item) => javaToString(item, budget, depth + 1), budget)}]`;
    case "map": {
      const print = ([key, item]: [Value, Value]): string =>
        `${javaToString(key, budget, depth + 1)}=${javaToString(item, budget, depth + 1)}`;
      const entries = Array.from(entriesOf(value), ([key, item]): [Value, Value] => [fromMapKey(key), item]);
      return `{${joinAll(entries, print, budget)}}`;
    }
    case "entry":
      return `${javaToString(fromMapKey(value.key), budget, depth + 1)}=${javaToString(value.value, budget, depth + 1)}`;
    case "char":
      return value.value;
    case "enum":
      return value.type === "java.time.temporal.ChronoUnit" ? chronoUnitText(value.name) : value.name;
    case "date":
      return dateText(value.epochMs);
    case "instant":
      return instantText(value.epochNanos);
    case "localDate":
      return localDateText(value.epochDay);
    case "localDateTime":
      return localDateTimeText(value.nanos);
    case "uuid":
      return value.text;
    case "type":
      return PRIMITIVE.test(value.name) ? value.name : `class ${value.name}`;
    case "notEvaluable":
      return javaToString(value.value, budget, depth + 1);
    default:
      throw evaluationError(`A value of type ${typeName(value)} has no printed form`);
  }
}

const PRIMITIVE = /^[a-z]+$/;

function chronoUnitText(name: string): string {
  return name
    .split("_")
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join("");
}

function joinAll<T>(items: readonly T[], print: (item: T) => string, budget: Budget): string {
  let text = "";
  for (const [index, item] of items.entries()) {
    const part = print(item);
    budget.text(part.length);
    text += index === 0 ? part : `, ${part}`;
    if (text.length > budget.limits.textLength) budget.text(text.length);
  }
  return text;
}
