import { evaluationError } from "../errors.ts";
import { dayStart } from "../julian-calendar.ts";
import { parseReal, parseWhole } from "../number-text.ts";
import { int, long } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { Overload } from "../overload.ts";
import type { Value } from "../values.ts";
import { intArg, longArg, textArg } from "./common.ts";
import { createRandom } from "./random.ts";
import { date, dateFormat } from "./date-changes.ts";

/** What may be made with `new`, by full type name. Each form is named after its type's last part. */
export const CONSTRUCTORS: ReadonlyMap<string, readonly Overload[]> = new Map(
  Object.entries({
    "java.lang.String": methodTable({
      "String()": () => "",
      "String(String)": (_self, args) => textArg(args, 0),
      "String(char[])": (_self, [chars = null]) => characters(chars),
      "String(byte[])": (_self, [bytes = null]) => decode(bytes),
    }),
    "java.util.Date": methodTable({
      "Date()": (_self, _args, { now }) => date(now().getTime()),
      "Date(long)": (_self, args) => date(Number(longArg(args, 0))),
      "Date(int,int,int)": (_self, args) => date(dayStart(1900 + intArg(args, 0), intArg(args, 1), intArg(args, 2))),
      "Date(int,int,int,int,int)": (_self, args) => date(momentOf(args)),
      "Date(int,int,int,int,int,int)": (_self, args) => date(momentOf(args)),
    }),
    "java.text.SimpleDateFormat": methodTable({
      "SimpleDateFormat()": (_self, _args, { now }) => dateFormat("M/d/yy, h:mm a", now()),
      "SimpleDateFormat(String)": (_self, args, { now }) => dateFormat(textArg(args, 0), now()),
      "SimpleDateFormat(String,Locale)": (_self, _args) => {
        throw evaluationError("A language is needed here, not null");
      },
    }),
    "java.util.Random": methodTable({
      "Random()": () => createRandom(BigInt(Math.trunc(Math.random() * 2 ** 48))),
      "Random(long)": (_self, args) => createRandom(longArg(args, 0)),
    }),
    "java.util.UUID": methodTable({
      "UUID(long,long)": (_self, args): Value => ({ kind: "uuid", text: uuidText(longArg(args, 0), longArg(args, 1)) }),
    }),
    "java.lang.Integer": methodTable({
      "Integer(int)": (_self, args) => int(intArg(args, 0)),
      "Integer(String)": (_self, args) => parseWhole(textArg(args, 0), "int"),
    }),
    "java.lang.Long": methodTable({
      "Long(long)": (_self, args) => long(longArg(args, 0)),
      "Long(String)": (_self, args) => parseWhole(textArg(args, 0), "long"),
    }),
    "java.lang.Double": methodTable({
      "Double(double)": (_self, [value = null]) => value,
      "Double(String)": (_self, args) => parseReal(textArg(args, 0), "double"),
    }),
    "java.lang.Byte": methodTable({
      "Byte(byte)": (_self, [value = null]) => value,
      "Byte(String)": (_self, args) => parseWhole(textArg(args, 0), "byte"),
    }),
    "java.lang.Boolean": methodTable({
      "Boolean(boolean)": (_self, [value = null]) => value,
      "Boolean(String)": (_self, [value = null]) => typeof value === "string" && value.toLowerCase() === "true",
    }),
  }).map(([type, table]) => [type, [...table.values()].flat()]),
);

/** Year from 1900, month from 0, day, hour, minute and second, each running over into the next. */
export function momentOf(args: readonly Value[]): number {
  const [hour = 0, minute = 0, second = 0] = args.slice(3).map((_arg, index) => intArg(args, index + 3));
  const day = dayStart(1900 + intArg(args, 0), intArg(args, 1), intArg(args, 2));
  return day + hour * 3_600_000 + minute * 60_000 + second * 1000;
}

export function uuidText(high: bigint, low: bigint): string {
  const digits = ((BigInt.asUintN(64, high) << 64n) | BigInt.asUintN(64, low)).toString(16).padStart(32, "0");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function decode(bytes: Value): string {
  if (bytes === null || typeof bytes !== "object" || bytes.kind !== "array")
    throw evaluationError("Bytes are needed here, not null");
  const units = bytes.items.map((item) =>
    item !== null && typeof item === "object" && item.kind === "byte" ? item.value : 0,
  );
  return new TextDecoder().decode(Uint8Array.from(units));
}

function characters(chars: Value): string {
  if (chars === null || typeof chars !== "object" || chars.kind !== "array")
    throw evaluationError("Characters are needed here, not null");
  return chars.items
    .map((item) => (item !== null && typeof item === "object" && item.kind === "char" ? item.value : ""))
    .join("");
}
