import { int } from "./numbers.ts";
import { calendarDate, daysInMonth, toEpochDay, weekday } from "./time-text.ts";
import type { JavaEnum, Value } from "./values.ts";

const DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"] as const;

/** 1 is Monday, 7 is Sunday; other numbers wrap round. */
export function dayOfWeek(number: number): JavaEnum {
  const ordinal = (((number - 1) % 7) + 7) % 7;
  return { kind: "enum", type: "java.time.DayOfWeek", name: DAYS[ordinal] ?? "MONDAY", ordinal };
}

export const DAY_NAMES: readonly string[] = DAYS;

export const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** The parts of a calendar day by the names of their getters; undefined for other names. */
export function dateParts(epochDay: number, name: string): Value | undefined {
  const { year, month, day } = calendarDate(epochDay);
  switch (name) {
    case "year":
      return int(year);
    case "monthValue":
      return int(month);
    case "dayOfMonth":
      return int(day);
    case "dayOfYear":
      return int(epochDay - toEpochDay(year, 1, 1) + 1);
    case "dayOfWeek":
      return dayOfWeek(weekday(epochDay));
    case "leapYear":
      return isLeapYear(year);
    case "lengthOfMonth":
      return int(daysInMonth(year, month));
    case "lengthOfYear":
      return int(isLeapYear(year) ? 366 : 365);
    default:
      return undefined;
  }
}
