import { fieldsOf } from "./julian-calendar.ts";
import { int, long } from "./numbers.ts";
import { clockOf, epochDayOf } from "./time-text.ts";
import { dateParts } from "./time-parts.ts";
import { isStatus, itemsOf } from "./values.ts";
import type { JavaObject, Value } from "./values.ts";

/** Properties by getters that may be called; undefined where there is none. Maps are read elsewhere. */
export function readGetter(target: Exclude<Value, null>, name: string): Value | undefined {
  if (typeof target === "string") return textProperty(target, name);
  return typeof target === "boolean" ? undefined : objectProperty(target, name);
}

function textProperty(text: string, name: string): Value | undefined {
  if (name === "empty") return text === "";
  if (name === "blank") return text.trim() === "";
  if (name !== "bytes") return undefined;
  const items = Array.from(new TextEncoder().encode(text), (unit): Value => ({
    kind: "byte",
    value: (unit << 24) >> 24,
  }));
  return { kind: "array", element: "byte", items };
}

function objectProperty(target: JavaObject, name: string): Value | undefined {
  switch (target.kind) {
    case "bean":
      return target.property(name);
    case "array":
      return name === "length" ? int(target.items.length) : undefined;
    case "list":
      return name === "empty" ? itemsOf(target).length === 0 : undefined;
    case "double":
    case "float":
      if (name === "naN" || name === "NaN") return Number.isNaN(target.value);
      return name === "infinite" ? Math.abs(target.value) === Infinity : undefined;
    case "enum":
      return enumProperty(target.name, isStatus(target), target.type, target.ordinal, name);
    case "date":
      return dateProperty(target.epochMs, name);
    case "instant":
      if (name === "epochSecond") return long(BigInt.asIntN(64, target.epochNanos / 1_000_000_000n));
      return name === "nano" ? int(clockOf(target.epochNanos).nano) : undefined;
    case "localDate":
      return dateParts(target.epochDay, name);
    case "localDateTime":
      return clockProperty(target.nanos, name) ?? dateParts(epochDayOf(target.nanos), name);
    default:
      return undefined;
  }
}

function clockProperty(nanos: bigint, name: string): Value | undefined {
  const { hour, minute, second, nano } = clockOf(nanos);
  const parts = new Map([
    ["hour", hour],
    ["minute", minute],
    ["second", second],
    ["nano", nano],
  ]);
  const part = parts.get(name);
  return part === undefined ? undefined : int(part);
}

/** `java.util.Date` counts years from 1900 and months from 0. */
function dateProperty(epochMs: number, name: string): Value | undefined {
  const date = fieldsOf(epochMs);
  const parts = new Map([
    ["year", date.year - 1900],
    ["month", date.month],
    ["date", date.day],
    ["day", date.weekday],
    ["hours", date.hour],
    ["minutes", date.minute],
    ["seconds", date.second],
    ["timezoneOffset", 0],
  ]);
  if (name === "time") return long(BigInt(epochMs));
  const part = parts.get(name);
  return part === undefined ? undefined : int(part);
}

const COMPLETE = new Set(["CANCELED", "SUCCEEDED", "STOPPED", "SKIPPED", "TERMINAL", "FAILED_CONTINUE"]);
const HALT = new Set(["TERMINAL", "CANCELED", "STOPPED"]);
const SUCCESSFUL = new Set(["SUCCEEDED", "STOPPED", "SKIPPED"]);
const FAILURE = new Set(["TERMINAL", "STOPPED", "FAILED_CONTINUE"]);

function enumProperty(value: string, status: boolean, type: string, ordinal: number, name: string): Value | undefined {
  if (!status) {
    if (type === "java.time.DayOfWeek" && name === "value") return int(ordinal + 1);
    if (type !== "java.time.temporal.ChronoUnit") return undefined;
    const dateBased = ordinal >= 7 && ordinal <= 14;
    if (name === "dateBased") return dateBased;
    return name === "timeBased" ? ordinal < 7 : undefined;
  }
  const sets = new Map([
    ["complete", COMPLETE],
    ["halt", HALT],
    ["successful", SUCCESSFUL],
    ["failure", FAILURE],
  ]);
  if (name === "skipped") return value === "SKIPPED";
  return sets.get(name)?.has(value);
}
