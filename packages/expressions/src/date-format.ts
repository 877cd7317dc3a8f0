import { evaluationError } from "./errors.ts";
import { shorten } from "./number-text.ts";
import { MONTHS, WEEKDAYS, toEpochDay } from "./time-text.ts";

type Piece = { readonly letter: string; readonly count: number } | { readonly literal: string };

const KNOWN = "GyYMLdDEuaHkKhmsSzZXwWF";
const DAY_MS = 86_400_000;

/** Splits a `SimpleDateFormat` pattern: letters repeat, quotes hold text, two quotes are one. */
export function parseDatePattern(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < pattern.length) {
    const letter = pattern.charAt(at);
    if (letter === "'") {
      const end = quoteEnd(pattern, at);
      pieces.push({ literal: end === at + 1 ? "'" : pattern.slice(at + 1, end).replaceAll("''", "'") });
      at = end + 1;
    } else if (/[a-zA-Z]/.test(letter)) {
      if (!KNOWN.includes(letter)) throw evaluationError(`The date pattern has the unknown letter '${letter}'`);
      let end = at;
      while (pattern.charAt(end) === letter) end += 1;
      pieces.push({ letter, count: end - at });
      at = end;
    } else {
      pieces.push({ literal: letter });
      at += 1;
    }
  }
  return pieces;
}

function quoteEnd(pattern: string, start: number): number {
  for (let end = pattern.indexOf("'", start + 1); end >= 0; end = pattern.indexOf("'", end + 2)) {
    if (end === start + 1 || pattern.charAt(end + 1) !== "'") return end;
  }
  throw evaluationError("The date pattern has a quote without end");
}

const pad = (value: number, width: number): string => String(value).padStart(width, "0");
const name = (names: readonly string[], index: number, full: boolean): string =>
  full ? (names[index] ?? "") : (names[index] ?? "").slice(0, 3);

/** The date in UTC and en-US by a `SimpleDateFormat` pattern. */
export function formatDate(epochMs: number, pattern: string): string {
  const at = new Date(epochMs);
  return parseDatePattern(pattern)
    .map((piece) => ("literal" in piece ? piece.literal : field(at, piece.letter, piece.count)))
    .join("");
}

function field(at: Date, letter: string, count: number): string {
  const hour = at.getUTCHours();
  switch (letter) {
    case "G":
      return at.getUTCFullYear() > 0 ? "AD" : "BC";
    case "y":
      return year(at.getUTCFullYear(), count);
    case "Y":
      return year(weekOfYear(at).year, count);
    case "M":
    case "L":
      return count >= 3 ? name(MONTHS, at.getUTCMonth(), count >= 4) : pad(at.getUTCMonth() + 1, count);
    case "d":
      return pad(at.getUTCDate(), count);
    case "D":
      return pad(dayOfYear(at), count);
    case "E":
      return name(WEEKDAYS, at.getUTCDay(), count >= 4);
    case "u":
      return pad(at.getUTCDay() === 0 ? 7 : at.getUTCDay(), count);
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
      return pad(at.getUTCMinutes(), count);
    case "s":
      return pad(at.getUTCSeconds(), count);
    case "S":
      return pad(at.getUTCMilliseconds(), count);
    case "z":
      return count >= 4 ? "Coordinated Universal Time" : "UTC";
    case "Z":
      return "+0000";
    case "w":
      return pad(weekOfYear(at).week, count);
    case "W":
      return pad(weekIn(at.getUTCDate(), at.getUTCDay()), count);
    case "F":
      return pad(Math.floor((at.getUTCDate() - 1) / 7) + 1, count);
    default:
      return "Z";
  }
}

function year(value: number, count: number): string {
  const shown = value > 0 ? value : 1 - value;
  return count === 2 ? pad(shown % 100, 2) : pad(shown, count);
}

const dayOfYear = (at: Date): number => Math.floor((at.getTime() - yearStart(at.getUTCFullYear())) / DAY_MS) + 1;
const yearStart = (value: number): number => toEpochDay(value, 1, 1) * DAY_MS;

/** Week 1 is the one with the first of the period; weeks begin on Sunday (en-US). */
function weekIn(day: number, dayOfWeek: number): number {
  const firstWeekday = (((dayOfWeek - (day - 1)) % 7) + 7) % 7;
  return Math.floor((day - 1 + firstWeekday) / 7) + 1;
}

function weekOfYear(at: Date): { week: number; year: number } {
  const current = at.getUTCFullYear();
  const daysToNextYear = Math.round((yearStart(current + 1) - at.getTime() + (at.getTime() % DAY_MS)) / DAY_MS);
  if (daysToNextYear <= 6 && at.getUTCDay() + daysToNextYear <= 6) return { week: 1, year: current + 1 };
  return { week: weekIn(dayOfYear(at), at.getUTCDay()), year: current };
}

/** Milliseconds since 1970 from a text that begins as the pattern says; missing parts are those of 1970-01-01 UTC. */
export function parseDate(text: string, pattern: string): number {
  const found = new Map<string, number>();
  let at = 0;
  const pieces = parseDatePattern(pattern);
  for (const [index, piece] of pieces.entries()) {
    if ("literal" in piece) {
      if (!text.startsWith(piece.literal, at)) throw unparseable(text);
      at += piece.literal.length;
    } else {
      const following = pieces[index + 1];
      const next = following !== undefined && !("literal" in following);
      at = readField(text, at, piece.letter, piece.count, next, found);
    }
  }
  return assemble(found);
}

const unparseable = (text: string): Error => evaluationError(`The date '${shorten(text)}' does not follow the pattern`);

function readField(
  text: string,
  at: number,
  letter: string,
  count: number,
  exact: boolean,
  found: Map<string, number>,
): number {
  const rest = text.slice(at);
  if ((letter === "M" || letter === "L") && count >= 3)
    return at + readName(rest, MONTHS, (index) => found.set("M", index + 1), text);
  if (letter === "E") return at + readName(rest, WEEKDAYS, () => undefined, text);
  if (letter === "a") return at + readName(rest, ["AM", "PM"], (index) => found.set("a", index), text);
  if (letter === "z" || letter === "Z" || letter === "X") return at + readZone(rest, found, text);
  const digits = (exact ? new RegExp(`^\\d{1,${count}}`) : /^\d+/).exec(rest)?.[0];
  if (digits === undefined) throw unparseable(text);
  const value = Number(digits);
  found.set(letter, letter === "y" && count <= 2 && digits.length === 2 ? century(value) : value);
  return at + digits.length;
}

/** A year of two digits lies within 80 years before and 20 years after now; 1970 stands in where no clock is given. */
const century = (value: number): number => (value < 50 ? 2000 + value : 1900 + value);

function readName(rest: string, names: readonly string[], take: (index: number) => void, text: string): number {
  const lower = rest.toLowerCase();
  for (const full of [true, false]) {
    const index = names.findIndex((candidate) =>
      lower.startsWith((full ? candidate : candidate.slice(0, 3)).toLowerCase()),
    );
    if (index < 0) continue;
    take(index);
    return full ? (names[index] ?? "").length : Math.min(3, (names[index] ?? "").length);
  }
  throw unparseable(text);
}

function readZone(rest: string, found: Map<string, number>, text: string): number {
  const match = /^(?:(UTC|GMT|Z)|(?:GMT)?([+-])(\d{2}):?(\d{2})?)/.exec(rest);
  if (match === null) throw unparseable(text);
  const minutes = Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  found.set("zone", match[2] === "-" ? -minutes : minutes);
  return match[0].length;
}

function assemble(found: ReadonlyMap<string, number>): number {
  const get = (letter: string): number | undefined => found.get(letter);
  const twelve = get("h") ?? get("K");
  const hour =
    get("H") ?? (get("k") === 24 ? 0 : get("k")) ?? (twelve === undefined ? 0 : (twelve % 12) + 12 * (get("a") ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(get("y") ?? get("Y") ?? 1970, (get("M") ?? get("L") ?? 1) - 1, get("d") ?? get("D") ?? 1);
  date.setUTCHours(hour, (get("m") ?? 0) - (get("zone") ?? 0), get("s") ?? 0, get("S") ?? 0);
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw evaluationError("The date lies outside of the years that can be computed");
  return ms;
}
