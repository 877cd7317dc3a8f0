import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";

/** One text on its way to the server, with what its place says. */
export type Received = { source: string; text: string; kind?: ImportKind; application?: string; name?: string };

/** A part of a source; `done` is called when the server has all of it. */
export type Part = { items: readonly Received[]; done?: () => Promise<void> };

const mostItems = 200;
const mostCharacters = 4_000_000;

/** Items in parts that fit one request, however long the source. */
export async function* inParts(items: AsyncIterable<Received>): AsyncGenerator<Part> {
  let part: Received[] = [];
  let size = 0;
  for await (const item of items) {
    if (part.length > 0 && (part.length >= mostItems || size + item.text.length > mostCharacters)) {
      yield { items: part };
      part = [];
      size = 0;
    }
    part.push(item);
    size += item.text.length;
  }
  if (part.length > 0) yield { items: part };
}
