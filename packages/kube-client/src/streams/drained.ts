import type { Writable } from "node:stream";

/** Resolves when the stream takes more, or never will; leaves no listener behind. */
export function drained(stream: Writable): Promise<void> {
  if (stream.destroyed || !stream.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const over = () => {
      stream.off("drain", over);
      stream.off("close", over);
      resolve();
    };
    stream.on("drain", over);
    stream.on("close", over);
  });
}
