import { query } from "./query.ts";
import { anything, double, listOf, long, mapOf, objectOf, series, text, unreadable } from "./readers.ts";
import type { Reader } from "./readers.ts";
import type { CanaryConfig, JudgeInput, MetricSetPair, ScoreThresholds } from "./types.ts";

const INT_LIMIT = 2 ** 31;

export type ParseOptions = {
  /**
   * Integers beyond 32 bits come as bigint, so that a number is known to be a decimal fraction in the text. Without
   * it an integral number beyond 32 bits is taken for an integer literal, which no setting may be.
   */
  readonly exactIntegers?: boolean;
};

const scoreThresholds = objectOf({ pass: double, marginal: double });

/**
 * Reads `{canaryConfig, scoreThresholds, metricSetPairList}` from parsed JSON as Kayenta's JSON reader does.
 *
 * @throws JudgementError `input.invalid` with a JSON pointer
 */
export function parseJudgeInput(json: unknown, options: ParseOptions = {}): JudgeInput {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw unreadable(json, "", "an object");
  const source = json as Readonly<Record<string, unknown>>;
  return {
    canaryConfig: canaryConfig(options)(source["canaryConfig"], "/canaryConfig"),
    scoreThresholds: scoreThresholds(source["scoreThresholds"], "/scoreThresholds") as ScoreThresholds | null,
    metricSetPairList: metricSetPairs(source["metricSetPairList"], "/metricSetPairList"),
  };
}

/** Reads one canary configuration; fields that no judge reads are checked for their types and kept. */
export function canaryConfig(options: ParseOptions = {}): Reader<CanaryConfig | null> {
  const settings = analysisConfigurations(options);
  return objectOf({
    createdTimestamp: checked(long),
    updatedTimestamp: checked(long),
    createdTimestampIso: text,
    updatedTimestampIso: text,
    name: text,
    id: text,
    description: text,
    configVersion: text,
    applications: listOf(text),
    judge: objectOf({ name: text, judgeConfigurations: mapOf(anything) }),
    metrics: listOf(
      objectOf({ name: text, query, groups: listOf(text), analysisConfigurations: settings, scopeName: text }),
    ),
    templates: mapOf(text),
    classifier: objectOf({ groupWeights: mapOf(double), scoreThresholds }),
  });
}

const metricSetPairs: Reader<MetricSetPair[] | null> = listOf(
  objectOf({
    name: text,
    id: text,
    tags: mapOf(text),
    values: mapOf(series),
    scopes: mapOf(objectOf({ startTimeIso: text, startTimeMillis: checked(long), stepMillis: checked(long) })),
    attributes: mapOf(mapOf(text)),
  }),
) as Reader<MetricSetPair[] | null>;

/** Each configuration is an object or null; what is in it is read by the judge. */
function analysisConfigurations(options: ParseOptions): Reader<{ [key: string]: unknown } | null> {
  const settings: Reader<unknown> = options.exactIntegers ? anything : (value) => withWideIntegers(value);
  return mapOf(mapOf(settings));
}

/** Integral numbers beyond 32 bits as bigint, at any depth. */
function withWideIntegers(value: unknown): unknown {
  if (typeof value === "number") return isWideInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withWideIntegers);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withWideIntegers(item)]));
}

/** An integral number that no 32-bit integer holds. */
export function isWideInteger(value: number): boolean {
  return Number.isInteger(value) && (value >= INT_LIMIT || value < -INT_LIMIT);
}

function checked(reader: Reader<void>): Reader<unknown> {
  return (value, pointer) => {
    reader(value, pointer);
    return value;
  };
}
