import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { evaluateLine } from "./json-line.ts";
import { parseJsonExactly } from "./json-values.ts";
import { isRawJson } from "./values.ts";

type Case = readonly [template: string, result: string, ...problems: string[]];
type Answers = { notice: string; context: object } & Record<"methods" | "formats" | "dates" | "patterns", Case[]>;

const answers = JSON.parse(
  readFileSync(new URL("../fixtures/engine-answers-random.json", import.meta.url), "utf8"),
) as Answers;

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

/** Cases whose answer differs, with both answers; one test per kind, because they are many. */
function differences(cases: readonly Case[]): unknown[] {
  return cases.flatMap(([template, result, ...problems]) => {
    const line = evaluateLine(JSON.stringify({ id: 1, context: answers.context, template }));
    const answer = parseJsonExactly(line) as Answer;
    const own = [comparable(answer.result), answer.errors.map(({ level, expression }) => `${level} ${expression}`)];
    const wanted = [comparable(parseJsonExactly(result)), problems];
    return JSON.stringify(own) === JSON.stringify(wanted) ? [] : [{ template, own, wanted }];
  });
}

test.each([
  ["methods of every type that may be called", answers.methods, 1_000],
  ["String.format", answers.formats, 250],
  ["dates", answers.dates, 400],
  ["regular expressions", answers.patterns, 400],
] as const)("%s: as the engine answers", (_name, cases, atLeast) => {
  expect(cases.length).toBeGreaterThan(atLeast);
  expect(differences(cases)).toEqual([]);
});
