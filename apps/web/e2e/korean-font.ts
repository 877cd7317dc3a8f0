import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inflateSync } from "node:zlib";

const require = createRequire(import.meta.url);

/** A bare machine has no Korean font: fontconfig is given one from the npm package besides the system's own. */
export function koreanFont(): { folder: string; environment: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), "gennaker-fonts-"));
  const files = join(dirname(require.resolve("@fontsource/noto-sans-kr/package.json")), "files");
  for (const weight of [400, 600]) {
    writeFileSync(
      join(folder, `${weight}.otf`),
      toOpenType(readFileSync(join(files, `noto-sans-kr-korean-${weight}-normal.woff`))),
    );
  }
  const folders = ["/usr/share/fonts", "/usr/local/share/fonts", join(tmpdir(), "fonts"), folder]
    .map((path) => `<dir>${path}</dir>`)
    .join("");
  const configuration = join(folder, "fonts.conf");
  writeFileSync(
    configuration,
    `<?xml version="1.0"?><fontconfig>${folders}<cachedir>${folder}</cachedir></fontconfig>`,
  );
  return { folder, environment: { FONTCONFIG_FILE: configuration } };
}

/** WOFF 1.0 (W3C) is an OpenType file whose tables are compressed one by one. */
function toOpenType(woff: Buffer): Buffer {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF file");
  const count = woff.readUInt16BE(12);
  const power = Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  head.writeUInt16BE(count, 4);
  head.writeUInt16BE(16 * 2 ** power, 6);
  head.writeUInt16BE(power, 8);
  head.writeUInt16BE(16 * (count - 2 ** power), 10);
  const tables: Buffer[] = [];
  let at = head.length;
  for (let index = 0; index < count; index++) {
    const entry = 44 + 20 * index;
    const [offset, packed, size] = [
      woff.readUInt32BE(entry + 4),
      woff.readUInt32BE(entry + 8),
      woff.readUInt32BE(entry + 12),
    ];
    const stored = woff.subarray(offset, offset + packed);
    const table = packed === size ? stored : inflateSync(stored);
    woff.copy(head, 12 + 16 * index, entry, entry + 4);
    woff.copy(head, 16 + 16 * index, entry + 16, entry + 20);
    head.writeUInt32BE(at, 20 + 16 * index);
    head.writeUInt32BE(size, 24 + 16 * index);
    tables.push(table, Buffer.alloc((4 - (size % 4)) % 4));
    at += size + ((4 - (size % 4)) % 4);
  }
  return Buffer.concat([head, ...tables]);
}
