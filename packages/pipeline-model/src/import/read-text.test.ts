import { describe, expect, test } from "vitest";
import { readText } from "./read-text.ts";

const texts = (text: string) => readText(text).map((read) => ("text" in read ? read.text : read.problem));

describe("YAML", () => {
  test("gives one JSON text per document and per element of a list, numbers as they are written", () => {
    expect(texts("a: 1.0\nb: 12345678901234567890\nc: 1e3\n---\n- x: y\n- z: '5'\n")).toEqual([
      '{"a":1.0,"b":12345678901234567890,"c":1e3}',
      '{"x":"y"}',
      '{"z":"5"}',
    ]);
  });

  test("follows anchors and merges, and keeps what JSON has no number for as text", () => {
    expect(texts("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}\nagain: *b\nn: .inf\nd: 2020-01-02\n")).toEqual([
      '{"base":{"x":1,"y":2},"own":{"x":1,"y":3},"again":{"x":1,"y":2},"n":".inf","d":"2020-01-02"}',
    ]);
  });

  test("an alias bomb is refused", () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(", ")}]`,
    );
    expect(texts(`l0: &l0 [x]\n${levels.join("\n")}\n`)).toEqual([expect.stringContaining("aliases")]);
  });

  test("what is no YAML says where", () => {
    expect(texts("a: [1\nb: }")).toEqual([expect.stringMatching(/^is not YAML: .*line/)]);
  });
});

test("JSON is told by its beginning, and a fault in one document leaves the others", () => {
  expect(texts('{"a":1} {"b":} {"c":3}')).toEqual(['{"a":1}', expect.stringContaining("is not JSON"), '{"c":3}']);
  expect(texts('\ufeff  [ {"a": 1.00} ]')).toEqual(['{"a": 1.00}']);
});

test("nothing is nothing", () => expect(readText("  \n")).toEqual([]));
