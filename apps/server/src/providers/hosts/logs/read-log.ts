import { type FSWatcher, watch } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { findTail, logNumbers, openLog } from "./log-files.ts";

const BLOCK_BYTES = 64 * 1024;

/** A line longer than this is given in pieces. */
const LONGEST_LINE = 64 * 1024;

export type LogOptions = { tail: number; follow: boolean; signal: AbortSignal };

/** The last `tail` lines below `directory`, then, with `follow`, each new one until the signal or its removal. */
export async function* readLog(directory: string, options: LogOptions): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  const news = watchFor(directory, options);
  let pending = "";
  try {
    let place = await findTail(directory, options.tail);
    while (!options.signal.aborted) {
      if (place !== null) {
        const step = await readOn(directory, place);
        place = step.place;
        pending += decoder.write(step.bytes);
        const lines = pending.split("\n");
        pending = lines.pop() ?? "";
        yield* lines;
        if (pending.length > LONGEST_LINE) {
          yield pending;
          pending = "";
        }
        if (step.gone) break;
        if (!step.idle) continue;
      }
      if (!options.follow) break;
      await news.next();
      place ??= await findTail(directory, Number.MAX_SAFE_INTEGER);
    }
    if (pending !== "") yield pending;
  } finally {
    news.close();
  }
}

/** The last line that says something, shortened; empty when there is none. */
export async function lastLine(directory: string): Promise<string> {
  let last = "";
  for await (const line of readLog(directory, { tail: 20, follow: false, signal: new AbortController().signal })) {
    if (line.trim() !== "") last = line.trim();
  }
  return last.length > 300 ? `${last.slice(0, 299)}…` : last;
}

type Place = { number: number; offset: number };

/** The next bytes after `place`. A file is left for the next one only when nothing more can be written to it. */
async function readOn(
  directory: string,
  place: Place,
): Promise<{ place: Place; bytes: Buffer; idle: boolean; gone: boolean }> {
  const later = (await logNumbers(directory)).find((number) => number > place.number);
  const handle = await openLog(directory, place.number);
  const bytes = handle === null ? Buffer.alloc(0) : await readBlock(handle, place.offset);
  if (bytes.length > 0)
    return { place: { ...place, offset: place.offset + bytes.length }, bytes, idle: false, gone: false };
  return later === undefined
    ? { place, bytes, idle: true, gone: handle === null }
    : { place: { number: later, offset: 0 }, bytes, idle: false, gone: false };
}

async function readBlock(handle: FileHandle, offset: number): Promise<Buffer> {
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Wakes when the directory changes, when the signal aborts, and once a second where changes are not announced. */
function watchFor(directory: string, { follow, signal }: LogOptions): { next(): Promise<void>; close(): void } {
  let changed = false;
  let wake: () => void = () => undefined;
  const hear = (): void => {
    changed = true;
    wake();
  };
  let watcher: FSWatcher | null = null;
  if (follow) {
    try {
      watcher = watch(directory, { persistent: false }, hear);
      watcher.on("error", () => watcher?.close());
    } catch {
      // Not made yet, or no watches left: the second's look below serves.
    }
    signal.addEventListener("abort", hear, { once: true });
  }
  return {
    next: () =>
      new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          changed = false;
          wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(done, 1000);
        wake = done;
        if (changed || signal.aborted) done();
      }),
    close() {
      watcher?.close();
      signal.removeEventListener("abort", hear);
    },
  };
}
