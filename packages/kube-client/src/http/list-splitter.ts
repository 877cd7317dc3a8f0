/**
 * Cuts the body of a list answer into its items while it arrives, so that nothing larger than one object is ever
 * parsed at once. `push` returns the complete items of a chunk as bytes; `end` returns the list without its items.
 */
export type ListSplitter = { push(chunk: Buffer): Buffer[]; end(): string };

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export function createListSplitter(): ListSplitter {
  const envelope: Buffer[] = [];
  let carried: Buffer[] = [];
  let depth = 0;
  let inString = false;
  let escaped = false;
  let inItems = false;
  // The last text read directly inside the list object: a key when a value follows it.
  let lastText = "";
  let reading: number[] | null = null;

  function push(chunk: Buffer): Buffer[] {
    const items: Buffer[] = [];
    // Where the part of this chunk begins that has not been handed on.
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) {
          inString = false;
          if (reading !== null) lastText = String.fromCharCode(...reading);
          reading = null;
          continue;
        }
        if (reading !== null && reading.length < 16 && byte !== undefined) reading.push(byte);
      } else if (byte === quote) {
        inString = true;
        reading = depth === 1 ? [] : null;
      } else if (byte === openBrace || byte === openBracket) {
        depth += 1;
        if (inItems && depth === 3) from = at;
        else if (!inItems && depth === 2 && byte === openBracket && lastText === "items") {
          inItems = true;
          envelope.push(chunk.subarray(from, at + 1));
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (inItems && depth === 2) {
          const tail = chunk.subarray(from, at + 1);
          items.push(carried.length === 0 ? tail : Buffer.concat([...carried, tail]));
          carried = [];
          from = at + 1;
        } else if (inItems && depth === 1) {
          inItems = false;
          from = at;
        }
      }
    }
    keepRest(chunk, from);
    return items;
  }

  function keepRest(chunk: Buffer, from: number): void {
    if (!inItems) envelope.push(chunk.subarray(from));
    else if (depth >= 3) carried.push(chunk.subarray(carried.length > 0 ? 0 : from));
  }

  return { push, end: () => Buffer.concat(envelope).toString("utf8") };
}
