import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "../../../closest.ts";
import type { Environment } from "./environment.ts";
import { problem } from "./environment.ts";

/** Text as the template engine prints a value: lists as `[a, b]`, nothing for what has no value. */
export function print(value: Json): string {
  if (value === null) return "";
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (isJsonObject(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${print(item)}`)
      .join(", ")}}`;
  return String(value);
}

export function truth(value: Json): boolean {
  if (value === null || value === false || value === 0 || value === "") return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isJsonObject(value) || Object.keys(value).length > 0;
}

/** Numbers and texts that are numbers, the rest is a fault. */
export function number(value: Json, environment: Environment): number {
  const result =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (!Number.isNaN(result)) return result;
  throw problem(environment, `calculates with ${JSON.stringify(value)}, which is no number`);
}

export function arithmetic(operator: string, left: Json, right: Json, environment: Environment): Json {
  if (operator === "~") return print(left) + print(right);
  if (operator === "+") {
    if (Array.isArray(left)) return Array.isArray(right) ? [...left, ...right] : [...left, right];
    if (isJsonObject(left) && isJsonObject(right)) return { ...left, ...right };
    if (typeof left === "string" || typeof right === "string") return print(left) + print(right);
  }
  const [a, b] = [number(left, environment), number(right, environment)];
  if ((operator === "/" || operator === "//" || operator === "%") && b === 0)
    throw problem(environment, "divides by zero");
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (operator === "/") return a / b;
  if (operator === "//") return Math.floor(a / b);
  return operator === "%" ? a % b : a ** b;
}

export function compare(operator: string, left: Json, right: Json): boolean {
  if (operator === "==") return same(left, right);
  if (operator === "!=") return !same(left, right);
  const numeric = [left, right].map((value) =>
    typeof value === "string" && value.trim() !== "" ? Number(value) : value,
  );
  const numbers = numeric.every((value): value is number => typeof value === "number" && !Number.isNaN(value));
  const [a, b] = numbers ? numeric : [print(left), print(right)];
  if (a === undefined || b === undefined || a === null || b === null) return false;
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

/** 5 equals "5" and "true" equals true, as in the template engine's language. */
function same(left: Json, right: Json): boolean {
  if (typeof left === "object" || typeof right === "object") return JSON.stringify(left) === JSON.stringify(right);
  return String(left) === String(right);
}

export function contains(container: Json, item: Json): boolean {
  if (typeof container === "string") return container.includes(print(item));
  if (Array.isArray(container)) return container.some((member) => same(member, item));
  return isJsonObject(container) && Object.hasOwn(container, print(item));
}

/** A member by key or position, negative ones from the end; null where there is none. */
export function member(value: Json, key: Json): Json {
  if (Array.isArray(value)) {
    const index =
      typeof key === "number" ? key : typeof key === "string" && /^-?\d+$/.test(key) ? Number(key) : Number.NaN;
    return value.at(Number.isInteger(index) ? index : value.length) ?? null;
  }
  const name = print(key);
  return isJsonObject(value) && Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

const tests: Readonly<Record<string, (value: Json, args: readonly Json[]) => boolean>> = {
  defined: (value) => value !== null,
  undefined: (value) => value === null,
  none: (value) => value === null,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  mapping: isJsonObject,
  iterable: (value) => Array.isArray(value) || isJsonObject(value),
  sequence: (value) => Array.isArray(value),
  even: (value) => typeof value === "number" && value % 2 === 0,
  odd: (value) => typeof value === "number" && value % 2 !== 0,
  truthy: truth,
  sameas: (value, [other]) => same(value, other ?? null),
  equalto: (value, [other]) => same(value, other ?? null),
  divisibleby: (value, [by]) => typeof value === "number" && typeof by === "number" && value % by === 0,
  containing: (value, [item]) => contains(value, item ?? null),
};

export function runTest(name: string, value: Json, args: readonly Json[], environment: Environment): boolean {
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (test !== undefined) return test(value, args);
  const near = closest(name, Object.keys(tests));
  throw problem(
    environment,
    `uses the test "is ${name}", which is not supported${near === null ? "" : `; did you mean "${near}"?`}`,
  );
}
