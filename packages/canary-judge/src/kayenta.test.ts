import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeLine } from "./json-line.ts";
import type { CanaryAnalysisResult, JudgeResult } from "./types.ts";

type Case = { readonly line: string; readonly judgeResult?: string; readonly fails?: true };

const source = readFileSync(new URL("../fixtures/kayenta-judge.jsonl", import.meta.url), "utf8");
const cases = source
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

describe("the judge against Kayenta's own", () => {
  it.each(cases.map((one, index) => [index + 1, one] as const))("case %i", (_number, { line, judgeResult }) => {
    const answer = JSON.parse(judgeLine(line)) as { judgeResult?: JudgeResult; error?: unknown };
    expect(answer.judgeResult).toEqual(judgeResult === undefined ? undefined : JSON.parse(judgeResult));
    expect("error" in answer).toBe(judgeResult === undefined);
  });

  it("covers every classification, critical and muted metrics, and failures", () => {
    const expected = cases.flatMap((one) => (one.judgeResult === undefined ? [] : [JSON.parse(one.judgeResult)]));
    const results = (expected as JudgeResult[]).flatMap((result): readonly CanaryAnalysisResult[] => result.results);
    const seen = new Set(results.map((result) => result.classification));
    expect([...seen].toSorted()).toEqual(["Error", "High", "Low", "Nodata", "NodataFailMetric", "Pass"]);
    expect(results.some((result) => result.critical)).toBe(true);
    expect(results.some((result) => result.muted)).toBe(true);
    expect(cases.filter((one) => one.fails === true).length).toBeGreaterThan(50);
  });
});
