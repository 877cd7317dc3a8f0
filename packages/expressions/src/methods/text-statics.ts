import { createHash, randomUUID } from "node:crypto";
import { evaluationError } from "../errors.ts";
import { formatText } from "../format-text.ts";
import { methodTable } from "../overload.ts";
import type { Body } from "../overload.ts";
import type { Session } from "../session.ts";
import { javaToString } from "../text.ts";
import { isCharSequence, itemsOf } from "../values.ts";
import type { Value } from "../values.ts";
import { intArg, textArg } from "./common.ts";
import { uuidText } from "./constructors.ts";

function join(separator: string, parts: readonly Value[], session: Session): string {
  const texts = parts.map((part) => {
    if (part !== null && !isCharSequence(part)) throw evaluationError("Only texts can be joined");
    return javaToString(part, session.budget);
  });
  session.budget.text(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

function characters(chars: Value, from: number, count: number | null): Value {
  if (chars === null || typeof chars !== "object" || chars.kind !== "array")
    throw evaluationError("Characters are needed here, not null");
  const size = count ?? chars.items.length;
  if (from < 0 || size < 0 || from + size > chars.items.length)
    throw evaluationError(`There is no part of ${size} from ${from} in ${chars.items.length} characters`);
  return chars.items
    .slice(from, from + size)
    .map((item) => (item !== null && typeof item === "object" && item.kind === "char" ? item.value : ""))
    .join("");
}

const printed: Body = (_self, [value = null], { budget }) => javaToString(value, budget);

export const STRING_STATICS = methodTable({
  "valueOf(int)": printed,
  "valueOf(long)": printed,
  "valueOf(float)": printed,
  "valueOf(double)": printed,
  "valueOf(boolean)": printed,
  "valueOf(char)": printed,
  "valueOf(char[])": (_self, [chars = null]) => characters(chars, 0, null),
  "valueOf(Object)": printed,
  "copyValueOf(char[])": (_self, [chars = null]) => characters(chars, 0, null),
  "copyValueOf(char[],int,int)": (_self, args) => characters(args[0] ?? null, intArg(args, 1), intArg(args, 2)),
  "valueOf(char[],int,int)": (_self, args) => characters(args[0] ?? null, intArg(args, 1), intArg(args, 2)),
  "format(String,Object...)": (_self, [format = null, ...args], session) =>
    formatText(textArg([format], 0), args, session),
  "join(CharSequence,Iterable)": (_self, [separator = null, parts = null], session) => {
    if (parts === null || typeof parts !== "object" || parts.kind !== "list")
      throw evaluationError("A list is needed here, not null");
    return join(textArg([separator], 0), itemsOf(parts), session);
  },
  "join(CharSequence,CharSequence...)": (_self, [separator = null, ...parts], session) =>
    join(textArg([separator], 0), parts, session),
});

const uuid = (text: string): Value => ({ kind: "uuid", text });

export const UUID_STATICS = methodTable({
  "randomUUID()": () => uuid(randomUUID()),
  "fromString(String)": (_self, args) => {
    const match =
      /^([0-9a-fA-F]{1,8})-([0-9a-fA-F]{1,4})-([0-9a-fA-F]{1,4})-([0-9a-fA-F]{1,4})-([0-9a-fA-F]{1,12})$/.exec(
        textArg(args, 0),
      );
    if (match === null) throw evaluationError("The text is not a UUID");
    const part = (index: number): bigint => BigInt(`0x${match[index] ?? "0"}`);
    return uuid(uuidText((part(1) << 32n) | (part(2) << 16n) | part(3), (part(4) << 48n) | part(5)));
  },
  "nameUUIDFromBytes(byte[])": (_self, [bytes = null]) => {
    if (bytes === null || typeof bytes !== "object" || bytes.kind !== "array")
      throw evaluationError("Bytes are needed here, not null");
    const units = bytes.items.map((item) =>
      item !== null && typeof item === "object" && item.kind === "byte" ? item.value : 0,
    );
    const digest = BigInt(`0x${createHash("md5").update(Uint8Array.from(units)).digest("hex")}`);
    const marked = (digest & ~(0xf000n << 64n) & ~(0xc000n << 48n)) | (0x3000n << 64n) | (0x8000n << 48n);
    return uuid(uuidText(marked >> 64n, marked));
  },
});

/** The form encoding of Java: letters, digits and `.-*_` stay, blanks become `+`. */
const urlEncode: Body = (_self, args, { budget }) => {
  const text = textArg(args, 0);
  budget.text(text.length * 3);
  const special = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, special)
    .replaceAll("%20", "+");
};

export const URL_ENCODER_STATICS = methodTable({
  "encode(String)": urlEncode,
  "encode(String,String)": (self, args, session) => {
    if (!/^utf-?8$/i.test(textArg(args, 1))) throw evaluationError("Only the character set UTF-8 is known here");
    return urlEncode(self, args, session);
  },
});
