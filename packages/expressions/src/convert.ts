import { evaluationError } from "./errors.ts";
import type { Budget } from "./limits.ts";
import { parseReal, parseWhole, shorten } from "./number-text.ts";
import { byte, double, fitsInt, fitsLong, float, int, long, short, toBigInt, toDouble } from "./numbers.ts";
import type { JavaNumber } from "./numbers.ts";
import { convertToText } from "./text.ts";
import { typeName } from "./types.ts";
import { char, isNumber, isStatus, itemsOf, list } from "./values.ts";
import type { Value } from "./values.ts";

const TRUE_WORDS = new Set(["true", "on", "yes", "1"]);
const FALSE_WORDS = new Set(["false", "off", "no", "0"]);

/** A condition: booleans, and the words Spring knows for them. Null, empty text and numbers are errors. */
export function convertToBoolean(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "string") {
    const word = value.trim().toLowerCase();
    if (TRUE_WORDS.has(word)) return true;
    if (FALSE_WORDS.has(word)) return false;
    throw evaluationError(
      value === "" ? "An empty text is no condition" : `The text '${shorten(value)}' is no condition`,
    );
  }
  throw evaluationError(`${value === null ? "null" : `A value of type ${typeName(value)}`} is no condition`);
}

/** A position in a list or text: whole numbers, cut fractions, and texts of digits. */
export function convertToIndex(value: Value): number {
  if (value !== null && typeof value === "object" && value.kind === "int") return value.value;
  if (isNumber(value)) return toDouble(convertNumber(value, "int"));
  if (typeof value === "string") return toDouble(textToNumber(value, "int"));
  throw evaluationError(`${value === null ? "null" : `A value of type ${typeName(value)}`} is no position`);
}

/** What a method's or function's parameter is declared as. */
export type ParameterType =
  | "int"
  | "long"
  | "double"
  | "float"
  | "short"
  | "byte"
  | "boolean"
  | "char"
  | "String"
  | "CharSequence"
  | "Object"
  | "Comparable"
  | "Collection"
  | "Iterable"
  | "Map"
  | "Date"
  | "Instant"
  | "LocalDate"
  | "LocalDateTime"
  | "TemporalUnit"
  | "Temporal"
  | "UUID"
  | "Charset"
  | "Locale"
  | "byte[]"
  | "char[]";

const PRIMITIVES: ReadonlySet<ParameterType> = new Set([
  "int",
  "long",
  "double",
  "float",
  "short",
  "byte",
  "boolean",
  "char",
]);
const KINDS: Partial<Record<ParameterType, string>> = {
  Map: "map",
  Date: "date",
  Instant: "instant",
  LocalDate: "localDate",
  LocalDateTime: "localDateTime",
  UUID: "uuid",
};
const TEMPORAL = new Set(["instant", "localDate", "localDateTime"]);

/** Whether Java would take the value as it is. */
export function isAssignable(value: Value, type: ParameterType): boolean {
  if (value === null) return !PRIMITIVES.has(type);
  if (type === "Object") return true;
  if (typeof value === "string") return type === "String" || type === "CharSequence" || type === "Comparable";
  if (typeof value === "boolean") return type === "boolean" || type === "Comparable";
  switch (type) {
    case "CharSequence":
      return isStatus(value);
    case "Comparable":
      return value.kind !== "list" && value.kind !== "map" && value.kind !== "array";
    case "Collection":
    case "Iterable":
      return value.kind === "list";
    case "TemporalUnit":
      return value.kind === "enum" && value.type === "java.time.temporal.ChronoUnit";
    case "Temporal":
      return TEMPORAL.has(value.kind);
    case "byte[]":
    case "char[]":
      return value.kind === "array" && `${value.element}[]` === type;
    default:
      return value.kind === (KINDS[type] ?? type);
  }
}

const outOfRange = (type: string): Error => evaluationError(`The number does not fit the type ${type}`);

function convertNumber(value: JavaNumber, type: "int" | "long" | "double" | "float" | "short" | "byte"): JavaNumber {
  if (type === "double") return double(toDouble(value));
  if (type === "float") return float(toDouble(value));
  const whole = toBigInt(value);
  if (!fitsLong(whole)) throw outOfRange(type);
  if (type === "long") return long(whole);
  const number = Number(whole);
  if (!fitsInt(number)) throw outOfRange(type);
  const result = type === "int" ? int(number) : type === "short" ? short(number) : byte(number);
  if (result.value !== number) throw outOfRange(type);
  return result;
}

const isNumberType = (type: ParameterType): type is "int" | "long" | "double" | "float" | "short" | "byte" =>
  type === "int" || type === "long" || type === "double" || type === "float" || type === "short" || type === "byte";

function textToNumber(text: string, type: "int" | "long" | "double" | "float" | "short" | "byte"): JavaNumber {
  const trimmed = text.replaceAll(/\s+/g, "");
  if (type === "double" || type === "float") return parseReal(trimmed, type);
  const hexadecimal = /^([+-]?)(?:0[xX]|#)([0-9a-fA-F]+)$/.exec(trimmed);
  return hexadecimal === null ? parseWhole(trimmed, type) : parseWhole(`${hexadecimal[1]}${hexadecimal[2]}`, type, 16);
}

/**
 * Spring's conversion of an argument, decided by types alone: undefined where none exists. Running it may still throw,
 * as for the text 'x' as an int.
 */
export function convertParameter(value: Value, type: ParameterType): ((budget: Budget) => Value) | undefined {
  if (isAssignable(value, type)) return () => value;
  if (value === null) return undefined;
  if (PRIMITIVES.has(type) && typeof value === "object" && (value.kind === "list" || value.kind === "array")) {
    return (budget) => firstElement(value.kind === "list" ? itemsOf(value) : value.items, type, budget);
  }
  if (isNumberType(type)) {
    if (isNumber(value)) return () => convertNumber(value, type);
    if (typeof value === "string") return () => textToNumber(value, type);
    if (typeof value === "object" && value.kind === "char")
      return () => convertNumber(int(value.value.charCodeAt(0)), type);
    if (type === "int" && typeof value === "object" && value.kind === "enum") return () => int(value.ordinal);
    return undefined;
  }
  switch (type) {
    case "boolean":
      return typeof value === "string" ? () => convertToBoolean(value) : undefined;
    case "char":
      return toCharacter(value);
    case "String":
      return toTextConversion(value);
    case "Collection":
    case "Iterable":
      return type === "Collection" ? () => toCollection(value) : undefined;
    default:
      return undefined;
  }
}

/** A list where one value is wanted stands for its first element. */
function firstElement(items: readonly Value[], type: ParameterType, budget: Budget): Value {
  const first = items[0] ?? null;
  const conversion = convertParameter(first, type);
  if (conversion === undefined) throw evaluationError(`A value of type ${typeName(first)} cannot become ${type}`);
  return conversion(budget);
}

function toCharacter(value: Value): (() => Value) | undefined {
  if (typeof value === "string") {
    return () => {
      if (value.length !== 1) throw evaluationError(`'${shorten(value)}' is not a single character`);
      return char(value);
    };
  }
  return isNumber(value) ? () => char(String.fromCharCode(Number(BigInt.asUintN(16, toBigInt(value))))) : undefined;
}

const TEXT_KINDS: ReadonlySet<string> = new Set(["list", "array", "char", "date", "uuid", "enum"]);

function toTextConversion(value: Value): ((budget: Budget) => Value) | undefined {
  if (value === null) return undefined;
  if (typeof value === "object" && value.kind === "list" && value.unprintable === true) return undefined;
  const convertible = typeof value !== "object" || isNumber(value) || TEXT_KINDS.has(value.kind);
  return convertible ? (budget) => convertToText(value, budget) : undefined;
}

function toCollection(value: Value): Value {
  if (typeof value === "string") return list(value === "" ? [] : value.split(",").map((part) => part.trim()));
  if (value !== null && typeof value === "object" && value.kind === "array") return list([...value.items]);
  if (value !== null && typeof value === "object" && value.kind === "list") return list([...itemsOf(value)]);
  return list([value]);
}
