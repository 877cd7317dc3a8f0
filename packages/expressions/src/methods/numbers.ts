import { compareNumbers, byte, double, float, int, long, short, toBigInt, toDouble, toInt } from "../numbers.ts";
import type { JavaNumber } from "../numbers.ts";
import { methodTable } from "../overload.ts";

const shared = {
  "byteValue()": (self: JavaNumber) => byte(toInt(self)),
  "doubleValue()": (self: JavaNumber) => double(toDouble(self)),
  "floatValue()": (self: JavaNumber) => float(toDouble(self)),
  "intValue()": (self: JavaNumber) => int(toInt(self)),
  "longValue()": (self: JavaNumber) => long(toBigInt(self)),
  "shortValue()": (self: JavaNumber) => short(toInt(self)),
};

const comparing = (self: JavaNumber, args: readonly unknown[]): JavaNumber =>
  int(compareNumbers(self, args[0] as JavaNumber));

const difference = (self: JavaNumber, args: readonly unknown[]): JavaNumber =>
  int(Number(self.value) - Number((args[0] as JavaNumber).value));

/** Methods of numbers, by kind: `compareTo` takes only its own. */
export const NUMBER_METHODS = {
  int: methodTable<JavaNumber>({ ...shared, "compareTo(int)": comparing }),
  long: methodTable<JavaNumber>({ ...shared, "compareTo(long)": comparing }),
  short: methodTable<JavaNumber>({ ...shared, "compareTo(short)": difference }),
  byte: methodTable<JavaNumber>({ ...shared, "compareTo(byte)": difference }),
  biginteger: methodTable<JavaNumber>(shared),
  double: methodTable<JavaNumber>({
    ...shared,
    "compareTo(double)": comparing,
    "isNaN()": (self) => Number.isNaN(self.value),
    "isInfinite()": (self) => self.value === Infinity || self.value === -Infinity,
  }),
  float: methodTable<JavaNumber>({
    ...shared,
    "compareTo(float)": comparing,
    "isNaN()": (self) => Number.isNaN(self.value),
    "isInfinite()": (self) => self.value === Infinity || self.value === -Infinity,
  }),
} as const;
