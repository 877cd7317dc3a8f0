import { formatDate } from "./date-format.ts";
import { evaluationError } from "./errors.ts";
import { fieldsOf } from "./julian-calendar.ts";
import { DAY_NANOS, floorDiv, floorMod } from "./time-text.ts";
import type { Value } from "./values.ts";

/** A date for `%t…`: its moment, which parts it has, and nanoseconds within the second. */
type Moment = { readonly epochMs: number; readonly nano: number; readonly parts: "all" | "date" | "local" | "instant" };

const moment = (nanos: bigint, parts: Moment["parts"]): Moment => ({
  epochMs: Number(floorDiv(nanos, 1_000_000n)),
  nano: Number(floorMod(nanos, 1_000_000_000n)),
  parts,
});

function momentOf(value: Exclude<Value, null>): Moment {
  if (typeof value === "object") {
    switch (value.kind) {
      case "date":
        return moment(BigInt(value.epochMs) * 1_000_000n, "all");
      case "long":
        return moment(value.value * 1_000_000n, "all");
      case "localDate":
        return moment(BigInt(value.epochDay) * DAY_NANOS, "date");
      case "localDateTime":
        return moment(value.nanos, "local");
      case "instant":
        return moment(value.epochNanos, "instant");
    }
  }
  throw evaluationError("A date conversion of a format needs a date or a long number of milliseconds");
}

/** Letters that are one `SimpleDateFormat` pattern, and letters made of several. */
const PATTERNS: ReadonlyMap<string, string> = new Map([
  ["H", "HH"],
  ["I", "hh"],
  ["k", "H"],
  ["l", "h"],
  ["M", "mm"],
  ["S", "ss"],
  ["L", "SSS"],
  ["z", "Z"],
  ["Z", "z"],
  ["B", "MMMM"],
  ["b", "MMM"],
  ["h", "MMM"],
  ["A", "EEEE"],
  ["a", "EEE"],
  ["Y", "yyyy"],
  ["y", "yy"],
  ["j", "DDD"],
  ["m", "MM"],
  ["d", "dd"],
  ["e", "d"],
  ["R", "HH:mm"],
  ["T", "HH:mm:ss"],
  ["r", "hh:mm:ss a"],
  ["D", "MM/dd/yy"],
  ["F", "yyyy-MM-dd"],
  ["c", "EEE MMM dd HH:mm:ss z yyyy"],
]);
const TIME = "HIklMSLNpRTr";
const ZONED = "zZsQc";

/** One part of a date, as `%tY` and its siblings print it in en-US and UTC. */
export function formatDatePart(value: Exclude<Value, null>, part: string): string {
  const { epochMs, nano, parts } = momentOf(value);
  const refused =
    parts === "all"
      ? false
      : parts === "instant"
        ? !"LNsQ".includes(part)
        : ZONED.includes(part) || (parts === "date" && TIME.includes(part));
  if (refused) throw evaluationError(`That kind of date has no part '${part}'`);
  switch (part) {
    case "N":
      return String(nano).padStart(9, "0");
    case "p":
      return formatDate(epochMs, "a").toLowerCase();
    case "s":
      return String(Math.floor(epochMs / 1000));
    case "Q":
      return String(epochMs);
    case "C":
      return String(Math.floor(fieldsOf(epochMs).year / 100)).padStart(2, "0");
  }
  const pattern = PATTERNS.get(part);
  if (pattern === undefined) throw evaluationError(`A date has no part '${part}'`);
  return formatDate(epochMs, pattern);
}
