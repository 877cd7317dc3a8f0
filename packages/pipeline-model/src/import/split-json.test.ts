import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createJsonSplitter } from "./split-json.ts";

/** Splits a text that comes in pieces of this size. */
function split(text: string, size = text.length || 1): string[] {
  const splitter = createJsonSplitter();
  const found: string[] = [];
  for (let at = 0; at < text.length; at += size) found.push(...splitter.push(text.slice(at, at + size)));
  return [...found, ...splitter.end()];
}

test.each([
  ['[1, {"a": [1, 2]}, "x,]"]', ["1", '{"a": [1, 2]}', '"x,]"']],
  ['{"a":1}{"b":2}\n\n{"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
  ['\ufeff{"a":"}\\"]"}', ['{"a":"}\\"]"}']],
  ["[[1],[2]]", ["[1]", "[2]"]],
  ["[]", []],
  ["", []],
  ["  true ", ["true"]],
  ["[null,false]", ["null", "false"]],
])("%j", (text, documents) => expect(split(text)).toEqual(documents));

test("a text that is cut off gives what is left of it, for the parser to refuse", () => {
  expect(split('[{"a":1},{"b":')).toEqual(['{"a":1}', '{"b":']);
  expect(split('[{"a":1}')).toEqual(['{"a":1}', "["]);
});

describe("however the text is cut into pieces", () => {
  const documents = fc.array(
    fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.object({ maxDepth: 3 }).map((value) => JSON.stringify(value, null, 2)),
    ),
    { maxLength: 8 },
  );
  const size = fc.integer({ min: 1, max: 40 });

  test("the elements of a list come out as they are written", () => {
    fc.assert(
      fc.property(documents, size, (texts, pieces) => {
        expect(split(`[ ${texts.join(" ,\n")} ]`, pieces)).toEqual(texts.map((text) => text.trim()));
      }),
    );
  });

  test("so do documents one after another", () => {
    fc.assert(
      fc.property(documents, size, (texts, pieces) => {
        // A list at the beginning is one of documents.
        const plain = texts.filter((text) => !text.startsWith("["));
        expect(split(plain.join("\n"), pieces)).toEqual(plain.map((text) => text.trim()));
      }),
    );
  });
});
