import { JudgementError } from "./errors.ts";

/**
 * Typed readers over parsed JSON with the conversions of Jackson, by which Kayenta reads its requests: numbers and
 * booleans become text where text is expected, text becomes a number where a number is expected, null and absent are
 * null, unknown fields are ignored, and everything else is an error with a JSON pointer.
 *
 * An integer literal may come as a bigint (see `parse-json.ts`).
 */
export type Reader<T> = (value: unknown, pointer: string) => T;

/** Text; numbers and booleans are taken as they print. */
export const text: Reader<string | null> = (value, pointer) => {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "object") throw unreadable(value, pointer, "text");
  return String(value as number | boolean | bigint);
};

/** A double; text is converted by `doubleFromText`. */
export const double: Reader<number | null> = (value, pointer) => {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  const converted = typeof value === "string" ? doubleFromText(value) : undefined;
  if (converted === undefined) throw unreadable(value, pointer, 'a number, or "NaN", "Infinity", "-Infinity"');
  return converted;
};

/** A 64-bit integer; fractions are cut off, text must be an integer. Only checked: nothing here uses the value. */
export const long: Reader<void> = (value, pointer) => {
  if (value === null || value === undefined) return;
  const fits = (integer: bigint) => BigInt.asIntN(64, integer) === integer;
  const readable =
    typeof value === "bigint"
      ? fits(value)
      : typeof value === "number"
        ? value >= -(2 ** 63) && value <= 2 ** 63
        : typeof value === "string" && longText(javaTrim(value), fits);
  if (!readable) throw unreadable(value, pointer, "a 64-bit integer");
};

/** Anything. */
export const anything: Reader<unknown> = (value) => value ?? null;

export function listOf<T>(element: Reader<T>): Reader<T[] | null> {
  return (value, pointer) => {
    if (value === null || value === undefined) return null;
    if (!Array.isArray(value)) throw unreadable(value, pointer, "a list");
    return value.map((item: unknown, index) => element(item, `${pointer}/${index}`));
  };
}

/** A series of doubles; null is 0. */
export const series: Reader<Float64Array | null> = (value, pointer) => {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) throw unreadable(value, pointer, "a list of numbers");
  const samples: readonly unknown[] = value;
  const values = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    values[i] = typeof sample === "number" ? sample : (double(sample, `${pointer}/${i}`) ?? 0);
  }
  return values;
};

export function mapOf<T>(entry: Reader<T>): Reader<{ [key: string]: T } | null> {
  return (value, pointer) => {
    const source = objectOrNull(value, pointer);
    if (source === null) return null;
    const entries = Object.entries(source);
    return Object.fromEntries(entries.map(([key, item]) => [key, entry(item, `${pointer}/${escape(key)}`)]));
  };
}

/** An object whose listed fields are read and whose other fields are kept as they are. */
export function objectOf<T extends Record<string, Reader<unknown>>>(
  fields: T,
): Reader<({ [K in keyof T]: ReturnType<T[K]> } & { [key: string]: unknown }) | null> {
  return (value, pointer) => {
    const source = objectOrNull(value, pointer);
    if (source === null) return null;
    const known = Object.entries(fields).map(([key, field]) => [key, field(source[key], `${pointer}/${key}`)]);
    return { ...source, ...(Object.fromEntries(known) as { [K in keyof T]: ReturnType<T[K]> }) };
  };
}

function objectOrNull(value: unknown, pointer: string): Readonly<Record<string, unknown>> | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object" || Array.isArray(value)) throw unreadable(value, pointer, "an object");
  return value as Readonly<Record<string, unknown>>;
}

const HEXADECIMAL = /^([+-]?)0[xX](?=\.?[\da-fA-F])([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)[dDfF]?$/;
const JAVA_DOUBLE = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?)$/;

/**
 * A double from text as Java reads it: blanks around it, `+1`, `.5`, `5.`, `1e3`, a suffix `d` or `f`, `NaN`,
 * `Infinity`, `INF`, hexadecimal floats such as `0x1.8p1` (exact up to 53 bits); empty text and `null` are null.
 * Undefined if it is none of these.
 */
export function doubleFromText(source: string): number | null | undefined {
  if (source === "INF") return Infinity;
  if (source === "-INF") return -Infinity;
  const trimmed = javaTrim(source);
  if (trimmed === "" || trimmed === "null") return null;
  const [, sign, whole = "", fraction = "", power] = HEXADECIMAL.exec(trimmed) ?? [];
  if (power !== undefined) {
    const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(power) - 4 * fraction.length);
    return sign === "-" ? -size : size;
  }
  if (!JAVA_DOUBLE.test(trimmed)) return undefined;
  return Number(/\d/.test(trimmed) ? trimmed.replace(/[dDfF]$/, "") : trimmed.replace(/^[+-](?=NaN)/, ""));
}

/** Java's `String.trim`: drops the blank and every character before it from both ends. */
function javaTrim(source: string): string {
  let start = 0;
  let end = source.length;
  while (start < end && source.charCodeAt(start) <= 0x20) start++;
  while (start < end && source.charCodeAt(end - 1) <= 0x20) end--;
  return source.slice(start, end);
}

function longText(trimmed: string, fits: (integer: bigint) => boolean): boolean {
  if (trimmed === "" || trimmed === "null") return true;
  return /^[+-]?\d{1,40}$/.test(trimmed) && fits(BigInt(trimmed.replace("+", "")));
}

function escape(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The error for a value of the wrong type. */
export function unreadable(value: unknown, pointer: string, wanted: string): JudgementError {
  const shown =
    typeof value === "string"
      ? `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`
      : Array.isArray(value)
        ? "a list"
        : typeof value === "object" && value !== null
          ? "an object"
          : value === undefined
            ? "absent"
            : String(value as number | boolean | bigint);
  return new JudgementError("input.invalid", `${pointer || "/"} is ${shown}; give ${wanted}.`, pointer);
}
