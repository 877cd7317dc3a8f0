import { parseDatePattern } from "./date-pattern.ts";
import { evaluationError } from "./errors.ts";
import { dayStart, fieldsOf } from "./julian-calendar.ts";
import { shorten } from "./number-text.ts";
import { MONTHS, WEEKDAYS } from "./time-text.ts";
import { readZone } from "./zone-names.ts";

const DAY_MS = 86_400_000;

/** What was read, each with the place in the order of reading: of contradicting fields the last one counts. */
type Found = Map<Name, { readonly value: number; readonly order: number }>;
type Name =
  | "era"
  | "year"
  | "month"
  | "day"
  | "dayOfYear"
  | "weekday"
  | "weekOfYear"
  | "weekOfMonth"
  | "weekdayInMonth"
  | "half"
  | "hour24"
  | "hour12"
  | "minute"
  | "second"
  | "milli"
  | "zone";

const NUMBERS: ReadonlyMap<string, Name> = new Map([
  ["y", "year"],
  ["Y", "year"],
  ["M", "month"],
  ["L", "month"],
  ["d", "day"],
  ["D", "dayOfYear"],
  ["w", "weekOfYear"],
  ["W", "weekOfMonth"],
  ["F", "weekdayInMonth"],
  ["u", "weekday"],
  ["H", "hour24"],
  ["k", "hour24"],
  ["K", "hour12"],
  ["h", "hour12"],
  ["m", "minute"],
  ["s", "second"],
  ["S", "milli"],
]);

export type ParseRules = {
  /** Whether a day such as 30 February runs over into the next month (default) instead of being an error. */
  readonly lenient: boolean;
  /** First moment of the hundred years for years of two digits. */
  readonly centuryStart: number;
};

/** Milliseconds since 1970 from a text that begins as the pattern says; missing parts are those of 1970-01-01 UTC. */
export function parseDate(text: string, pattern: string, rules: ParseRules): number {
  const found: Found = new Map();
  const pieces = parseDatePattern(pattern);
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    if ("literal" in piece) {
      if (!text.startsWith(piece.literal, at)) throw unparseable(text);
      at += piece.literal.length;
      continue;
    }
    const following = pieces[index + 1];
    const exact = following !== undefined && !("literal" in following);
    at = readField({ text, found, exact, rules }, at, piece.letter, piece.count);
  }
  const ms = assemble(found);
  if (!Number.isFinite(ms)) throw evaluationError("The date lies outside of the years that can be computed");
  if (!rules.lenient && !agrees(ms, found)) throw unparseable(text);
  return ms;
}

const unparseable = (text: string): Error => evaluationError(`The date '${shorten(text)}' does not follow the pattern`);

type Reading = { readonly text: string; readonly found: Found; readonly exact: boolean; readonly rules: ParseRules };

function readField(reading: Reading, start: number, letter: string, count: number): number {
  const { text, found } = reading;
  let at = start;
  while (text.charAt(at) === " " || text.charAt(at) === "\t") at += 1;
  if (at >= text.length) throw unparseable(text);
  const set = (name: Name, value: number): unknown => found.set(name, { value, order: found.size + 1 });
  const named = (names: readonly string[], take: (index: number) => unknown): number =>
    at + readName(text, at, names, take);
  if (letter === "G") return named(["BC", "AD"], (index) => set("era", index));
  if ((letter === "M" || letter === "L") && count >= 3) return named(MONTHS, (index) => set("month", index));
  if (letter === "E") return named(WEEKDAYS, (index) => set("weekday", index));
  if (letter === "a") return named(["AM", "PM"], (index) => set("half", index));
  if (letter === "z" || letter === "Z" || letter === "X") {
    const zone = readZone(text.slice(at), letter, count);
    if (zone === null) throw unparseable(text);
    set("zone", zone.minutes);
    return at + zone.length;
  }
  const digits = (reading.exact ? new RegExp(`^-?\\d{1,${count}}`) : /^-?\d+/).exec(text.slice(at))?.[0];
  const name = NUMBERS.get(letter);
  if (digits === undefined || name === undefined) throw unparseable(text);
  set(name, numberOf(letter, count, digits, reading.rules));
  return at + digits.length;
}

function numberOf(letter: string, count: number, digits: string, rules: ParseRules): number {
  const value = Number(digits);
  if (letter === "y" || letter === "Y") return count <= 2 && /^\d\d$/.test(digits) ? century(value, rules) : value;
  if (letter === "M" || letter === "L") return value - 1;
  if (letter === "k") return value === 24 ? 0 : value;
  if (letter === "h") return value === 12 ? 0 : value;
  return letter === "u" ? value % 7 : value;
}

function century(value: number, rules: ParseRules): number {
  const first = fieldsOf(rules.centuryStart).year;
  return value + Math.floor(first / 100) * 100 + (value < first % 100 ? 100 : 0);
}

function readName(text: string, at: number, names: readonly string[], take: (index: number) => unknown): number {
  const rest = text.slice(at, at + 20).toLowerCase();
  const fits = (name: string): boolean => rest.startsWith(name.toLowerCase());
  const full = names.findIndex(fits);
  const index = full >= 0 ? full : names.findIndex((name) => fits(name.slice(0, 3)));
  if (index < 0) throw unparseable(text);
  take(index);
  return full >= 0 ? (names[index] ?? "").length : Math.min(3, (names[index] ?? "").length);
}

function assemble(found: Found): number {
  const get = (name: Name): number | undefined => found.get(name)?.value;
  const year = get("era") === 0 ? 1 - (get("year") ?? 1) : (get("year") ?? 1970);
  const order = (name: Name): number => found.get(name)?.order ?? 0;
  const half = Math.max(order("hour12"), order("half"));
  const hour =
    order("hour24") > half || half === 0 ? (get("hour24") ?? 0) : (get("hour12") ?? 0) + 12 * (get("half") ?? 0);
  const inDay = hour * 3_600_000 + ((get("minute") ?? 0) - (get("zone") ?? 0)) * 60_000;
  return dayOf(year, found) + inDay + (get("second") ?? 0) * 1000 + (get("milli") ?? 0);
}

/** The day by the fields read last: day of the month, a week with its weekday, or day of the year. */
function dayOf(year: number, found: Found): number {
  const get = (name: Name): number | undefined => found.get(name)?.value;
  const order = (name: Name): number => found.get(name)?.order ?? 0;
  const weekday = order("weekday");
  const withWeekday = (name: Name): number => (order(name) > 0 && weekday > 0 ? Math.max(order(name), weekday) : 0);
  const whole: readonly [Name, number][] = [
    ["day", order("day")],
    ["weekOfMonth", withWeekday("weekOfMonth")],
    ["weekdayInMonth", withWeekday("weekdayInMonth")],
    ["dayOfYear", order("dayOfYear")],
    ["weekOfYear", withWeekday("weekOfYear")],
  ];
  const alone: readonly [Name, number][] = [
    ["weekOfMonth", order("weekOfMonth")],
    ["weekdayInMonth", Math.max(order("weekdayInMonth"), weekday)],
    ["weekOfYear", order("weekOfYear")],
  ];
  const best = last(whole) ?? last(alone) ?? "day";
  const month = get("month") ?? 0;
  const wanted = get("weekday") ?? 0;
  switch (best) {
    case "dayOfYear":
      return dayStart(year, 0, 1) + ((get("dayOfYear") ?? 1) - 1) * DAY_MS;
    case "weekOfYear":
      return weekStart(dayStart(year, 0, 1)) + (((get("weekOfYear") ?? 1) - 1) * 7 + wanted) * DAY_MS;
    case "weekOfMonth":
      return weekStart(dayStart(year, month, 1)) + (((get("weekOfMonth") ?? 1) - 1) * 7 + wanted) * DAY_MS;
    case "weekdayInMonth": {
      const first = dayStart(year, month, 1);
      const shift = (((wanted - fieldsOf(first).weekday) % 7) + 7) % 7;
      return first + (shift + ((get("weekdayInMonth") ?? 1) - 1) * 7) * DAY_MS;
    }
    default:
      return dayStart(year, month, get("day") ?? 1);
  }
}

function last(fields: readonly (readonly [Name, number])[]): Name | undefined {
  const [name, order] = fields.reduce((best, field) => (field[1] > best[1] ? field : best));
  return order > 0 ? name : undefined;
}

/** Weeks begin on Sunday; the first one is the one that holds the first day. */
const weekStart = (ms: number): number => ms - fieldsOf(ms).weekday * DAY_MS;

function agrees(ms: number, found: Found): boolean {
  const fields = fieldsOf(ms + (found.get("zone")?.value ?? 0) * 60_000);
  const shown: Partial<Record<Name, number>> = {
    month: fields.month,
    day: fields.day,
    dayOfYear: fields.dayOfYear,
    hour24: fields.hour,
    minute: fields.minute,
    second: fields.second,
    milli: fields.milli,
    weekday: fields.weekday,
    hour12: fields.hour % 12,
  };
  return [...found].every(([name, { value }]) => shown[name] === undefined || shown[name] === value);
}
