import { evaluationError } from "./errors.ts";
import { DAY_NANOS, calendarDate, daysInMonth, epochDayOf, floorDiv, floorMod, toEpochDay } from "./time-text.ts";
import { typeName } from "./types.ts";
import type { JavaEnum, Value } from "./values.ts";

/** `ChronoUnit`'s constants in their order; those with a length have it in nanoseconds. */
export const CHRONO_UNITS = [
  "NANOS",
  "MICROS",
  "MILLIS",
  "SECONDS",
  "MINUTES",
  "HOURS",
  "HALF_DAYS",
  "DAYS",
  "WEEKS",
  "MONTHS",
  "YEARS",
  "DECADES",
  "CENTURIES",
  "MILLENNIA",
  "ERAS",
  "FOREVER",
] as const;
const NANOS: ReadonlyMap<string, bigint> = new Map([
  ["NANOS", 1n],
  ["MICROS", 1_000n],
  ["MILLIS", 1_000_000n],
  ["SECONDS", 1_000_000_000n],
  ["MINUTES", 60_000_000_000n],
  ["HOURS", 3_600_000_000_000n],
  ["HALF_DAYS", 43_200_000_000_000n],
  ["DAYS", DAY_NANOS],
  ["WEEKS", 7n * DAY_NANOS],
]);
const MONTHS: ReadonlyMap<string, number> = new Map([
  ["MONTHS", 1],
  ["YEARS", 12],
  ["DECADES", 120],
  ["CENTURIES", 1200],
  ["MILLENNIA", 12_000],
]);

/** The day some months later; a day that the month does not have becomes its last. */
export function plusMonths(epochDay: number, months: number): number {
  const { year, month, day } = calendarDate(epochDay);
  const total = year * 12 + (month - 1) + months;
  if (!Number.isSafeInteger(total)) throw evaluationError("The date lies outside of the years that can be computed");
  const newYear = Math.floor(total / 12);
  const newMonth = total - newYear * 12 + 1;
  return toEpochDay(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

export function dateTimePlusMonths(nanos: bigint, months: number): bigint {
  return BigInt(plusMonths(epochDayOf(nanos), months)) * DAY_NANOS + floorMod(nanos, DAY_NANOS);
}

/** `temporal.plus(amount, unit)` for a wall clock (in nanoseconds) or, with `exact`, for a point in time. */
export function plusUnit(nanos: bigint, amount: bigint, unit: Value, exact: boolean): bigint {
  const name = unitName(unit);
  const length = NANOS.get(name);
  if (length !== undefined && !(exact && name === "WEEKS")) return checked(nanos + amount * length);
  const months = MONTHS.get(name);
  if (months === undefined || exact) throw evaluationError(`The unit ${name} cannot be added here`);
  return dateTimePlusMonths(nanos, Number(amount) * months);
}

/** Nanoseconds that lie within the years that can be computed (about 271,000 before and after 1970). */
export function checked(nanos: bigint): bigint {
  if (nanos > 8_640_000_000_000_000_000_000n || nanos < -8_640_000_000_000_000_000_000n) {
    throw evaluationError("The date lies outside of the years that can be computed");
  }
  return nanos;
}

export function truncate(nanos: bigint, unit: Value): bigint {
  const name = unitName(unit);
  const length = NANOS.get(name);
  if (length === undefined || length > DAY_NANOS) throw evaluationError(`A time cannot be cut to the unit ${name}`);
  return floorDiv(nanos, length) * length;
}

function unitName(unit: Value): string {
  if (unit === null || typeof unit !== "object" || unit.kind !== "enum")
    throw evaluationError("A unit of time is needed here, not null");
  return unit.name;
}

function nanosOf(value: Value): { nanos: bigint; dateOnly: boolean; zoned: boolean } {
  if (value !== null && typeof value === "object") {
    if (value.kind === "instant") return { nanos: value.epochNanos, dateOnly: false, zoned: true };
    if (value.kind === "localDateTime") return { nanos: value.nanos, dateOnly: false, zoned: false };
    if (value.kind === "localDate") return { nanos: BigInt(value.epochDay) * DAY_NANOS, dateOnly: true, zoned: false };
  }
  throw evaluationError(`A date or time is needed here, not ${typeName(value)}`);
}

/** Whole units from one time to another, as `ChronoUnit.between`. */
export function unitBetween(unit: JavaEnum, from: Value, to: Value): bigint {
  const a = nanosOf(from);
  const b = nanosOf(to);
  const length = NANOS.get(unit.name);
  if (a.zoned !== b.zoned || (b.dateOnly && !a.dateOnly)) throw evaluationError("The two times are of different kinds");
  if (a.dateOnly && length !== undefined && length < DAY_NANOS) throw evaluationError(`A date has no ${unit.name}`);
  if (length !== undefined && !(a.zoned && unit.name === "WEEKS"))
    return (dayCut(b.nanos, a.dateOnly) - a.nanos) / length;
  const months = MONTHS.get(unit.name);
  if (months === undefined || a.zoned) throw evaluationError(`The unit ${unit.name} cannot be counted here`);
  return BigInt(Math.trunc(monthsBetween(a.nanos, dayCut(b.nanos, a.dateOnly)) / months));
}

const dayCut = (nanos: bigint, dateOnly: boolean): bigint =>
  dateOnly ? floorDiv(nanos, DAY_NANOS) * DAY_NANOS : nanos;

function monthsBetween(from: bigint, to: bigint): number {
  const start = calendarDate(epochDayOf(from));
  const end = calendarDate(epochDayOf(to));
  const months = (end.year - start.year) * 12 + end.month - start.month;
  const restFrom = BigInt(start.day) * DAY_NANOS + floorMod(from, DAY_NANOS);
  const restTo = BigInt(end.day) * DAY_NANOS + floorMod(to, DAY_NANOS);
  if (months > 0 && restTo < restFrom) return months - 1;
  return months < 0 && restTo > restFrom ? months + 1 : months;
}

/** Whether a time of that kind can be moved by the unit, as `isSupported` says; no unit is no. */
export function isSupported(temporal: Value, unit: Value): boolean {
  if (temporal === null || unit === null) {
    if (temporal === null) throw evaluationError("A date or time is needed here, not null");
    return false;
  }
  const { dateOnly, zoned } = nanosOf(temporal);
  const name = unitName(unit);
  if (name === "FOREVER") return false;
  const length = NANOS.get(name);
  if (zoned) return length !== undefined && length <= DAY_NANOS;
  return !dateOnly || length === undefined || length >= DAY_NANOS;
}
