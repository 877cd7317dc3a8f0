import { int, long } from "../numbers.ts";
import { evaluationError } from "../errors.ts";
import { compareValues } from "../compare.ts";
import { methodTable } from "../overload.ts";
import { readGetter } from "../properties.ts";
import { dayOfWeek } from "../time-parts.ts";
import { isInstance } from "../instance.ts";
import { unitBetween } from "../time-arithmetic.ts";
import { char } from "../values.ts";
import type { JavaChar, JavaEnum, JavaType, JavaUuid, Value } from "../values.ts";
import { intArg, longArg } from "./common.ts";

export const BOOLEAN_METHODS = methodTable<boolean>({
  "booleanValue()": (self) => self,
  "compareTo(boolean)": (self, [other = null]) => int(compareValues(self, other)),
});

export const CHAR_METHODS = methodTable<JavaChar>({
  "charValue()": (self) => self,
});

const getter = (self: Exclude<Value, null>, name: string): Value => readGetter(self, name) ?? null;

/** Methods of a type itself. Nothing here leads to the host's classes. */
export const CLASS_METHODS = methodTable<JavaType>({
  "getName()": (self) => self.name,
  "getTypeName()": (self) => self.name,
  "getCanonicalName()": (self) => self.name,
  "getSimpleName()": (self) => getter(self, "simpleName"),
  "getPackageName()": (self) => getter(self, "packageName"),
  "isInstance(Object)": (self, [value = null]) => isInstance(value, self),
  "isArray()": (self) => self.name.startsWith("["),
});

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
  "isDateBased()": (self) => readGetter(self, "dateBased") ?? fail(self),
  "isTimeBased()": (self) => readGetter(self, "timeBased") ?? fail(self),
});

const notHere = (self: JavaEnum): Error => evaluationError(`${self.type} has no such method`);

function fail(self: JavaEnum): never {
  throw notHere(self);
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

const uuidBits = (self: JavaUuid): bigint => BigInt(`0x${self.text.replaceAll("-", "")}`);

export const UUID_METHODS = methodTable<JavaUuid>({
  "getMostSignificantBits()": (self) => long(uuidBits(self) >> 64n),
  "getLeastSignificantBits()": (self) => long(uuidBits(self)),
  "version()": (self) => int(Number((uuidBits(self) >> 76n) & 15n)),
  "variant()": (self) => int(variant(Number((uuidBits(self) >> 61n) & 7n))),
});

const variant = (bits: number): number => (bits < 4 ? 0 : bits < 6 ? 2 : bits);
