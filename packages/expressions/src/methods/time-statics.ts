import { evaluationError } from "../errors.ts";
import { long } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import { CHRONO_UNITS } from "../time-arithmetic.ts";
import { parseInstant, parseLocalDate, parseLocalDateTime } from "../time-parse.ts";
import { DAY_NAMES, dayOfWeek } from "../time-parts.ts";
import { floorDiv, toEpochDay } from "../time-text.ts";
import { array } from "../values.ts";
import type { JavaEnum, Value } from "../values.ts";
import { intArg, longArg, textArg } from "./common.ts";
import { momentOf } from "./constructors.ts";
import { date } from "./date-changes.ts";
import { dateTimeOf, instant, localDate, localDateTime } from "./times.ts";

const DAY_MS = 86_400_000;
const nowNanos = (now: () => Date): bigint => BigInt(now().getTime()) * 1_000_000n;
const part = (args: readonly Value[], index: number): number => (index < args.length ? intArg(args, index) : 0);

const dateTime = (_self: Value, args: readonly Value[]): Value =>
  dateTimeOf(
    toEpochDay(part(args, 0), part(args, 1), part(args, 2)),
    part(args, 3),
    part(args, 4),
    part(args, 5),
    part(args, 6),
  );

export const DATE_STATICS = methodTable({
  "UTC(int,int,int,int,int,int)": (_self, args) => long(BigInt(momentOf(args))),
  "from(Instant)": (_self, [from = null]) => {
    if (from === null || typeof from !== "object" || from.kind !== "instant")
      throw evaluationError("A point in time is needed here, not null");
    return date(Number(floorDiv(from.epochNanos, 1_000_000n)));
  },
});

export const INSTANT_STATICS = methodTable({
  "now()": (_self, _args, { now }) => instant(nowNanos(now)),
  "ofEpochMilli(long)": (_self, args) => instant(longArg(args, 0) * 1_000_000n),
  "ofEpochSecond(long)": (_self, args) => instant(longArg(args, 0) * 1_000_000_000n),
  "ofEpochSecond(long,long)": (_self, args) => instant(longArg(args, 0) * 1_000_000_000n + longArg(args, 1)),
  "parse(CharSequence)": (_self, args) => instant(parseInstant(textArg(args, 0))),
});

export const LOCAL_DATE_STATICS = methodTable({
  "now()": (_self, _args, { now }) => localDate(Math.floor(now().getTime() / DAY_MS)),
  "of(int,int,int)": (_self, args) => localDate(toEpochDay(intArg(args, 0), intArg(args, 1), intArg(args, 2))),
  "ofEpochDay(long)": (_self, args) => localDate(Number(longArg(args, 0))),
  "ofYearDay(int,int)": (_self, args) => {
    const first = toEpochDay(intArg(args, 0), 1, 1);
    const day = first + intArg(args, 1) - 1;
    if (day < first || day >= toEpochDay(intArg(args, 0) + 1, 1, 1))
      throw evaluationError(`There is no day ${intArg(args, 1)} in that year`);
    return localDate(day);
  },
  "parse(CharSequence)": (_self, args) => localDate(parseLocalDate(textArg(args, 0))),
});

export const LOCAL_DATE_TIME_STATICS = methodTable({
  "now()": (_self, _args, { now }) => localDateTime(nowNanos(now)),
  "of(int,int,int,int,int)": dateTime,
  "of(int,int,int,int,int,int)": dateTime,
  "of(int,int,int,int,int,int,int)": dateTime,
  "parse(CharSequence)": (_self, args) => localDateTime(parseLocalDateTime(textArg(args, 0))),
});

export const DAY_OF_WEEK_STATICS = methodTable({
  "of(int)": (_self, args) => {
    const number = intArg(args, 0);
    if (number < 1 || number > 7) throw evaluationError(`There is no day ${number} in a week`);
    return dayOfWeek(number);
  },
  "valueOf(String)": (_self, args) => {
    const index = DAY_NAMES.indexOf(textArg(args, 0));
    if (index < 0) throw evaluationError("The text is no day of the week such as MONDAY");
    return dayOfWeek(index + 1);
  },
  "values()": () =>
    array(
      "java.time.DayOfWeek",
      DAY_NAMES.map((_name, index) => dayOfWeek(index + 1)),
    ),
});

const unit = (name: string, ordinal: number): JavaEnum => ({
  kind: "enum",
  type: "java.time.temporal.ChronoUnit",
  name,
  ordinal,
});

export const CHRONO_UNIT_STATICS = methodTable({
  "valueOf(String)": (_self, args) => {
    const index = CHRONO_UNITS.findIndex((name) => name === textArg(args, 0));
    if (index < 0) throw evaluationError("The text is no unit of time such as DAYS");
    return unit(textArg(args, 0), index);
  },
  "values()": () => array("java.time.temporal.ChronoUnit", CHRONO_UNITS.map(unit)),
});
