import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Environment } from "./environment.ts";
import { charge, problem } from "./environment.ts";
import { contains, member, print } from "./operators.ts";

const arg = (args: readonly Json[], index: number): string => print(args[index] ?? null);

const ofText: Readonly<Record<string, (value: string, args: readonly Json[]) => Json>> = {
  toUpperCase: (value) => value.toUpperCase(),
  upper: (value) => value.toUpperCase(),
  toLowerCase: (value) => value.toLowerCase(),
  lower: (value) => value.toLowerCase(),
  trim: (value) => value.trim(),
  strip: (value) => value.trim(),
  length: (value) => value.length,
  isEmpty: (value) => value === "",
  contains: (value, args) => value.includes(arg(args, 0)),
  startsWith: (value, args) => value.startsWith(arg(args, 0)),
  endsWith: (value, args) => value.endsWith(arg(args, 0)),
  equals: (value, args) => value === args[0],
  equalsIgnoreCase: (value, args) => value.toLowerCase() === arg(args, 0).toLowerCase(),
  indexOf: (value, args) => value.indexOf(arg(args, 0)),
  substring: (value, args) =>
    value.substring(Number(args[0] ?? 0), args[1] === undefined ? value.length : Number(args[1])),
  replace: (value, args) => value.replaceAll(arg(args, 0), arg(args, 1)),
  concat: (value, args) => value + arg(args, 0),
};

const ofList: Readonly<Record<string, (value: Json[], args: readonly Json[]) => Json>> = {
  size: (value) => value.length,
  isEmpty: (value) => value.length === 0,
  contains: (value, args) => contains(value, args[0] ?? null),
  get: (value, args) => member(value, args[0] ?? null),
  indexOf: (value, args) => value.findIndex((item) => print(item) === arg(args, 0)),
};

const ofMap: Readonly<Record<string, (value: Record<string, Json>, args: readonly Json[]) => Json>> = {
  items: (value) => Object.entries(value),
  keys: (value) => Object.keys(value),
  keySet: (value) => Object.keys(value),
  values: (value) => Object.values(value),
  size: (value) => Object.keys(value).length,
  isEmpty: (value) => Object.keys(value).length === 0,
  containsKey: (value, args) => Object.hasOwn(value, arg(args, 0)),
  get: (value, args) => member(value, args[0] ?? null) ?? args[1] ?? null,
};

/** Calls one of the methods that texts, lists and maps have in a template; others are a fault. */
export function callMethod(value: Json, name: string, args: readonly Json[], environment: Environment): Json {
  charge(environment);
  if (value === null) return null;
  if (typeof value === "string" && Object.hasOwn(ofText, name)) return ofText[name]?.(value, args) ?? null;
  if (Array.isArray(value) && Object.hasOwn(ofList, name)) return ofList[name]?.(value, args) ?? null;
  if (isJsonObject(value) && Object.hasOwn(ofMap, name)) return ofMap[name]?.(value, args) ?? null;
  throw problem(environment, `calls ${name}(), which is not supported here`);
}

const longestRange = 1000;

/** The functions a template can call by name. */
export function callFunction(name: string, args: readonly Json[], environment: Environment): Json {
  if (name !== "range") throw problem(environment, `calls the function ${name}(), which is not supported; range() is`);
  const numbers = args.map(Number);
  const [from, to, step] =
    numbers.length < 2 ? [0, numbers[0] ?? 0, 1] : [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 1];
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (!Number.isFinite(count) || count > longestRange)
    throw problem(environment, `makes a range of more than ${longestRange} numbers`);
  charge(environment, count);
  return Array.from({ length: count }, (_, index) => from + index * step);
}
