import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

/** One difference between two documents: where, and what stood there before and after; an absent side is undefined. */
export type Difference = { pointer: string; before?: Json; after?: Json };

/** What every save writes anew: no difference worth telling. */
const stamps: ReadonlySet<string> = new Set(["updateTs", "lastModified", "lastModifiedBy"]);
/** By what objects in a list are told apart, where all of them have it once. */
const identities = ["refId", "id", "name", "key"] as const;

/**
 * What differs between two versions of a document, in the order of the older one. Objects in lists are compared by what
 * names them (`refId`, `id`, `name`), so that a stage put in front does not make all others different; their place in the
 * pointer is then `refId=3` rather than an index.
 */
export function differencesBetween(before: JsonObject, after: JsonObject): Difference[] {
  const found: Difference[] = [];
  compareObjects(before, after, "", found, stamps);
  return found;
}

function compare(before: Json | undefined, after: Json | undefined, pointer: string, found: Difference[]): void {
  if (before !== undefined && after !== undefined) {
    if (isJsonObject(before) && isJsonObject(after)) return compareObjects(before, after, pointer, found);
    if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, pointer, found);
    if (Object.is(before, after)) return;
  }
  found.push({
    pointer,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

function compareObjects(
  before: JsonObject,
  after: JsonObject,
  pointer: string,
  found: Difference[],
  except: ReadonlySet<string> = new Set(),
): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (except.has(key)) continue;
    const [old, now] = [own(before, key), own(after, key)];
    compare(old, now, `${pointer}/${escaped(key)}`, found);
  }
}

function compareLists(before: readonly Json[], after: readonly Json[], pointer: string, found: Difference[]): void {
  const identity = identities.find((key) => [before, after].every((list) => areNamedBy(list, key)));
  if (identity === undefined || before.length + after.length === 0) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1)
      compare(before[index], after[index], `${pointer}/${index}`, found);
    return;
  }
  const named = (list: readonly Json[]) =>
    new Map((list as JsonObject[]).map((item) => [String(item[identity]), item] as const));
  const [old, now] = [named(before), named(after)];
  for (const name of new Set([...old.keys(), ...now.keys()]))
    compare(old.get(name), now.get(name), `${pointer}/${identity}=${escaped(name)}`, found);
  const kept = (from: ReadonlyMap<string, JsonObject>, of: ReadonlyMap<string, JsonObject>) =>
    [...from.keys()].filter((name) => of.has(name));
  const [order, newOrder] = [kept(old, now), kept(now, old)];
  if (order.some((name, index) => name !== newOrder[index]))
    found.push({ pointer, before: [...old.keys()], after: [...now.keys()] });
}

function areNamedBy(list: readonly Json[], key: string): boolean {
  const names = list.map((item) => (isJsonObject(item) ? item[key] : undefined));
  return (
    names.every((name) => typeof name === "string" || typeof name === "number") &&
    new Set(names.map(String)).size === names.length
  );
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** RFC 6901. */
function escaped(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}
