import { evaluationError } from "./errors.ts";
import { shorten } from "./number-text.ts";
import { DAY_NANOS, toEpochDay } from "./time-text.ts";

const DATE = "(\\d{4}|-\\d{4,9}|\\+\\d{5,9})-(\\d{2})-(\\d{2})";
const TIME = "(\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,9}))?)?";
const LOCAL_DATE = new RegExp(`^${DATE}$`);
const LOCAL_DATE_TIME = new RegExp(`^${DATE}T${TIME}$`);
const INSTANT = new RegExp(
  `^${DATE}[Tt](\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{0,9}))?)?(?:[Zz]|([+-])(\\d{2})(?::(\\d{2}))?)$`,
);

function dayFrom(match: RegExpExecArray): number {
  return toEpochDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

function nanosFrom(match: RegExpExecArray, point = false): bigint {
  const [hour, minute, written] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  const leap = point && hour === 23 && minute === 59 && written === 60;
  const second = leap ? 59 : written;
  const endOfDay = point && hour === 24 && minute === 0 && second === 0 && Number(match[7] ?? 0) === 0;
  if ((hour > 23 && !endOfDay) || minute > 59 || second > 59) throw evaluationError("There is no such time of day");
  const fraction = BigInt((match[7] ?? "").padEnd(9, "0"));
  return BigInt(dayFrom(match)) * DAY_NANOS + BigInt(hour * 3600 + minute * 60 + second) * 1_000_000_000n + fraction;
}

const wrong = (text: string, what: string): Error => evaluationError(`'${shorten(text)}' is not ${what} in ISO 8601`);

/** Days since 1970-01-01 of a text such as `2024-02-29`. */
export function parseLocalDate(text: string): number {
  const match = LOCAL_DATE.exec(text);
  if (match === null) throw wrong(text, "a date");
  return dayFrom(match);
}

/** Nanoseconds of a wall clock from a text such as `2024-02-29T10:15` or with seconds and fraction. */
export function parseLocalDateTime(text: string): bigint {
  const match = LOCAL_DATE_TIME.exec(text);
  if (match === null) throw wrong(text, "a date with time");
  return nanosFrom(match);
}

/** Nanoseconds since 1970 UTC from a text such as `2024-02-29T10:15:00Z` or with an offset. */
export function parseInstant(text: string): bigint {
  const match = INSTANT.exec(text);
  if (match === null) throw wrong(text, "a point in time");
  const shift = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  if (shift > 18 * 60 || Number(match[10] ?? 0) > 59) throw wrong(text, "a point in time");
  const offset = BigInt(Number(match[9] ?? 0) * 3600 + Number(match[10] ?? 0) * 60) * 1_000_000_000n;
  return match[8] === "-" ? nanosFrom(match, true) + offset : nanosFrom(match, true) - offset;
}
