import { OutgoingError } from "./api.ts";

/** A body as text, cut at `maxBytes`; the rest is not read. A character cut in two is left out. */
export async function readAll(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ text: string; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, Math.max(0, maxBytes - size)));
    size += chunk.length;
    if (size > maxBytes) break;
  }
  const truncated = size > maxBytes;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(chunks), { stream: truncated });
  return { text, truncated };
}

/** A body chunk by chunk; longer than `maxBytes` it throws `tooLong`. Other faults become what `faultOf` makes of them. */
export async function* readWithin(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  origin: string,
  faultOf: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes)
        throw new OutgoingError("tooLong", `${origin} sends more than the ${maxBytes} bytes that are taken.`);
      yield chunk;
    }
  } catch (error) {
    throw faultOf(error);
  }
}
