import type { Expression, Increment, Index } from "./ast.ts";
import { readIndex, readProperty, position } from "./access.ts";
import { evaluationError } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { step } from "./numbers.ts";
import { typeName } from "./types.ts";
import { entriesOf, isNumber, itemsOf, toMapKey } from "./values.ts";
import type { Value } from "./values.ts";

/** A place that can be read and written. */
type Place = { readonly read: () => Value; readonly write: (value: Value) => void };

/** What the evaluator lends to find a place: the owner of a place, and the key between its brackets. */
export type Walk = {
  readonly owner: (parts: readonly Expression[], frame: Frame) => Value;
  readonly key: (node: Index, owner: Value, frame: Frame) => Value;
};

/** `target = value`; gives the value. Changes are seen by later expressions of the same call and never leave it. */
export function assignTo(target: Expression, value: Value, frame: Frame, walk: Walk): Value {
  placeOf(target, frame, walk).write(value);
  return value;
}

/** `++` and `--` before and behind: the new or the old number. */
export function increment(node: Increment, frame: Frame, walk: Walk): Value {
  const place = placeOf(node.target, frame, walk);
  const before = place.read();
  if (!isNumber(before))
    throw evaluationError(`'${node.by > 0 ? "++" : "--"}' needs a number, not ${typeName(before)}`);
  const after = step(before, node.by);
  place.write(after);
  return node.prefix ? after : before;
}

function placeOf(target: Expression, frame: Frame, walk: Walk): Place {
  if (target.type !== "compound") return placeIn(target, frame.active, frame, walk);
  const last = target.parts.at(-1);
  if (last === undefined) throw evaluationError("There is nothing to assign to");
  const owner = walk.owner(target.parts.slice(0, -1), frame);
  return placeIn(last, owner, frame, walk);
}

function placeIn(node: Expression, owner: Value, frame: Frame, walk: Walk): Place {
  const { session } = frame;
  if (node.type === "variable" && node.name !== "this" && node.name !== "root") {
    return {
      read: () => session.variables.get(node.name) ?? null,
      write: (value) => void session.variables.set(node.name, value),
    };
  }
  if (node.type === "property" && owner !== null) {
    return { read: () => readProperty(owner, node.name, session), write: (value) => writeKey(owner, node.name, value) };
  }
  if (node.type === "index" && owner !== null) {
    const key = walk.key(node, owner, frame);
    return { read: () => readIndex(owner, key, session), write: (value) => writeKey(owner, key, value) };
  }
  throw evaluationError(
    owner === null ? "Nothing can be assigned inside of null" : "This expression cannot be assigned to",
  );
}

function writeKey(owner: Exclude<Value, null>, key: Value, value: Value): void {
  if (typeof owner === "object" && owner.kind === "map" && !owner.fixed) {
    const mapKey = toMapKey(key);
    if (mapKey === undefined) throw evaluationError(`A value of type ${typeName(key)} cannot be a key`);
    entriesOf(owner).set(mapKey, value);
  } else if (typeof owner === "object" && owner.kind === "list" && owner.flavour === "list" && !owner.fixed) {
    const items = itemsOf(owner);
    items[position(key, items.length)] = value;
  } else {
    throw evaluationError(`A value of type ${typeName(owner)} cannot be changed`);
  }
}
