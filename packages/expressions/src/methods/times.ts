import { formatDate } from "../date-format.ts";
import { DATE_FORMAT_BODIES, DATE_SETTERS } from "./date-changes.ts";
import { evaluationError } from "../errors.ts";
import { long } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import { readGetter } from "../properties.ts";
import {
  checked,
  dateTimePlusMonths,
  isSupported,
  plusMonths,
  plusUnit,
  truncate,
  unitBetween,
} from "../time-arithmetic.ts";
import { DAY_NANOS, calendarDate, clockOf, epochDayOf, floorDiv, floorMod, toEpochDay } from "../time-text.ts";
import type { Clock } from "../time-text.ts";
import type {
  JavaDate,
  JavaDateFormat,
  JavaEnum,
  JavaInstant,
  JavaLocalDate,
  JavaLocalDateTime,
  Value,
} from "../values.ts";
import { compareValues } from "../compare.ts";
import { intArg, longArg } from "./common.ts";

const SECOND = 1_000_000_000n;
export const localDate = (epochDay: number): JavaLocalDate => ({ kind: "localDate", epochDay });
export const localDateTime = (nanos: bigint): JavaLocalDateTime => ({ kind: "localDateTime", nanos: checked(nanos) });
export const instant = (epochNanos: bigint): JavaInstant => ({ kind: "instant", epochNanos: checked(epochNanos) });

type Bodies<Self extends Value> = Record<string, Body<Self>>;

/** `getX()` for each property by getter. */
function getters<Self extends Exclude<Value, null>>(names: readonly string[], prefix = "get"): Bodies<Self> {
  return Object.fromEntries(
    names.map((name): [string, Body<Self>] => [
      `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}()`,
      (self) => readGetter(self, name) ?? null,
    ]),
  );
}

const present = (value: Value | undefined): Value => {
  if (value === undefined || value === null) throw evaluationError("A date or time is needed here, not null");
  return value;
};

const ordering = <Self extends Exclude<Value, null>>(type: string): Bodies<Self> => ({
  [`isAfter(${type})`]: (self, [other]) => compareValues(self, present(other)) > 0,
  [`isBefore(${type})`]: (self, [other]) => compareValues(self, present(other)) < 0,
});

export const DATE_METHODS = methodTable<JavaDate>({
  ...getters(["time", "year", "month", "date", "day", "hours", "minutes", "seconds", "timezoneOffset"]),
  "after(Date)": (self, [other]) => compareValues(self, present(other)) > 0,
  "before(Date)": (self, [other]) => compareValues(self, present(other)) < 0,
  ...DATE_SETTERS,
  "toLocaleString()": (self) => formatDate(self.epochMs, "MMM d, yyyy, h:mm:ss a"),
  "toInstant()": (self) => instant(BigInt(self.epochMs) * 1_000_000n),
  "toGMTString()": (self) => formatDate(self.epochMs, "d MMM yyyy HH:mm:ss 'GMT'"),
});

export const INSTANT_METHODS = methodTable<JavaInstant>({
  ...getters(["epochSecond", "nano"]),
  ...ordering("Instant"),
  "isSupported(TemporalUnit)": (self, [unit = null]) => isSupported(self, unit),
  "toEpochMilli()": (self) => long(floorDiv(self.epochNanos, 1_000_000n)),
  "plusSeconds(long)": (self, args) => instant(self.epochNanos + longArg(args, 0) * SECOND),
  "plusMillis(long)": (self, args) => instant(self.epochNanos + longArg(args, 0) * 1_000_000n),
  "plusNanos(long)": (self, args) => instant(self.epochNanos + longArg(args, 0)),
  "minusSeconds(long)": (self, args) => instant(self.epochNanos - longArg(args, 0) * SECOND),
  "minusMillis(long)": (self, args) => instant(self.epochNanos - longArg(args, 0) * 1_000_000n),
  "minusNanos(long)": (self, args) => instant(self.epochNanos - longArg(args, 0)),
  "plus(long,TemporalUnit)": (self, args) =>
    instant(plusUnit(self.epochNanos, longArg(args, 0), args[1] ?? null, true)),
  "minus(long,TemporalUnit)": (self, args) =>
    instant(plusUnit(self.epochNanos, -longArg(args, 0), args[1] ?? null, true)),
  "truncatedTo(TemporalUnit)": (self, args) => instant(truncate(self.epochNanos, args[0] ?? null)),
  "until(Temporal,TemporalUnit)": (self, args) => until(self, args),
});

function until(self: Value, args: readonly Value[]): Value {
  const unit = args[1] ?? null;
  if (unit === null) throw evaluationError("A unit of time is needed here, not null");
  return long(unitBetween(unit as JavaEnum, self, args[0] ?? null));
}

const DATE_PARTS = ["year", "monthValue", "dayOfMonth", "dayOfYear", "dayOfWeek"];
const days = (args: readonly Value[]): number => Number(longArg(args, 0));
const moved = (epochDay: number): JavaLocalDate => {
  calendarDate(epochDay);
  return localDate(epochDay);
};

export const LOCAL_DATE_METHODS = methodTable<JavaLocalDate>({
  ...getters(DATE_PARTS),
  ...getters(["leapYear"], "is"),
  ...ordering("LocalDate"),
  "isEqual(LocalDate)": (self, [other]) => compareValues(self, present(other)) === 0,
  "lengthOfMonth()": (self) => readGetter(self, "lengthOfMonth") ?? null,
  "lengthOfYear()": (self) => readGetter(self, "lengthOfYear") ?? null,
  "plusDays(long)": (self, args) => moved(self.epochDay + days(args)),
  "plusWeeks(long)": (self, args) => moved(self.epochDay + 7 * days(args)),
  "plusMonths(long)": (self, args) => moved(plusMonths(self.epochDay, days(args))),
  "plusYears(long)": (self, args) => moved(plusMonths(self.epochDay, 12 * days(args))),
  "minusDays(long)": (self, args) => moved(self.epochDay - days(args)),
  "minusWeeks(long)": (self, args) => moved(self.epochDay - 7 * days(args)),
  "minusMonths(long)": (self, args) => moved(plusMonths(self.epochDay, -days(args))),
  "minusYears(long)": (self, args) => moved(plusMonths(self.epochDay, -12 * days(args))),
  "plus(long,TemporalUnit)": (self, args) => dayPlus(self, longArg(args, 0), args[1] ?? null),
  "minus(long,TemporalUnit)": (self, args) => dayPlus(self, -longArg(args, 0), args[1] ?? null),
  "until(Temporal,TemporalUnit)": (self, args) => until(self, args),
  "toEpochDay()": (self) => long(BigInt(self.epochDay)),
  "atStartOfDay()": (self) => localDateTime(BigInt(self.epochDay) * DAY_NANOS),
  "atTime(int,int)": (self, args) => atTime(self, intArg(args, 0), intArg(args, 1), 0),
  "atTime(int,int,int)": (self, args) => atTime(self, intArg(args, 0), intArg(args, 1), intArg(args, 2)),
  "withDayOfMonth(int)": (self, args) => withPart(self.epochDay, { day: intArg(args, 0) }),
  "withDayOfYear(int)": (self, args) => localDate(dayOfYearIn(self.epochDay, intArg(args, 0))),
  "withMonth(int)": (self, args) => localDate(inMonth(self.epochDay, intArg(args, 0))),
  "withYear(int)": (self, args) => localDate(inYear(self.epochDay, intArg(args, 0))),
  "isSupported(TemporalUnit)": (self, [unit = null]) => isSupported(self, unit),
});

function inMonth(epochDay: number, month: number): number {
  if (month < 1 || month > 12) throw evaluationError(`There is no month ${month}`);
  return plusMonths(epochDay, month - calendarDate(epochDay).month);
}

const inYear = (epochDay: number, year: number): number =>
  plusMonths(epochDay, 12 * (year - calendarDate(epochDay).year));

function dayOfYearIn(epochDay: number, day: number): number {
  const { year } = calendarDate(epochDay);
  const found = toEpochDay(year, 1, 1) + day - 1;
  if (day < 1 || calendarDate(found).year !== year) throw evaluationError(`There is no day ${day} in the year ${year}`);
  return found;
}

function dayPlus(self: JavaLocalDate, amount: bigint, unit: Value): JavaLocalDate {
  const nanos = plusUnit(BigInt(self.epochDay) * DAY_NANOS, amount, unit, false);
  if (unit !== null && typeof unit === "object" && unit.kind === "enum" && unit.ordinal < 7) {
    throw evaluationError(`The unit ${unit.name} cannot be added to a date`);
  }
  return localDate(epochDayOf(nanos));
}

function withPart(epochDay: number, change: { readonly day?: number }): JavaLocalDate {
  const parts = { ...calendarDate(epochDay), ...change };
  return localDate(toEpochDay(parts.year, parts.month, parts.day));
}

function atTime(self: JavaLocalDate, hour: number, minute: number, second: number): JavaLocalDateTime {
  return dateTimeOf(self.epochDay, hour, minute, second, 0);
}

export function dateTimeOf(
  epochDay: number,
  hour: number,
  minute: number,
  second: number,
  nano: number,
): JavaLocalDateTime {
  const inRange = hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59;
  if (!inRange || nano < 0 || nano > 999_999_999) throw evaluationError("There is no such time of day");
  return localDateTime(
    BigInt(epochDay) * DAY_NANOS + BigInt(hour * 3600 + minute * 60 + second) * SECOND + BigInt(nano),
  );
}

const plusNanos = (self: JavaLocalDateTime, amount: bigint): JavaLocalDateTime => localDateTime(self.nanos + amount);

const steps = (verb: string, sign: bigint): Bodies<JavaLocalDateTime> =>
  Object.fromEntries(
    (
      [
        ["Nanos", 1n],
        ["Seconds", SECOND],
        ["Minutes", 60n * SECOND],
        ["Hours", 3600n * SECOND],
        ["Days", DAY_NANOS],
        ["Weeks", 7n * DAY_NANOS],
      ] as const
    ).map(([unit, length]): [string, Body<JavaLocalDateTime>] => [
      `${verb}${unit}(long)`,
      (self, args) => plusNanos(self, sign * longArg(args, 0) * length),
    ]),
  );

export const LOCAL_DATE_TIME_METHODS = methodTable<JavaLocalDateTime>({
  ...getters([...DATE_PARTS, "hour", "minute", "second", "nano"]),
  ...ordering("LocalDateTime"),
  ...steps("plus", 1n),
  ...steps("minus", -1n),
  "isEqual(LocalDateTime)": (self, [other]) => compareValues(self, present(other)) === 0,
  "plusMonths(long)": (self, args) => localDateTime(dateTimePlusMonths(self.nanos, days(args))),
  "plusYears(long)": (self, args) => localDateTime(dateTimePlusMonths(self.nanos, 12 * days(args))),
  "minusMonths(long)": (self, args) => localDateTime(dateTimePlusMonths(self.nanos, -days(args))),
  "minusYears(long)": (self, args) => localDateTime(dateTimePlusMonths(self.nanos, -12 * days(args))),
  "plus(long,TemporalUnit)": (self, args) =>
    localDateTime(plusUnit(self.nanos, longArg(args, 0), args[1] ?? null, false)),
  "minus(long,TemporalUnit)": (self, args) =>
    localDateTime(plusUnit(self.nanos, -longArg(args, 0), args[1] ?? null, false)),
  "truncatedTo(TemporalUnit)": (self, args) => localDateTime(truncate(self.nanos, args[0] ?? null)),
  "until(Temporal,TemporalUnit)": (self, args) => until(self, args),
  "toLocalDate()": (self) => localDate(epochDayOf(self.nanos)),
  "isSupported(TemporalUnit)": (self, [unit = null]) => isSupported(self, unit),
  "withDayOfMonth(int)": (self, args) => onDay(self, (day) => withPart(day, { day: intArg(args, 0) }).epochDay),
  "withDayOfYear(int)": (self, args) => onDay(self, (day) => dayOfYearIn(day, intArg(args, 0))),
  "withMonth(int)": (self, args) => onDay(self, (day) => inMonth(day, intArg(args, 0))),
  "withYear(int)": (self, args) => onDay(self, (day) => inYear(day, intArg(args, 0))),
  "withHour(int)": (self, args) => withClock(self, { hour: intArg(args, 0) }),
  "withMinute(int)": (self, args) => withClock(self, { minute: intArg(args, 0) }),
  "withSecond(int)": (self, args) => withClock(self, { second: intArg(args, 0) }),
  "withNano(int)": (self, args) => withClock(self, { nano: intArg(args, 0) }),
});

function onDay(self: JavaLocalDateTime, change: (epochDay: number) => number): JavaLocalDateTime {
  return localDateTime(BigInt(change(epochDayOf(self.nanos))) * DAY_NANOS + floorMod(self.nanos, DAY_NANOS));
}

function withClock(self: JavaLocalDateTime, change: Partial<Clock>): JavaLocalDateTime {
  const { hour, minute, second, nano } = { ...clockOf(self.nanos), ...change };
  return dateTimeOf(epochDayOf(self.nanos), hour, minute, second, nano);
}

export const DATE_FORMAT_METHODS = methodTable<JavaDateFormat>({
  ...DATE_FORMAT_BODIES,
});
