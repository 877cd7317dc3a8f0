import fc from "fast-check";
import { expect, test } from "vitest";
import { validateLine } from "./json-line.ts";
import { stageRules } from "./stages/registry.ts";

const answer = (line: string): unknown => JSON.parse(validateLine(line, stageRules));

test("one line in, one line out", () => {
  const pipeline = { name: "ship", application: "app", stages: [{ type: "wait", refId: "1", waitTime: "x" }] };
  expect(answer(JSON.stringify({ id: 7, pipeline }))).toEqual({
    id: 7,
    kind: "pipeline",
    valid: false,
    problems: [{ level: "error", pointer: "/stages/0/waitTime", message: 'must be a number, but is the text "x"' }],
  });
});

test.each([
  ["{", { id: null, error: { code: "invalid_json" } }],
  ["3", { id: null, error: { code: "invalid_request" } }],
  ['{"id":"a"}', { id: "a", error: { code: "invalid_request", message: "the line has no `pipeline`" } }],
])("%s gives an error and the run goes on", (line, wanted) => {
  expect(answer(line)).toMatchObject(wanted);
});

test("whatever comes in, one line of JSON with an id comes out", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((text) => `{"id":1,"pipeline":${text}}`),
      ),
      (line) => {
        const text = validateLine(line, stageRules);
        expect(text).not.toContain("\n");
        expect(JSON.parse(text)).toHaveProperty("id");
      },
    ),
  );
});
