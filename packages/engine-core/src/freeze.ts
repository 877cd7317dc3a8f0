import { dayMs, localClock, type LocalClock } from "./local-clock.ts";

/**
 * A time that is frozen, by the clocks of the calendar's zone; the end is not part of it. Three forms, told by how the ends are written:
 * once (`2026-12-20T00:00`, or with `Z` or an offset), each week (`FRIDAY 16:00`), each day (`18:00`; over midnight where `to` is
 * not later than `from`).
 */
export type FreezePeriod = { from: string; to: string };

type End =
  | { form: "once"; local: string; instant: number | null }
  | { form: "weekly"; day: number; minute: number }
  | { form: "daily"; minute: number };

const days = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
const expected = 'expected a moment ("2026-12-20T00:00"), a day of the week ("FRIDAY 16:00") or a time ("18:00")';

function readEnd(text: string): End {
  const once = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (once !== null) {
    if (Number.isNaN(Date.parse(once[3] === undefined ? `${text}Z` : text)))
      throw new Error(`"${text}" is no date; ${expected}.`);
    return { form: "once", local: text, instant: once[3] === undefined ? null : Date.parse(text) };
  }
  const words = /^(?:([A-Za-z]+)\s+)?(\d{1,2}):(\d{2})$/.exec(text.trim());
  const minute = Number(words?.[2]) * 60 + Number(words?.[3]);
  if (words === null || Number(words[2]) > 23 || Number(words[3]) > 59)
    throw new Error(`"${text}" is no time; ${expected}.`);
  if (words[1] === undefined) return { form: "daily", minute };
  const day = days.indexOf(words[1].toUpperCase());
  if (day < 0) throw new Error(`"${words[1]}" is no day of the week; ${expected}.`);
  return { form: "weekly", day, minute };
}

/** What is wrong with a period, in words; null when it can be used. */
export function periodProblem(period: FreezePeriod): string | null {
  try {
    const [from, to] = [readEnd(period.from), readEnd(period.to)];
    if (from.form !== to.form) return `"${period.from}" and "${period.to}" are not written in the same form.`;
    if (from.form === "once" && to.form === "once") {
      const clock = localClock("UTC");
      if (instantOf(to, clock) <= instantOf(from, clock)) return `"${period.to}" is not later than "${period.from}".`;
    }
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function instantOf(end: Extract<End, { form: "once" }>, clock: LocalClock): number {
  if (end.instant !== null) return end.instant;
  const wall = new Date(`${end.local}Z`);
  const date = { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
  const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
  return clock.instant(date, minute, "first") + wall.getUTCSeconds() * 1_000;
}

/** The end of the period that `now` lies in (epoch milliseconds), null when it lies in none. */
function endOf(period: FreezePeriod, now: number, clock: LocalClock): number | null {
  const [from, to] = [readEnd(period.from), readEnd(period.to)];
  if (from.form === "once" && to.form === "once") {
    const end = instantOf(to, clock);
    return instantOf(from, clock) <= now && now < end ? end : null;
  }
  if (from.form === "once" || to.form === "once" || from.form !== to.form) return null;
  const today = clock.date(now);
  const late = to.minute <= from.minute;
  const between = from.form === "weekly" && to.form === "weekly" ? (to.day - from.day + 7) % 7 : 0;
  const length = between > 0 ? between : late ? (from.form === "weekly" ? 7 : 1) : 0;
  for (let back = 0; back <= (from.form === "weekly" ? 7 : 1); back += 1) {
    const date = { ...today, day: today.day - back };
    const weekday = new Date(Date.UTC(date.year, date.month - 1, date.day)).getUTCDay();
    if (from.form === "weekly" && weekday !== from.day) continue;
    const end = clock.instant({ ...date, day: date.day + length }, to.minute, "first");
    if (clock.instant(date, from.minute, "first") <= now && now < end) return end;
  }
  return null;
}

/** More than a year of periods that follow each other without a gap counts as for ever. */
const longestMs = 400 * dayMs;

/**
 * Until when (epoch milliseconds) these periods freeze without a gap, null when `now` is not frozen. Infinity where they leave no gap.
 * `zone` is an IANA name.
 */
export function frozenUntil(periods: readonly FreezePeriod[], now: number, zone: string): number | null {
  const clock = localClock(zone);
  let until = now;
  for (;;) {
    const ends = periods.flatMap((period) => endOf(period, until, clock) ?? []);
    if (ends.length === 0) return until === now ? null : until;
    until = Math.max(...ends);
    if (until - now > longestMs) return Number.POSITIVE_INFINITY;
  }
}
