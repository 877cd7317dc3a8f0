import { evaluationError } from "./errors.ts";

const DAY_MS = 86_400_000;
const SECOND = 1_000_000_000n;
export const DAY_NANOS = 86_400n * SECOND;

export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

export function floorDiv(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

export const floorMod = (value: bigint, by: bigint): bigint => value - floorDiv(value, by) * by;

export type CalendarDate = { readonly year: number; readonly month: number; readonly day: number };

/** Year, month (1 to 12) and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar. */
export function calendarDate(epochDay: number): CalendarDate {
  const date = new Date(epochDay * DAY_MS);
  if (Number.isNaN(date.getTime())) throw evaluationError("The date lies outside of the years that can be computed");
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
}

/** Days from 1970-01-01. Throws for a month or day that does not exist. */
export function toEpochDay(year: number, month: number, day: number): number {
  if (month < 1 || month > 12) throw evaluationError(`There is no month ${month}`);
  if (day < 1 || day > daysInMonth(year, month))
    throw evaluationError(`There is no day ${day} in month ${month} of ${year}`);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const epochDay = date.getTime() / DAY_MS;
  if (Number.isNaN(epochDay)) throw evaluationError("The date lies outside of the years that can be computed");
  return epochDay;
}

/** 0 is Sunday. */
export const weekday = (epochDay: number): number => (((epochDay + 4) % 7) + 7) % 7;

function yearText(year: number): string {
  if (Math.abs(year) < 10_000) return (year < 0 ? "-" : "") + pad(Math.abs(year), 4);
  return (year > 0 ? "+" : "-") + String(Math.abs(year));
}

export function localDateText(epochDay: number): string {
  const { year, month, day } = calendarDate(epochDay);
  return `${yearText(year)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = pad(nanos, 9);
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return digits.endsWith("000") ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

export type Clock = { readonly hour: number; readonly minute: number; readonly second: number; readonly nano: number };

export function clockOf(nanos: bigint): Clock {
  const inDay = floorMod(nanos, DAY_NANOS);
  const seconds = Number(inDay / SECOND);
  return {
    hour: Math.trunc(seconds / 3600),
    minute: Math.trunc(seconds / 60) % 60,
    second: seconds % 60,
    nano: Number(inDay % SECOND),
  };
}

export const epochDayOf = (nanos: bigint): number => Number(floorDiv(nanos, DAY_NANOS));

/** ISO 8601 as `LocalDateTime.toString`: seconds are left out when they and the fraction are zero. */
export function localDateTimeText(nanos: bigint): string {
  const { hour, minute, second, nano } = clockOf(nanos);
  const seconds = second === 0 && nano === 0 ? "" : `:${pad(second, 2)}${fraction(nano)}`;
  return `${localDateText(epochDayOf(nanos))}T${pad(hour, 2)}:${pad(minute, 2)}${seconds}`;
}

/** ISO 8601 in UTC as `Instant.toString`. */
export function instantText(epochNanos: bigint): string {
  const { hour, minute, second, nano } = clockOf(epochNanos);
  return `${localDateText(epochDayOf(epochNanos))}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction(nano)}Z`;
}
