/** Labels every sample carries as far as they apply. */
export type Labels = Readonly<Record<string, string>>;

export type SeriesKind = "counter" | "gauge" | "histogram" | "summary" | "unknown";

/** One reading of one series. Histogram buckets are series named `x_bucket` with the label `le`, as in the exposition formats. */
export type Sample = { name: string; labels: Labels; kind: SeriesKind; time: number; value: number };

/** What to compute; `where` matches labels exactly. Times are epoch milliseconds, `stepMs` the length of one point. */
export type SampleQuery = {
  metric: string;
  function: "rate" | "ratio" | "quantile" | "mean";
  /** ratio: the metric or the matcher of the denominator (`of: {metric?, where?}`). */
  of?: { metric?: string; where?: Record<string, string> };
  /** quantile: 0..1. */
  q?: number;
  where: Record<string, string>;
  /** One result series for each combination of these labels; empty: one series over all. */
  groupBy?: readonly string[];
  start: number;
  end: number;
  stepMs: number;
};

/** One value per step from `start` on; NaN where there is no data. */
export type ResultSeries = { labels: Labels; start: number; stepMs: number; values: number[] };

export type SampleStore = {
  write(samples: readonly Sample[]): Promise<void>;
  query(query: SampleQuery): Promise<ResultSeries[]>;
};
