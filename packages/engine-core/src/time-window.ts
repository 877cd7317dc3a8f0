import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { dayMs, localClock } from "./local-clock.ts";

/** Minutes of a local day, both ends inside. */
type Span = { from: number; to: number };

export type Jitter = { minSeconds: number; maxSeconds: number; skipManual: boolean };

export type TimeWindow = { spans: readonly Span[]; days: ReadonlySet<number>; jitter: Jitter | null };

const minutesOfDay = 24 * 60;

/**
 * Reads Spinnaker's `restrictedExecutionWindow`: `days` 1 (Sunday) to 7 (none given: all), `whitelist` of
 * `{startHour, startMin, endHour, endMin}` (a missing one is 0; none given: the whole of the days),
 * `jitter {enabled, minDelay, maxDelay (s), skipManual}`. A span that ends before it begins goes over midnight; each part counts for
 * the day it lies in. Throws with a reason, as well for a window with neither days nor times: as in Orca it has no moment inside.
 */
export function readTimeWindow(document: JsonObject): TimeWindow {
  const spans = listOf(document["whitelist"])
    .flatMap(readSpan)
    .toSorted((left, right) => left.from - right.from);
  const days = new Set(listOf(document["days"]).map((day) => whole(day, 1, 7, "days")));
  if (spans.length === 0 && days.size === 0)
    throw new Error("restrictedExecutionWindow: it has neither days nor times; give days or an entry of whitelist.");
  return {
    spans: spans.length > 0 ? spans : [{ from: 0, to: minutesOfDay - 1 }],
    days,
    jitter: readJitter(document["jitter"]),
  };
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Error("restrictedExecutionWindow: days and whitelist must be lists.");
  return value;
}

function whole(value: Json | undefined, least: number, most: number, name: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(
    `restrictedExecutionWindow: ${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(value)}.`,
  );
}

function readSpan(value: Json): Span[] {
  if (!isJsonObject(value)) throw new Error("restrictedExecutionWindow: an entry of whitelist must be an object.");
  const at = (hour: string, minute: string) =>
    whole(value[hour] ?? 0, 0, 23, hour) * 60 + whole(value[minute] ?? 0, 0, 59, minute);
  const from = at("startHour", "startMin");
  const to = at("endHour", "endMin");
  return from <= to
    ? [{ from, to }]
    : [
        { from, to: minutesOfDay - 1 },
        { from: 0, to },
      ];
}

function readJitter(value: Json | undefined): Jitter | null {
  if (!isJsonObject(value) || !isTrue(value["enabled"])) return null;
  const maxSeconds = whole(value["maxDelay"] ?? 0, 0, 7 * 86_400, "jitter.maxDelay");
  if (maxSeconds === 0) return null;
  const minSeconds = whole(value["minDelay"] ?? 0, 0, 7 * 86_400, "jitter.minDelay");
  if (maxSeconds < minSeconds)
    throw new Error("restrictedExecutionWindow: jitter.maxDelay must not be less than jitter.minDelay.");
  return { minSeconds, maxSeconds, skipManual: isTrue(value["skipManual"]) };
}

function isTrue(value: Json | undefined): boolean {
  return value === true || (typeof value === "string" && value.toLowerCase() === "true");
}

/** The first moment from `now` on (epoch milliseconds) that lies in the window, by the clocks of `zone` (an IANA name). */
export function nextOpening(window: TimeWindow, now: number, zone: string): number {
  const clock = localClock(zone);
  const today = clock.date(now);
  const noon = Date.UTC(today.year, today.month - 1, today.day, 12);
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const then = new Date(noon + ahead * dayMs);
    if (window.days.size > 0 && !window.days.has(then.getUTCDay() + 1)) continue;
    const date = { year: then.getUTCFullYear(), month: then.getUTCMonth() + 1, day: then.getUTCDate() };
    const openings = window.spans.map((span) => ({
      from: clock.instant(date, span.from, "first"),
      to: clock.instant(date, span.to + 1, "last"),
    }));
    const open = openings
      .filter(({ from, to }) => to > from && to > now)
      .toSorted((left, right) => left.from - right.from)[0];
    if (open !== undefined) return Math.max(now, open.from);
  }
  throw new Error("restrictedExecutionWindow: no time in the next week lies in the window.");
}
