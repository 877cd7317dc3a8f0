/** One place of a document that is not as it was; a side that is missing had nothing there. */
export type Difference = { pointer: string; before?: unknown; after?: unknown };

const mostDifferences = 200;

/** Where two documents differ, by JSON pointers in the order of the document; null stands for none at all. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  compare(before ?? undefined, after ?? undefined, "", found);
  return found;
}

function compare(before: unknown, after: unknown, pointer: string, found: Difference[]): void {
  if (found.length >= mostDifferences || JSON.stringify(before) === JSON.stringify(after)) return;
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const [one, other] = [Object.entries(before), Object.entries(after)].map((entries) => new Map(entries));
    if (one === undefined || other === undefined) return;
    for (const key of new Set([...one.keys(), ...other.keys()]))
      compare(one.get(key), other.get(key), `${pointer}/${escaped(key)}`, found);
    return;
  }
  found.push({
    pointer,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  });
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
