import type { ImportItem } from "@gennaker/contract/resources/import.ts";
import { importKinds } from "@gennaker/pipeline-model/import/types.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import type { Found } from "./import-items.ts";

/** Applications at work at the same time, where documents are stored one by one. */
const atOnce = 4;

type Numbered = readonly [index: number, found: Found];

/**
 * Kind after kind, as they build on one another. Kinds that are stored together go in parts, in their order; of the others
 * several applications go at once, the documents of each one after another. Answers stand as received.
 */
export async function inOrder(
  found: readonly Found[],
  together: (kind: ImportKind | null) => number,
  work: (part: readonly Found[]) => Promise<ImportItem[]>,
): Promise<ImportItem[]> {
  const answers: ImportItem[] = [];
  const through = async (part: readonly Numbered[]) => {
    const items = await work(part.map(([, each]) => each));
    for (const [place, [index]] of part.entries()) answers[index] = items[place] as ImportItem;
  };
  for (const kind of [...importKinds, null]) {
    const ofKind = [...found.entries()].filter(([, { classified }]) => classified.kind === kind);
    const most = together(kind);
    if (most > 1) {
      for (const part of partsOf(ofKind, most)) await through(part);
      continue;
    }
    const lanes = [...Map.groupBy(ofKind, ([, { classified }]) => laneOf(classified)).values()];
    let next = 0;
    const lane = async () => {
      for (let own = lanes[next++]; own !== undefined; own = lanes[next++])
        for (const each of own) await through([each]);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, lanes.length) }, lane));
  }
  return answers;
}

const laneOf = (classified: Found["classified"]) => (classified.kind === null ? "" : classified.application);

/** Parts in their order, of at most so many; in none are two documents with the same id or the same name. */
export function partsOf(found: readonly Numbered[], most: number): Numbered[][] {
  const parts: Numbered[][] = [];
  let seen = new Set<string>();
  for (const each of found) {
    const keys = keysOf(each[1]);
    const last = parts.at(-1);
    if (last === undefined || last.length >= most || keys.some((key) => seen.has(key))) {
      parts.push([each]);
      seen = new Set(keys);
    } else {
      last.push(each);
      for (const key of keys) seen.add(key);
    }
  }
  return parts;
}

function keysOf({ classified }: Found): string[] {
  if (classified.kind === null) return [];
  const { application, name, document } = classified;
  const byName = `name ${application ?? ""} ${name.toLowerCase()}`;
  return typeof document["id"] === "string" ? [`id ${document["id"]}`, byName] : [byName];
}
