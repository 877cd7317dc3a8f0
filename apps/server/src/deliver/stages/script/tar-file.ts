const block = 512;

/**
 * A regular file of a tar archive (ustar with the pax headers that `git archive` writes for long names); null when there is none of
 * that path. Links are no files.
 */
export function fileOfTar(tar: Uint8Array, path: string): Uint8Array | null {
  let longName: string | null = null;
  for (let at = 0; at + block <= tar.length;) {
    const header = tar.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return null;
    const size = Number.parseInt(textOf(header, 124, 12).trim(), 8);
    if (!Number.isInteger(size) || size < 0 || at + block + size > tar.length)
      throw new Error("the archive is damaged");
    const body = tar.subarray(at + block, at + block + size);
    const type = textOf(header, 156, 1);
    const prefix = textOf(header, 345, 155);
    const name: string = longName ?? `${prefix === "" ? "" : `${prefix}/`}${textOf(header, 0, 100)}`;
    longName = type === "x" ? paxPath(body) : null;
    if ((type === "0" || type === "") && name === path) return body;
    at += block + Math.ceil(size / block) * block;
  }
  return null;
}

const decoder = new TextDecoder();

function textOf(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return decoder.decode(end < 0 ? field : field.subarray(0, end));
}

/** Records are `LENGTH key=value\n`; the length is of the whole record in bytes. */
function paxPath(records: Uint8Array): string | null {
  for (let at = 0; at < records.length;) {
    const length = Number.parseInt(decoder.decode(records.subarray(at, at + 20)), 10);
    if (!Number.isInteger(length) || length <= 0) return null;
    const [, key, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(decoder.decode(records.subarray(at, at + length))) ?? [];
    if (key === "path" && value !== undefined) return value;
    at += length;
  }
  return null;
}
