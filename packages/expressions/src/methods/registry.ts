import type { MethodTable, Overload } from "../overload.ts";
import { isNumber, isStatus } from "../values.ts";
import type { JavaBean, JavaObject, Value } from "../values.ts";
import { LIST_METHODS, MAP_METHODS } from "./collections.ts";
import { COMPARABLE_METHODS, OBJECT_METHODS } from "./common.ts";
import { NUMBER_METHODS } from "./numbers.ts";
import { BOOLEAN_METHODS, CHAR_METHODS, ENUM_METHODS, STATUS_METHODS, UUID_METHODS } from "./simple.ts";
import { STATIC_METHODS } from "./statics.ts";
import { STRING_METHODS } from "./strings.ts";
import {
  DATE_FORMAT_METHODS,
  DATE_METHODS,
  INSTANT_METHODS,
  LOCAL_DATE_METHODS,
  LOCAL_DATE_TIME_METHODS,
} from "./times.ts";
import { RANDOM_METHODS } from "./random.ts";
export { CONSTRUCTORS } from "./constructors.ts";

function merge(...tables: readonly MethodTable[]): MethodTable {
  const merged = new Map<string, readonly Overload[]>();
  for (const table of tables) {
    for (const [name, overloads] of table) merged.set(name, [...(merged.get(name) ?? []), ...overloads]);
  }
  return merged;
}

const comparable = (table: MethodTable): MethodTable => merge(OBJECT_METHODS, COMPARABLE_METHODS, table);
const plain = (table: MethodTable): MethodTable => merge(OBJECT_METHODS, table);

/** Everything that may be called, by the name under which the README lists it. */
export const METHODS: ReadonlyMap<string, MethodTable> = new Map([
  ["String", plain(STRING_METHODS)],
  ["boolean", plain(BOOLEAN_METHODS)],
  ["list", plain(LIST_METHODS)],
  ["map", plain(MAP_METHODS)],
  ["int", plain(NUMBER_METHODS.int)],
  ["long", plain(NUMBER_METHODS.long)],
  ["double", plain(NUMBER_METHODS.double)],
  ["float", plain(NUMBER_METHODS.float)],
  ["short", plain(NUMBER_METHODS.short)],
  ["byte", plain(NUMBER_METHODS.byte)],
  ["biginteger", plain(NUMBER_METHODS.biginteger)],
  ["char", plain(CHAR_METHODS)],
  ["date", comparable(DATE_METHODS)],
  ["instant", comparable(INSTANT_METHODS)],
  ["localDate", comparable(LOCAL_DATE_METHODS)],
  ["localDateTime", comparable(LOCAL_DATE_TIME_METHODS)],
  ["dateFormat", plain(DATE_FORMAT_METHODS)],
  ["uuid", comparable(UUID_METHODS)],
  ["random", RANDOM_METHODS],
  ["enum", comparable(ENUM_METHODS)],
  ["status", comparable(merge(ENUM_METHODS, STATUS_METHODS))],
]);
const NONE: MethodTable = new Map();

/** What may be called on the value; on a type, its static methods and nothing of the type itself. */
export function methodsOf(target: Exclude<Value, null>): Pick<MethodTable, "get"> {
  if (typeof target === "string") return METHODS.get("String") ?? NONE;
  if (typeof target === "boolean") return METHODS.get("boolean") ?? NONE;
  if (target.kind === "bean") return beanMethods(target);
  if (target.kind === "type") return STATIC_METHODS.get(target.name) ?? NONE;
  return METHODS.get(tableName(target)) ?? NONE;
}

/** A record's getters as methods: `getName()` for `name`, `isJoin()` for `join`. */
function beanMethods(target: JavaBean): Pick<MethodTable, "get"> {
  const get = (name: string): readonly Overload[] | undefined => {
    if (target.find !== undefined && RECORD_LOOKUPS.has(name)) return [lookup(target, name)];
    const shared = OBJECT_METHODS.get(name);
    if (shared !== undefined && (name === "equals" || name === "hashCode")) return shared;
    const shown = /^(?:get|is)([A-Z].*)$/.exec(name)?.[1];
    const key = shown === undefined ? name : shown.charAt(0).toLowerCase() + shown.slice(1);
    const known = shown !== undefined || RECORD_METHODS.has(name);
    if (!known || target.property(key) === undefined) return undefined;
    return [{ name, parameters: [], variadic: false, run: () => target.property(key) ?? null }];
  };
  return { get };
}

/** Methods of stages without a prefix. */
const RECORD_METHODS = new Set(["ancestors", "directAncestors", "directChildren", "downstreamStages"]);
const RECORD_LOOKUPS = new Set(["stageById", "stageByRef", "namedStage"]);

const lookup = (target: JavaBean, name: string): Overload => ({
  name,
  parameters: ["String"],
  variadic: false,
  run: (_self, [key = null]) => (typeof key === "string" ? (target.find?.(name, key) ?? null) : null),
});

function tableName(target: JavaObject): string {
  if (isNumber(target)) return target.kind;
  return isStatus(target) ? "status" : target.kind;
}
