import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateLine } from "./json-line.ts";

const answer = (input: unknown): Record<string, unknown> =>
  JSON.parse(evaluateLine(JSON.stringify(input))) as Record<string, unknown>;

describe("evaluateLine", () => {
  test("evaluates a template of any shape, keys too", () => {
    const template = { "${a}": ["${b}", 1, null, "x ${a}"], plain: true };
    expect(answer({ id: 7, context: { a: "k", b: { c: 1 } }, template })).toEqual({
      id: 7,
      result: { k: [{ c: 1 }, 1, null, "x k"], plain: true },
      errors: [],
    });
  });

  test("keeps numbers as they were written and as Java prints them", () => {
    const line =
      '{"id":1,"context":{"d":1.0,"n":9007199254740993,"e":1e2},"template":["${d}","${n}","${n + 1}","${1.0 * 3}","x ${d} ${e}",2.0,12345678901234567890]}';
    expect(evaluateLine(line)).toBe(
      '{"id":1,"result":[1.0,9007199254740993,9007199254740994,3.0,"x 1.0 100.0",2.0,12345678901234567890],"errors":[]}',
    );
  });

  test("refuses unknown names on request", () => {
    expect(answer({ id: 1, context: {}, allowUnknownKeys: false, template: "${x ?: 1}" })["errors"]).toMatchObject([
      { level: "ERROR" },
    ]);
    expect(answer({ id: 1, context: {}, template: "${x ?: 1}" })).toEqual({ id: 1, result: 1, errors: [] });
  });

  test("knows the user and the current stage", () => {
    const execution = { stages: [{ id: "S", refId: "1", name: "Here", status: "RUNNING" }] };
    const input = {
      id: 1,
      context: {},
      execution,
      currentStageRefId: "1",
      user: "joe",
      template: "${#currentUser()} ${#currentStage().name}",
    };
    expect(answer(input)["result"]).toBe("joe Here");
  });

  test.each([
    ["{", "invalid-json", null],
    ["[]", "invalid-input", null],
    ['{"id":"x"}', "invalid-input", "x"],
    ['{"id":1,"template":"","context":[]}', "invalid-input", 1],
    ['{"id":1,"template":"","execution":5}', "invalid-input", 1],
    ['{"id":1,"template":"","execution":{"stages":{}}}', "invalid-input", 1],
    ['{"id":1,"template":"","execution":{"stages":[{"id":"a"}]}}', "invalid-input", 1],
    ['{"id":1,"template":"","execution":{"stages":[{"id":"a","refId":"1","outputs":[]}]}}', "invalid-input", 1],
    ['{"id":1,"template":"","execution":{"trigger":1}}', "invalid-input", 1],
    ['{"id":1,"template":"","user":5}', "invalid-input", 1],
    ['{"id":1,"template":"","allowUnknownKeys":"no"}', "invalid-input", 1],
  ])("%s is refused with %s", (line, code, id) => {
    expect(JSON.parse(evaluateLine(line))).toMatchObject({
      id,
      error: { code, message: expect.any(String) as string },
    });
  });

  test("answers one line of JSON to anything", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .record({ id: fc.integer(), context: fc.dictionary(fc.string(), fc.jsonValue()), template: fc.jsonValue() })
            .map((value) => JSON.stringify(value)),
        ),
        (line) => {
          const result = evaluateLine(line);
          expect(result).not.toContain("\n");
          expect(JSON.parse(result)).toHaveProperty("id");
        },
      ),
    );
  });
});
