import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mayHoldExactNumbers, parseExact, stringifyExact } from "./exact-numbers.ts";

const numbers = [
  "9007199254740993",
  "-12345678901234567890",
  "1.0",
  "1.50",
  "1e3",
  "1E+2",
  "0.1000000000000000055511151231257827",
  "-0",
  "0.00000012",
  "1e400",
  "123456789.12345678901",
];

describe("numbers as they are written", () => {
  test.each(numbers)("%s survives reading and writing", (source) => {
    const text = `{"a":[${source},{"b":${source}}],"c":1}`;
    expect(JSON.stringify(parseExact(text))).toBe(text);
    expect(stringifyExact(JSON.parse(text), text)).toBe(text);
  });

  test.each(['{"id":"00000000-0000-4000-8000-000000000001","at":"1e3"}', '{"a":[0,-1,10.5,1652627797000]}'])(
    "%s needs no second look",
    (text) => expect(mayHoldExactNumbers(text)).toBe(false),
  );

  test("are kept beside changes, and only where they still stand", () => {
    const received = '{"big":9007199254740993,"changed":9007199254740995,"gone":1.0,"list":[1.0,2.0]}';
    const { gone: _gone, ...rest } = JSON.parse(received) as Record<string, unknown>;
    expect(stringifyExact({ ...rest, changed: 5, added: 2, list: [1] }, received)).toBe(
      '{"big":9007199254740993,"changed":5,"list":[1.0],"added":2}',
    );
  });

  test("a received text of another shape changes nothing", () => {
    expect(stringifyExact({ a: [1], b: { c: 1 } }, '{"a":{"0":1.0},"b":[1.0]}')).toBe('{"a":[1],"b":{"c":1}}');
  });

  test("any JSON text without rewriting comes out equal, number by number", () => {
    const source = fc.oneof(
      fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc
        .tuple(fc.integer(), fc.integer({ min: 0, max: 9 }), fc.integer({ min: -20, max: 20 }))
        .map(([whole, part, power]) => `${whole}.${part}0e${power}`),
    );
    fc.assert(
      fc.property(fc.array(source, { maxLength: 5 }), fc.string(), (list, word) => {
        const text = `{"list":[${list.join(",")}],"word":${JSON.stringify(word)}}`;
        expect(stringifyExact(JSON.parse(text), text)).toBe(text);
      }),
    );
  });

  test("a text without such numbers is not read twice", () => {
    expect(mayHoldExactNumbers('{"a":123456789012345,"b":1.5,"c":"x"}')).toBe(false);
  });
});
