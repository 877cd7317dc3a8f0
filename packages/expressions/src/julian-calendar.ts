import { floorDiv } from "./time-text.ts";

const DAY_MS = 86_400_000;
const CUTOVER_MS = -12_219_292_800_000;
const JULIAN_DAY_OF_EPOCH = 2_440_588;
const JULIAN_EPOCH = 32_082;

/** Fields of a moment in UTC; `month` counts from 0, `weekday` from Sunday as 0, `year` 0 is 1 BC. */
export type Fields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milli: number;
};

const div = (value: number, by: number): number => Math.floor(value / by);
const mod = (value: number, by: number): number => value - div(value, by) * by;

/** Fields as `java.util.Date` shows them: the Julian calendar holds before 15 October 1582. */
export function fieldsOf(epochMs: number): Fields {
  const epochDay = Number(floorDiv(BigInt(epochMs), BigInt(DAY_MS)));
  const inDay = epochMs - epochDay * DAY_MS;
  const { year, month, day } = epochMs < CUTOVER_MS ? julianDate(epochDay) : gregorianDate(epochDay);
  return {
    year,
    month,
    day,
    weekday: mod(epochDay + 4, 7),
    dayOfYear: epochDay - div(dayStart(year, 0, 1), DAY_MS) + 1,
    hour: div(inDay, 3_600_000),
    minute: div(inDay, 60_000) % 60,
    second: div(inDay, 1000) % 60,
    milli: inDay % 1000,
  };
}

type Day = { readonly year: number; readonly month: number; readonly day: number };

function gregorianDate(epochDay: number): Day {
  const date = new Date(epochDay * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}

function julianDate(epochDay: number): Day {
  const c = epochDay + JULIAN_DAY_OF_EPOCH + JULIAN_EPOCH;
  const d = div(4 * c + 3, 1461);
  const e = c - div(1461 * d, 4);
  const m = div(5 * e + 2, 153);
  const late = div(m, 10);
  return { year: d - 4800 + late, month: m + 2 - 12 * late, day: e - div(153 * m + 2, 5) + 1 };
}

/** Milliseconds since 1970 at the start of a day; a month or day outside of its range runs over into the next one. */
export function dayStart(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  const gregorian = date.getTime();
  if (gregorian >= CUTOVER_MS) return gregorian;
  const y = year + div(month, 12);
  const m = mod(month, 12) + 1;
  const a = div(14 - m, 12);
  const from = y + 4800 - a;
  const julianDay = day + div(153 * (m + 12 * a - 3) + 2, 5) + 365 * from + div(from, 4) - 32_083;
  return (julianDay - JULIAN_DAY_OF_EPOCH) * DAY_MS;
}
