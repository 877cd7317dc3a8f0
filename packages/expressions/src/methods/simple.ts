import { int, long } from "../numbers.ts";
import { evaluationError } from "../errors.ts";
import { compareValues } from "../compare.ts";
import { methodTable } from "../overload.ts";
import { readGetter } from "../properties.ts";
import { dayOfWeek } from "../time-parts.ts";
import { isSupported, unitBetween } from "../time-arithmetic.ts";
import { char } from "../values.ts";
import type { JavaChar, JavaEnum, JavaUuid, Value } from "../values.ts";
import { intArg, longArg, textArg } from "./common.ts";

export const BOOLEAN_METHODS = methodTable<boolean>({
  "booleanValue()": (self) => self,
  "compareTo(boolean)": (self, [other = null]) => int(compareValues(self, other)),
});

export const CHAR_METHODS = methodTable<JavaChar>({
  "charValue()": (self) => self,
  "compareTo(char)": (self, args) => int(self.value.charCodeAt(0) - textArg(args, 0).charCodeAt(0)),
});

const getter = (self: Exclude<Value, null>, name: string): Value => readGetter(self, name) ?? null;

/** Methods of enum constants: days of the week, units of time, execution statuses. */
export const ENUM_METHODS = methodTable<JavaEnum>({
  "name()": (self) => self.name,
  "ordinal()": (self) => int(self.ordinal),
  "getValue()": (self) => dayOnly(self, () => int(self.ordinal + 1)),
  "plus(long)": (self, args) => dayOnly(self, () => dayOfWeek(self.ordinal + 1 + Number(longArg(args, 0) % 7n))),
  "minus(long)": (self, args) => dayOnly(self, () => dayOfWeek(self.ordinal + 1 - Number(longArg(args, 0) % 7n))),
  "between(Temporal,Temporal)": (self, [from = null, to = null]) => {
    if (self.type !== "java.time.temporal.ChronoUnit") throw notHere(self);
    return long(unitBetween(self, from, to));
  },
  "isDurationEstimated()": (self) => unitOnly(self, () => self.ordinal >= DAYS_ORDINAL),
  "isSupportedBy(Temporal)": (self, [temporal = null]) => unitOnly(self, () => isSupported(temporal, self)),
  "isDateBased()": (self) => readGetter(self, "dateBased") ?? fail(self),
  "isTimeBased()": (self) => readGetter(self, "timeBased") ?? fail(self),
});

const notHere = (self: JavaEnum): Error => evaluationError(`${self.type} has no such method`);

function fail(self: JavaEnum): never {
  throw notHere(self);
}

const DAYS_ORDINAL = 7;

function unitOnly(self: JavaEnum, result: () => Value): Value {
  if (self.type !== "java.time.temporal.ChronoUnit") throw notHere(self);
  return result();
}

function dayOnly(self: JavaEnum, result: () => Value): Value {
  if (self.type !== "java.time.DayOfWeek") throw notHere(self);
  return result();
}

/** An execution status is a character sequence as well. */
export const STATUS_METHODS = methodTable<JavaEnum>({
  "length()": (self) => int(self.name.length),
  "charAt(int)": (self, args) => {
    const found = self.name.charAt(intArg(args, 0));
    if (found === "") throw evaluationError(`There is no character ${intArg(args, 0)} in ${self.name}`);
    return char(found);
  },
  "isEmpty()": () => false,
  "isComplete()": (self) => getter(self, "complete"),
  "isHalt()": (self) => getter(self, "halt"),
  "isSuccessful()": (self) => getter(self, "successful"),
  "isFailure()": (self) => getter(self, "failure"),
  "isSkipped()": (self) => getter(self, "skipped"),
});

const versionOne = (self: JavaUuid, value: bigint): Value => {
  if (((uuidBits(self) >> 76n) & 15n) !== 1n) throw evaluationError("Only a UUID of version 1 has that");
  return long(value);
};

const uuidBits = (self: JavaUuid): bigint => BigInt(`0x${self.text.replaceAll("-", "")}`);

export const UUID_METHODS = methodTable<JavaUuid>({
  "getMostSignificantBits()": (self) => long(uuidBits(self) >> 64n),
  "getLeastSignificantBits()": (self) => long(uuidBits(self)),
  "timestamp()": (self) => {
    const high = uuidBits(self) >> 64n;
    return versionOne(self, ((high & 0xfffn) << 48n) | (((high >> 16n) & 0xffffn) << 32n) | (high >> 32n));
  },
  "clockSequence()": (self) => {
    const value = versionOne(self, (uuidBits(self) >> 48n) & 0x3fffn);
    return value !== null && typeof value === "object" && value.kind === "long" ? int(Number(value.value)) : value;
  },
  "node()": (self) => versionOne(self, uuidBits(self) & 0xffffffffffffn),
  "version()": (self) => int(Number((uuidBits(self) >> 76n) & 15n)),
  "variant()": (self) => int(variant(Number((uuidBits(self) >> 61n) & 7n))),
});

const variant = (bits: number): number => (bits < 4 ? 0 : bits < 6 ? 2 : bits);
