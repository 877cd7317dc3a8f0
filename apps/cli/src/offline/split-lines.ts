const newline = 0x0a;

/** A line without its end, or a line longer than allowed, whose bytes were thrown away. */
export type Line = { text: string } | { tooLong: number };

/**
 * Lines of a byte stream, LF or CRLF, the last one with or without an end. Works on bytes: a line of many megabytes is
 * copied once, however small the chunks. A byte order mark at the start is dropped.
 */
export async function* splitLines(source: AsyncIterable<Uint8Array | string>, maxBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let first = true;
  const finish = (): Line => {
    const line = size > maxBytes ? { tooLong: size } : { text: decode(parts, first) };
    parts = [];
    size = 0;
    first = false;
    return line;
  };
  const take = (part: Uint8Array) => {
    size += part.length;
    if (size > maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  for await (const piece of source) {
    const chunk = typeof piece === "string" ? Buffer.from(piece) : piece;
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (size > 0) yield finish();
}

function decode(parts: readonly Uint8Array[], first: boolean): string {
  const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  const whole = first && text.startsWith("\ufeff") ? text.slice(1) : text;
  return whole.endsWith("\r") ? whole.slice(0, -1) : whole;
}
