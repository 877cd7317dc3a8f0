import { formatDate } from "../date-format.ts";
import { parseDate } from "../date-parse.ts";
import { parseDatePattern } from "../date-pattern.ts";
import { evaluationError } from "../errors.ts";
import { dayStart, fieldsOf } from "../julian-calendar.ts";
import type { Fields } from "../julian-calendar.ts";
import { toBigInt } from "../numbers.ts";
import type { Body } from "../overload.ts";
import { isNumber } from "../values.ts";
import type { JavaDate, JavaDateFormat, Value } from "../values.ts";
import { intArg, longArg, textArg } from "./common.ts";

const MAX_DATE_MS = 8_640_000_000_000_000;

function inRange(epochMs: number): number {
  if (!(Math.abs(epochMs) <= MAX_DATE_MS))
    throw evaluationError("The date lies outside of the years that can be computed");
  return epochMs;
}

export const date = (epochMs: number): JavaDate => ({ kind: "date", epochMs: inRange(epochMs) });

/** Changes a part of the date; what does not fit runs over into the next part. They give nothing. */
function setter(change: (value: number) => Partial<Fields>): Body<JavaDate> {
  return (self, args) => {
    const { year, month, day, hour, minute, second, milli } = { ...fieldsOf(self.epochMs), ...change(intArg(args, 0)) };
    const inDay = hour * 3_600_000 + minute * 60_000 + second * 1000 + milli;
    self.epochMs = inRange(dayStart(year, month, day) + inDay);
    return null;
  };
}

export const DATE_SETTERS: Record<string, Body<JavaDate>> = {
  "setYear(int)": setter((value) => ({ year: 1900 + value })),
  "setMonth(int)": setter((value) => ({ month: value })),
  "setDate(int)": setter((value) => ({ day: value })),
  "setHours(int)": setter((value) => ({ hour: value })),
  "setMinutes(int)": setter((value) => ({ minute: value })),
  "setSeconds(int)": setter((value) => ({ second: value })),
  "setTime(long)": (self, args) => {
    self.epochMs = inRange(Number(longArg(args, 0)));
    return null;
  },
};

function format(self: JavaDateFormat, value: Value): string {
  if (value !== null && typeof value === "object") {
    if (value.kind === "date") return formatDate(value.epochMs, self.pattern);
    if (isNumber(value)) return formatDate(inRange(Number(toBigInt(value))), self.pattern);
  }
  throw evaluationError("A date format needs a date or a number of milliseconds");
}

function applyPattern(self: JavaDateFormat, pattern: string): null {
  parseDatePattern(pattern);
  self.pattern = pattern;
  return null;
}

export const DATE_FORMAT_BODIES: Record<string, Body<JavaDateFormat>> = {
  "format(Date)": (self, [value = null]) => format(self, value),
  "format(Object)": (self, [value = null]) => format(self, value),
  "parse(String)": (self, args) => date(parseDate(textArg(args, 0), self.pattern, self)),
  "toPattern()": (self) => self.pattern,
  "toLocalizedPattern()": (self) => self.pattern,
  "applyPattern(String)": (self, args) => applyPattern(self, textArg(args, 0)),
  "applyLocalizedPattern(String)": (self, args) => applyPattern(self, textArg(args, 0)),
  "isLenient()": (self) => self.lenient,
  "setLenient(boolean)": (self, [value = null]) => {
    self.lenient = value === true;
    return null;
  },
  "get2DigitYearStart()": (self) => date(self.centuryStart),
  "set2DigitYearStart(Date)": (self, [value = null]) => {
    if (value === null || typeof value !== "object" || value.kind !== "date")
      throw evaluationError("A date is needed here, not null");
    self.centuryStart = value.epochMs;
    return null;
  },
};

/** A format whose years of two digits lie within 80 years before and 20 years after `now`. */
export function dateFormat(pattern: string, now: Date): JavaDateFormat {
  parseDatePattern(pattern);
  const start = fieldsOf(now.getTime());
  const inDay = now.getTime() - dayStart(start.year, start.month, start.day);
  const centuryStart = dayStart(start.year - 80, start.month, start.day) + inDay;
  return { kind: "dateFormat", pattern, lenient: true, centuryStart };
}
