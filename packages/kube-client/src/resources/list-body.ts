import type { Readable } from "node:stream";
import { KubeError } from "../errors.ts";
import { createListSplitter } from "../http/list-splitter.ts";
import type { Slices } from "../http/slices.ts";
import { isRecord, type KindRef, type KubeObject } from "../objects.ts";

export type ListEnvelope = { resourceVersion: string; continueToken: string; remaining: number | null };

/**
 * Reads the body of a list answer object by object; `onItem` gets each as soon as its bytes are there. Holds the
 * event loop for one slice at a time. A body that ends early throws, so half a list is never taken for a whole one.
 */
export async function readListBody(
  body: Readable,
  kind: KindRef,
  slices: Slices,
  onItem: (item: KubeObject) => void,
): Promise<ListEnvelope> {
  const splitter = createListSplitter();
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (const bytes of splitter.push(chunk)) {
      onItem(parseItem(bytes, kind));
      if (slices.due()) await slices.yield();
    }
  }
  return readEnvelope(splitter.end());
}

function parseItem(bytes: Buffer, kind: KindRef): KubeObject {
  const item = JSON.parse(bytes.toString("utf8")) as KubeObject;
  // Members of a list carry neither; two shared texts cost nothing.
  item.apiVersion ??= kind.apiVersion;
  item.kind ??= kind.kind;
  item.metadata ??= {};
  return item;
}

function readEnvelope(text: string): ListEnvelope {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new KubeError({ code: 0, reason: "Protocol", message: "the list ended before it was complete.", cause });
  }
  const metadata = isRecord(list) && isRecord(list["metadata"]) ? list["metadata"] : {};
  if (!isRecord(list) || !("items" in list)) {
    throw new KubeError({ code: 0, reason: "Protocol", message: "the answer is no list.", retryable: false });
  }
  return {
    resourceVersion: String(metadata["resourceVersion"] ?? ""),
    continueToken: String(metadata["continue"] ?? ""),
    remaining: typeof metadata["remainingItemCount"] === "number" ? metadata["remainingItemCount"] : null,
  };
}
