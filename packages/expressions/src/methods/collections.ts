import { javaEquals } from "../compare.ts";
import { evaluationError } from "../errors.ts";
import { int } from "../numbers.ts";
import { methodTable } from "../overload.ts";
import type { Session } from "../session.ts";
import { entriesOf, fromMapKey, itemsOf, list, toMapKey } from "../values.ts";
import type { JavaList, JavaMap, Value } from "../values.ts";
import { intArg } from "./common.ts";

/** Elements may leave a view of a map, which takes the entries out of the map as well. */
function shrink(self: JavaList, keep: (item: Value) => boolean): boolean {
  const items = itemsOf(self);
  if (self.fixed || self.owner?.fixed === true) throw evaluationError("This collection cannot be changed");
  const kept = items.filter(keep);
  if (self.owner !== undefined && kept.length < items.length) {
    const entries = [...entriesOf(self.owner)];
    const left = entries.filter((_entry, index) => kept.includes(items[index] ?? null) || keep(items[index] ?? null));
    self.owner.entries = new Map(left);
  }
  self.items = kept;
  return kept.length < items.length;
}

function changeable<T extends JavaList | JavaMap>(target: T): T {
  if (target.fixed || (target.kind === "list" && target.flavour !== "list")) {
    throw evaluationError("This collection cannot be changed");
  }
  return target;
}

function find(items: readonly Value[], wanted: Value, { budget }: Session): number {
  budget.charge(1 + (items.length >> 3));
  return items.findIndex((item) => javaEquals(item, wanted, budget));
}

function collection(args: readonly Value[], index: number): readonly Value[] {
  const value = args[index] ?? null;
  if (value === null || typeof value !== "object" || value.kind !== "list")
    throw evaluationError("A collection is needed here, not null");
  return [...itemsOf(value)];
}

function inside(index: number, end: number): number {
  if (index < 0 || index > end) throw evaluationError(`There is no position ${index}; there are ${end}`);
  return index;
}

function insert(self: JavaList, at: number, added: readonly Value[], { budget }: Session): void {
  const items = itemsOf(changeable(self));
  budget.charge(1 + added.length + ((items.length - at) >> 4));
  inside(at, items.length);
  self.items = at === items.length ? items : [...items.slice(0, at), ...added, ...items.slice(at)];
  if (at === items.length) for (const item of added) items.push(item);
}

function keep(self: JavaList, wanted: readonly Value[], keepFound: boolean, session: Session): boolean {
  return shrink(self, (item) => find(wanted, item, session) >= 0 === keepFound);
}

/** Methods of lists, sets and the views of maps. `get` is missing on purpose: its result type is not allowed; use `[0]`. */
export const LIST_METHODS = methodTable<JavaList>({
  "add(Object)": (self, [item = null], session) => {
    insert(self, itemsOf(changeable(self)).length, [item], session);
    return true;
  },
  "add(int,Object)": (self, args, session) => {
    insert(self, intArg(args, 0), [args[1] ?? null], session);
    return null;
  },
  "addAll(Collection)": (self, args, session) => {
    const added = collection(args, 0);
    insert(self, itemsOf(changeable(self)).length, added, session);
    return added.length > 0;
  },
  "addAll(int,Collection)": (self, args, session) => {
    const added = collection(args, 1);
    insert(self, intArg(args, 0), added, session);
    return added.length > 0;
  },
  "clear()": (self) => {
    shrink(self, () => false);
    return null;
  },
  "contains(Object)": (self, [item = null], session) => find(itemsOf(self), item, session) >= 0,
  "containsAll(Collection)": (self, args, session) =>
    collection(args, 0).every((item) => find(itemsOf(self), item, session) >= 0),
  "indexOf(Object)": (self, [item = null], session) => int(find(itemsOf(self), item, session)),
  "isEmpty()": (self) => itemsOf(self).length === 0,
  "lastIndexOf(Object)": (self, [item = null], { budget }) => {
    budget.charge(1 + (itemsOf(self).length >> 3));
    return int(itemsOf(self).findLastIndex((own) => javaEquals(own, item, budget)));
  },
  "remove(Object)": (self, [item = null], session) => {
    const found = itemsOf(self)[find(itemsOf(self), item, session)];
    let left = 1;
    return shrink(self, (own) => found === undefined || own !== found || (left -= 1) < 0);
  },
  "removeAll(Collection)": (self, args, session) => keep(self, collection(args, 0), false, session),
  "retainAll(Collection)": (self, args, session) => keep(self, collection(args, 0), true, session),
  "ensureCapacity(int)": (self) => {
    changeable(self);
    return null;
  },
  "trimToSize()": (self) => {
    changeable(self);
    return null;
  },
  "size()": (self) => int(itemsOf(self).length),
  "subList(int,int)": (self, args, session) => {
    const items = itemsOf(self);
    const to = inside(intArg(args, 1), items.length);
    session.budget.charge(items.length);
    return list(items.slice(inside(intArg(args, 0), to), to));
  },
});

const viewOf = (owner: JavaMap, items: Value[], flavour: JavaList["flavour"]): JavaList => ({
  ...list(items, flavour, owner.fixed),
  owner,
});

const keyOf = (args: readonly Value[]): ReturnType<typeof toMapKey> => toMapKey(args[0] ?? null);

/** Methods of maps. `get`, `put` and `getOrDefault` are missing on purpose: their result type is not allowed; use `['key']`. */
export const MAP_METHODS = methodTable<JavaMap>({
  "clear()": (self) => {
    entriesOf(changeable(self)).clear();
    return null;
  },
  "containsKey(Object)": (self, args) => {
    const key = keyOf(args);
    return key !== undefined && entriesOf(self).has(key);
  },
  "containsValue(Object)": (self, [value = null], session) => find([...entriesOf(self).values()], value, session) >= 0,
  "entrySet()": (self, _args, { budget }) => {
    budget.charge(entriesOf(self).size);
    const items = Array.from(entriesOf(self), ([key, value]): Value => ({ kind: "entry", key, value }));
    return { ...viewOf(self, items, "entries"), unprintable: true };
  },
  "isEmpty()": (self) => entriesOf(self).size === 0,
  "keySet()": (self, _args, { budget }) => {
    budget.charge(entriesOf(self).size);
    return viewOf(self, Array.from(entriesOf(self).keys(), fromMapKey), "set");
  },
  "putAll(Map)": (self, [other = null], { budget }) => {
    if (other === null || typeof other !== "object" || other.kind !== "map")
      throw evaluationError("putAll needs a map, not null");
    budget.charge(entriesOf(other).size);
    const own = entriesOf(changeable(self));
    for (const [key, value] of entriesOf(other)) own.set(key, value);
    return null;
  },
  "remove(Object,Object)": (self, args, { budget }) => {
    const own = entriesOf(changeable(self));
    const key = keyOf(args);
    const found = key === undefined ? undefined : own.get(key);
    if (key === undefined || found === undefined || !javaEquals(found, args[1] ?? null, budget)) return false;
    return own.delete(key);
  },
  "replace(Object,Object,Object)": (self, args, { budget }) => {
    const key = keyOf(args);
    const own = entriesOf(changeable(self));
    const found = key === undefined ? undefined : own.get(key);
    if (key === undefined || found === undefined || !javaEquals(found, args[1] ?? null, budget)) return false;
    own.set(key, args[2] ?? null);
    return true;
  },
  "size()": (self) => int(entriesOf(self).size),
  "values()": (self, _args, { budget }) => {
    budget.charge(entriesOf(self).size);
    return viewOf(self, [...entriesOf(self).values()], "values");
  },
});
