import fc from "fast-check";
import { expect, test } from "vitest";
import type { Line } from "./split-lines.ts";
import { splitLines } from "./split-lines.ts";

async function read(chunks: readonly (string | Uint8Array)[], maxBytes = 1_000_000): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of splitLines(from(chunks), maxBytes)) lines.push(line);
  return lines;
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const text = (...lines: string[]) => lines.map((line) => ({ text: line }));

test("LF, CRLF, blank lines and a last line without its end", async () => {
  expect(await read(["a\nb\r\n\nc"])).toEqual(text("a", "b", "", "c"));
  expect(await read(["a\n"])).toEqual(text("a"));
  expect(await read([])).toEqual([]);
  expect(await read(["\n\n"])).toEqual(text("", ""));
});

test("a byte order mark at the very start is dropped, elsewhere kept", async () => {
  expect(await read(["\ufeffa\n\ufeffb"])).toEqual(text("a", "\ufeffb"));
});

test("however the bytes are cut, the lines are the same, letters of several bytes included", async () => {
  const line = fc.string({ unit: fc.constantFrom("a", "배", "🚀", "{", '"', " "), maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      async (lines, size) => {
        const bytes = Buffer.from(`${lines.join("\n")}\n`);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        expect(await read(chunks)).toEqual(text(...lines));
      },
    ),
  );
});

test("a line over the limit is told by its size and costs no memory; the next one is read", async () => {
  expect(await read(["aaaa", "aaaa", "aaaa\nb\n"], 10)).toEqual([{ tooLong: 12 }, { text: "b" }]);
});

test("a line of many megabytes in small pieces is one line", async () => {
  const pieces = Array.from({ length: 512 }, () => Buffer.alloc(65_536, "x"));
  const lines = await read([...pieces, "\n"], 64 * 1024 * 1024);
  expect(lines).toHaveLength(1);
  expect("text" in (lines[0] ?? {}) && (lines[0] as { text: string }).text.length).toBe(512 * 65_536);
});
