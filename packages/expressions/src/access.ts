import { convertToIndex } from "./convert.ts";
import { evaluationError } from "./errors.ts";
import { methodsOf } from "./methods/registry.ts";
import { shorten } from "./number-text.ts";
import { resolveOverload } from "./overload.ts";
import { readGetter } from "./properties.ts";
import type { Session } from "./session.ts";
import { typeName } from "./types.ts";
import { entriesOf, itemsOf, mapGet, toMapKey } from "./values.ts";
import type { Value } from "./values.ts";

/** `target.name`. A map answers with its own entry; without `allowUnknownKeys` a missing one is an error. */
export function readProperty(target: Exclude<Value, null>, name: string, session: Session): Value {
  if (typeof target === "object" && target.kind === "map") {
    if (!session.allowUnknownKeys && !entriesOf(target).has(name)) {
      throw evaluationError(`There is no '${shorten(name)}' here, and unknown names are not allowed`);
    }
    return mapGet(target, name);
  }
  return getter(target, name, session);
}

/** `target[key]`. A missing key of a map is null; a position outside of a list is an error. */
export function readIndex(target: Exclude<Value, null>, key: Value, session: Session): Value {
  if (typeof target === "string") return target.charAt(position(key, target.length));
  if (typeof target === "object") {
    switch (target.kind) {
      case "map": {
        const mapKey = toMapKey(key);
        return mapKey === undefined ? null : mapGet(target, mapKey);
      }
      case "list": {
        const items = itemsOf(target);
        return items[position(key, items.length)] ?? null;
      }
      case "array":
        return target.items[position(key, target.items.length)] ?? null;
      default:
        if (typeof key === "string") return getter(target, key, session);
    }
  }
  throw evaluationError(`${typeName(target)} has no elements`);
}

/** A property by its getter, else by a method of that very name without parameters (`list.size`). */
function getter(target: Exclude<Value, null>, name: string, session: Session): Value {
  const value = readGetter(target, name);
  if (value !== undefined) return value;
  const match = resolveOverload(methodsOf(target).get(name) ?? [], []);
  if (match === undefined)
    throw evaluationError(`${typeName(target)} has no property '${shorten(name)}' that may be read`);
  return match.overload.run(target, [], session);
}

export function position(key: Value, length: number): number {
  const index = convertToIndex(key);
  if (index < 0 || index >= length) throw evaluationError(`There is no element ${index}; there are ${length}`);
  return index;
}
