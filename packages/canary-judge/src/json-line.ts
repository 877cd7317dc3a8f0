import { JudgementError } from "./errors.ts";
import { judge } from "./judge.ts";
import type { JudgeOptions } from "./judge.ts";
import { javaDouble } from "./java-double.ts";
import { parseJson } from "./parse-json.ts";
import { parseJudgeInput } from "./parse.ts";
import { judgeScaleFree, SCALE_FREE_JUDGE } from "./scale-free.ts";
import type { CanaryAnalysisResult, JudgeInput, JudgeResult, MetricStatistics } from "./types.ts";

/**
 * Judges one line of JSON `{id, canaryConfig, scoreThresholds, metricSetPairList}` and gives one line back:
 * `{id, judgeResult}`, or `{id, error: {code, message, pointer?}}` with `id` null where the line is unreadable.
 * Never throws. The judge is Kayenta's unless `canaryConfig.judge.name` is our own judge's name.
 */
export function judgeLine(line: string, options: JudgeOptions = {}): string {
  let id: unknown = null;
  try {
    const { value, exactIntegers } = readLine(line);
    id = value["id"] ?? null;
    const result = judgeByName(parseJudgeInput(value, { exactIntegers }), options);
    return `{"id":${plainJson(id)},"judgeResult":${resultJson(result)}}`;
  } catch (error) {
    const { code, message, pointer } = asJudgementError(error);
    return `{"id":${plainJson(id)},"error":${JSON.stringify({ code, message, pointer })}}`;
  }
}

/** Runs the judge that the configuration names; any name but our own judge's means Kayenta's. */
export function judgeByName(input: JudgeInput, options: JudgeOptions = {}): JudgeResult {
  return input.canaryConfig?.judge?.name === SCALE_FREE_JUDGE ? judgeScaleFree(input) : judge(input, options);
}

/** A judge's result as JSON in Kayenta's spelling of numbers (see `javaDouble`). */
export function resultJson(result: JudgeResult): string {
  const groups = result.groupScores.map((group) => withDouble(group, "score", group.score));
  return object([
    ["judgeName", JSON.stringify(result.judgeName)],
    ["results", `[${result.results.map(metricJson).join(",")}]`],
    ["groupScores", `[${groups.join(",")}]`],
    ["score", withDouble(result.score, "score", result.score.score)],
  ]);
}

function metricJson(result: CanaryAnalysisResult): string {
  return object(
    Object.entries(result).map(([key, value]) => {
      if (key === "experimentMetadata") return [key, statsJson(result.experimentMetadata.stats)];
      if (key === "controlMetadata") return [key, statsJson(result.controlMetadata.stats)];
      if (key === "resultMetadata") return [key, `{"ratio":${javaDouble(result.resultMetadata?.ratio ?? Number.NaN)}}`];
      return [key, JSON.stringify(value)];
    }),
  );
}

function statsJson(stats: MetricStatistics): string {
  const { min, max, mean, std, count } = stats;
  const doubles = Object.entries({ min, max, mean, std }).map(([key, value]): Member => [key, javaDouble(value)]);
  return `{"stats":${object([...doubles, ["count", String(count)]])}}`;
}

type Member = readonly [key: string, json: string];

function withDouble(fields: object, name: string, value: number): string {
  return object(
    Object.entries(fields).map(([key, field]) => [key, key === name ? javaDouble(value) : JSON.stringify(field)]),
  );
}

function object(members: readonly Member[]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}

/** JSON of a parsed value that may hold bigints. */
function plainJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(plainJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return object(Object.entries(value).map(([key, item]) => [key, plainJson(item)]));
}

function readLine(line: string): { value: Readonly<Record<string, unknown>>; exactIntegers: boolean } {
  try {
    const { value, exactIntegers } = parseJson(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { value: value as Readonly<Record<string, unknown>>, exactIntegers };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JudgementError("line.unreadable", `The line is not JSON: ${error.message}. Give one JSON object a line.`);
  }
  throw new JudgementError("line.unreadable", "The line is JSON but not an object. Give one JSON object a line.");
}

function asJudgementError(error: unknown): JudgementError {
  if (error instanceof JudgementError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new JudgementError("judge.failed", `The judge stopped unexpectedly: ${detail}. Please report the input.`);
}
