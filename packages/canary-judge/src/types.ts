/**
 * Shapes of a judgement. Configurations are loose: unknown fields are kept and ignored, every field may be absent
 * or null, because what Kayenta does with a missing field is part of the judge's behaviour.
 */

/** One metric of a canary configuration, as far as a judge reads it. */
export type CanaryMetricConfig = {
  readonly name?: string | null;
  readonly query?: unknown;
  readonly groups?: readonly (string | null)[] | null;
  readonly analysisConfigurations?: { readonly [key: string]: unknown } | null;
  readonly scopeName?: string | null;
  readonly [key: string]: unknown;
};

export type CanaryClassifierConfig = {
  readonly groupWeights?: { readonly [group: string]: number | null } | null;
  readonly scoreThresholds?: ScoreThresholds | null;
  readonly [key: string]: unknown;
};

export type CanaryConfig = {
  readonly metrics?: readonly (CanaryMetricConfig | null)[] | null;
  readonly classifier?: CanaryClassifierConfig | null;
  readonly judge?: { readonly name?: string | null; readonly [key: string]: unknown } | null;
  readonly [key: string]: unknown;
};

/** Scores from 0 to 100; null or absent reads as 0. */
export type ScoreThresholds = {
  readonly pass?: number | null;
  readonly marginal?: number | null;
  readonly [key: string]: unknown;
};

/** Samples in time order; NaN is a hole, null reads as 0. */
export type Series = Float64Array | readonly (number | null)[];

/** The two series of one metric: `control` is the baseline, `experiment` the canary. */
export type MetricSetPair = {
  readonly name?: string | null;
  readonly id?: string | null;
  readonly tags?: { readonly [key: string]: string | null } | null;
  readonly values?: { readonly [side: string]: Series | null } | null;
  readonly [key: string]: unknown;
};

export type JudgeInput = {
  readonly canaryConfig: CanaryConfig | null;
  readonly scoreThresholds: ScoreThresholds | null;
  readonly metricSetPairList: readonly (MetricSetPair | null)[] | null;
};

export type MetricClassification = "Pass" | "High" | "Low" | "Nodata" | "NodataFailMetric" | "Error";
export type ScoreClassification = "Pass" | "Marginal" | "Fail";

/** Figures of one side after holes and outliers were treated; all 0 for an empty side. */
export type MetricStatistics = {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly count: number;
};

/** One metric's verdict, in Kayenta's field names; fields Kayenta leaves out when null are absent here too. */
export type CanaryAnalysisResult = {
  readonly name?: string;
  readonly id?: string;
  readonly tags?: { readonly [key: string]: string };
  readonly classification: MetricClassification;
  readonly classificationReason?: string;
  readonly groups?: readonly (string | null)[];
  readonly experimentMetadata: { readonly stats: MetricStatistics };
  readonly controlMetadata: { readonly stats: MetricStatistics };
  /** Absent for `Error`. */
  readonly resultMetadata?: { readonly ratio: number };
  readonly critical: boolean;
  readonly muted: boolean;
};

export type CanaryJudgeGroupScore = {
  readonly name?: string;
  readonly score: number;
  readonly classification: string;
  readonly classificationReason: string;
};

export type CanaryJudgeScore = {
  readonly score: number;
  readonly classification: ScoreClassification;
  readonly classificationReason: string;
};

export type JudgeResult = {
  readonly judgeName: string;
  readonly results: readonly CanaryAnalysisResult[];
  readonly groupScores: readonly CanaryJudgeGroupScore[];
  readonly score: CanaryJudgeScore;
};
