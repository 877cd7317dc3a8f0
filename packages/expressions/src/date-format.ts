import { parseDatePattern } from "./date-pattern.ts";
import { dayStart, fieldsOf } from "./julian-calendar.ts";
import type { Fields } from "./julian-calendar.ts";
import { MONTHS, WEEKDAYS } from "./time-text.ts";

const DAY_MS = 86_400_000;
const pad = (value: number, width: number): string => String(value).padStart(width, "0");
const name = (names: readonly string[], index: number, full: boolean): string =>
  full ? (names[index] ?? "") : (names[index] ?? "").slice(0, 3);

/** The date in UTC and en-US by a `SimpleDateFormat` pattern. */
export function formatDate(epochMs: number, pattern: string): string {
  const at = fieldsOf(epochMs);
  return parseDatePattern(pattern)
    .map((piece) => ("literal" in piece ? piece.literal : field(at, piece.letter, piece.count)))
    .join("");
}

function field(at: Fields, letter: string, count: number): string {
  const hour = at.hour;
  switch (letter) {
    case "G":
      return at.year > 0 ? "AD" : "BC";
    case "y":
      return year(at.year, count);
    case "Y":
      return year(weekOfYear(at).year, count);
    case "M":
    case "L":
      return count >= 3 ? name(MONTHS, at.month, count >= 4) : pad(at.month + 1, count);
    case "d":
      return pad(at.day, count);
    case "D":
      return pad(at.dayOfYear, count);
    case "E":
      return name(WEEKDAYS, at.weekday, count >= 4);
    case "u":
      return pad(at.weekday === 0 ? 7 : at.weekday, count);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "H":
      return pad(hour, count);
    case "k":
      return pad(hour === 0 ? 24 : hour, count);
    case "K":
      return pad(hour % 12, count);
    case "h":
      return pad(hour % 12 === 0 ? 12 : hour % 12, count);
    case "m":
      return pad(at.minute, count);
    case "s":
      return pad(at.second, count);
    case "S":
      return pad(at.milli, count);
    case "z":
      return count >= 4 ? "Coordinated Universal Time" : "UTC";
    case "Z":
      return "+0000";
    case "w":
      return pad(weekOfYear(at).week, count);
    case "W":
      return pad(weekIn(at.day, at.weekday), count);
    case "F":
      return pad(Math.floor((at.day - 1) / 7) + 1, count);
    default:
      return "Z";
  }
}

function year(value: number, count: number): string {
  const shown = value > 0 ? value : 1 - value;
  return count === 2 ? pad(shown % 100, 2) : pad(shown, count);
}

/** Week 1 is the one with the first of the period; weeks begin on Sunday (en-US). */
function weekIn(day: number, dayOfWeek: number): number {
  const firstWeekday = (((dayOfWeek - (day - 1)) % 7) + 7) % 7;
  return Math.floor((day - 1 + firstWeekday) / 7) + 1;
}

function weekOfYear(at: Fields): { week: number; year: number } {
  const daysToNextYear = (dayStart(at.year + 1, 0, 1) - dayStart(at.year, at.month, at.day)) / DAY_MS;
  if (daysToNextYear <= 6 && at.weekday + daysToNextYear <= 6) return { week: 1, year: at.year + 1 };
  return { week: weekIn(at.dayOfYear, at.weekday), year: at.year };
}

/** As `Date.toString` in UTC: `Thu Jan 01 00:00:00 UTC 1970`; a year before 1 shows its number of the era. */
export const dateText = (epochMs: number): string => formatDate(epochMs, "EEE MMM dd HH:mm:ss 'UTC' y");
