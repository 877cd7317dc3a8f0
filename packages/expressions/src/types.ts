import type { Value } from "./values.ts";

const NAMES: Record<string, string> = {
  int: "java.lang.Integer",
  long: "java.lang.Long",
  double: "java.lang.Double",
  float: "java.lang.Float",
  short: "java.lang.Short",
  byte: "java.lang.Byte",
  biginteger: "java.math.BigInteger",
  char: "java.lang.Character",
  map: "java.util.LinkedHashMap",
  entry: "java.util.Map$Entry",
  date: "java.util.Date",
  instant: "java.time.Instant",
  localDate: "java.time.LocalDate",
  localDateTime: "java.time.LocalDateTime",
  dateFormat: "java.text.SimpleDateFormat",
  uuid: "java.util.UUID",
  random: "java.util.Random",
  type: "java.lang.Class",
  notEvaluable: "com.netflix.spinnaker.kork.expressions.NotEvaluableExpression",
};
const LISTS = {
  list: "java.util.ArrayList",
  set: "java.util.Set",
  values: "java.util.Collection",
  entries: "java.util.Set",
} as const;

/** The Java class name that people know the value by, for messages and for `instanceof`. */
export function typeName(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "string") return "java.lang.String";
  if (typeof value === "boolean") return "java.lang.Boolean";
  switch (value.kind) {
    case "list":
      return LISTS[value.flavour];
    case "array":
      return `${value.element}[]`;
    case "enum":
    case "bean":
      return value.type;
    default:
      return NAMES[value.kind] ?? value.kind;
  }
}

/** Types that `T(…)` and `new` may name: Spinnaker's own list. Names of `java.lang` need no package. */
export const ALLOWED_TYPES: readonly string[] = [
  "java.lang.String",
  "java.util.Date",
  "java.lang.Integer",
  "java.lang.Long",
  "java.lang.Double",
  "java.lang.Byte",
  "java.text.SimpleDateFormat",
  "java.lang.Math",
  "java.util.Random",
  "java.util.UUID",
  "java.lang.Boolean",
  "java.time.LocalDate",
  "java.time.LocalDateTime",
  "java.time.DayOfWeek",
  "java.time.Instant",
  "java.time.temporal.ChronoUnit",
  "java.net.URLEncoder",
  "java.time.temporal.TemporalAdjusters",
];
const ALLOWED = new Set(ALLOWED_TYPES);
const PRIMITIVES = new Set(["boolean", "char", "byte", "short", "int", "long", "double", "float"]);

/** The full name of an allowed type, or undefined. */
export function resolveType(name: string): string | undefined {
  if (ALLOWED.has(name)) return name;
  const inLang = `java.lang.${name}`;
  return ALLOWED.has(inLang) ? inLang : undefined;
}

/** As `resolveType`, and Java's primitive types, which `T(…)` may name but nothing can be called on. */
export function resolveTypeOrPrimitive(name: string): string | undefined {
  return PRIMITIVES.has(name) ? name : resolveType(name);
}
