import { evaluationError } from "./errors.ts";
import { typeName } from "./types.ts";
import { isNumber } from "./values.ts";
import type { Value } from "./values.ts";

/** `value instanceof T(…)`. Only the allowed types can be named, and none of them has a subtype here. */
export function isInstance(value: Value, type: Value): boolean {
  if (type === null || typeof type !== "object" || type.kind !== "type") {
    throw evaluationError(`'instanceof' needs a type such as T(String) on its right side, not ${typeName(type)}`);
  }
  if (value === null) return false;
  if (/^[a-z]+$/.test(type.name)) return isNumber(value) && value.kind === type.name;
  return typeName(value) === type.name;
}
