import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluateLine } from "./json-line.ts";
import { parseJsonExactly } from "./json-values.ts";
import { isRawJson } from "./values.ts";

type Case = readonly [template: string, result: string, ...problems: string[]];
type Answers = {
  context: object;
  execution: object;
  currentStageRefId: string;
  user: string;
  lenient: Case[];
  strict: Case[];
};

const answers = JSON.parse(
  readFileSync(new URL("../fixtures/engine-answers.json", import.meta.url), "utf8"),
) as Answers;
const { lenient, strict, ...input } = answers;

/** The engine's writer leaves out nulls inside of objects and does not keep the order of keys. */
function comparable(value: unknown): unknown {
  if (isRawJson(value)) return value.rawJSON;
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value)
    .filter(([, item]) => item !== null)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]));
}

type Answer = { result: unknown; errors: { expression: string; level: string }[] };

describe.each([
  ["unknown names allowed", lenient, true],
  ["unknown names refused", strict, false],
] as const)("%s", (_name, cases, allowUnknownKeys) => {
  test("there are cases", () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(cases)("%s", (template, result, ...problems) => {
    const answer = parseJsonExactly(
      evaluateLine(JSON.stringify({ id: 1, ...input, allowUnknownKeys, template })),
    ) as Answer;
    expect(comparable(answer.result)).toEqual(comparable(parseJsonExactly(result)));
    expect(answer.errors.map(({ level, expression }) => `${level} ${expression}`)).toEqual(problems);
  });
});
