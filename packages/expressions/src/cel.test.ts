import { expect, test } from "vitest";
import { evaluateTemplate } from "./evaluate.ts";
import type { ExecutionData } from "./execution.ts";
import { evaluateLine } from "./json-line.ts";

const execution: ExecutionData = {
  id: "E",
  application: "app",
  trigger: { parameters: { region: "eu" } },
  stages: [
    { id: "a", refId: "1", name: "One", status: "SUCCEEDED", context: { x: 1 }, outputs: { o: 5 } },
    { id: "b", refId: "2", name: "Two", requisiteStageRefIds: ["1"], context: {} },
  ],
};

function evaluate(template: unknown, context: Record<string, unknown> = {}) {
  return evaluateTemplate(template, { language: "cel", context, execution, currentStageRefId: "2", user: "joe" });
}

const context = { n: 3, d: 1.5, list: [1, 2, 3], map: { a: "b" }, nothing: null };

test.each([
  ["${n + 1}", 4],
  ["v${n}-${map.a}", "v3-b"],
  ["${list.filter(x, x > 1).map(x, x * 2)}", [4, 6]],
  ["${d * 2.0}", 3],
  ["${has(map.zz) ? 'y' : 'n'}", "n"],
  ["${map}", { a: "b" }],
  ["${'abc'.upperAscii()}", "ABC"],
  ["${'release-12'.matches('^release-[0-9]+$')}", true],
  ["${timestamp('2024-01-01T00:00:00Z')}", "2024-01-01T00:00:00.000Z"],
  ["${duration('90s')}", "90s"],
  ["${b'xy'}", "eHk="],
  ["${nothing}", null],
  ["${9007199254740993 + 0}", expect.objectContaining({ rawJSON: "9007199254740993" })],
  ["plain", "plain"],
])("%s", (template, result) => {
  expect(evaluate(template, context)).toEqual({ result, errors: [] });
});

test("sees what SpEL sees: parameters, the execution, ancestors' outputs and the helper functions", () => {
  const template = {
    region: "${parameters.region}",
    output: "${o + 1}",
    status: "${stage('One').status == 'SUCCEEDED'}",
    exists: "${stageExists('Zed')}",
    names: "${execution.stages.map(s, s.name)}",
    json: '${readJson("{\\"a\\":[1]}").a[0]}',
    user: "${currentUser()}",
  };
  expect(evaluate(template)).toEqual({
    result: { region: "eu", output: 6, status: true, exists: false, names: ["One", "Two"], json: 1, user: "joe" },
    errors: [],
  });
});

test.each([
  ["${nope + 1}", "unresolved attribute (at position 0)"],
  ["${n +}", "(at position 2)"],
  ["${map.zz}", "field not found: zz"],
  ["${stage('Zed')}", "There is no stage 'Zed'"],
  ["${pipelineId('x')}", "no source for its answer"],
  ["x ${map}", "cannot become text"],
])("%s keeps its text and says what is wrong", (template, reason) => {
  const { result, errors } = evaluate(template, context);
  expect(result).toBe(template);
  expect(errors).toEqual([expect.objectContaining({ level: "ERROR", description: expect.stringContaining(reason) })]);
});

test("what goes over lists inside of lists for too long is an error", () => {
  const long = Array.from({ length: 300 }, (_none, index) => index);
  const { errors } = evaluate("${long.all(a, long.all(b, long.all(c, long.all(d, a + b + c + d >= 0))))}", { long });
  expect(errors[0]?.description).toContain("takes longer than 200 milliseconds");
});

test("CEL cannot reach the host", () => {
  const { errors } = evaluate("${map.constructor}", context);
  expect(errors).toHaveLength(1);
  expect(evaluate("${has(map.__proto__)}", context).result).toBe(false);
});

test("a line of `expression evaluate` may say that it is CEL", () => {
  const line = (language: unknown) =>
    JSON.parse(evaluateLine(JSON.stringify({ id: 1, language, template: "${[1][0] + 1}" })));
  expect(line("cel")).toEqual({ id: 1, result: 2, errors: [] });
  expect(line("perl")).toEqual({
    id: 1,
    error: { code: "invalid-input", message: expect.stringContaining("language") },
  });
});
