import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";

/** One text on its way to the server, with what its place says. */
export type Received = { source: string; text: string; kind?: ImportKind; application?: string; name?: string };

/** A part of a source; `done` is called when the server has all of it. */
export type Part = { items: readonly Received[]; done?: () => Promise<void> };

/** Larger parts are no faster: what a request holds at once is what the server's memory has to be cleaned of. */
const mostItems = 50;
const mostCharacters = 2_000_000;

/** Whether a part of so many items and characters has no room for one more. */
export function isFull(items: number, characters: number, next: Received): boolean {
  return items > 0 && (items >= mostItems || characters + next.text.length > mostCharacters);
}

/** Items in parts that fit one request, however long the source. */
export async function* inParts(items: AsyncIterable<Received>): AsyncGenerator<Part> {
  let part: Received[] = [];
  let size = 0;
  for await (const item of items) {
    if (isFull(part.length, size, item)) {
      yield { items: part };
      part = [];
      size = 0;
    }
    part.push(item);
    size += item.text.length;
  }
  if (part.length > 0) yield { items: part };
}

/** The same, read one ahead: the next is fetched and cut while the server works on this one. */
export async function* oneAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const read = () => {
    const next = iterator.next();
    // Whoever awaits it hears of a failure; nobody does when the reader stops before.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let one = await read(); one.done !== true;) {
      const next = read();
      yield one.value;
      one = await next;
    }
  } finally {
    void iterator.return?.().catch(() => undefined);
  }
}
