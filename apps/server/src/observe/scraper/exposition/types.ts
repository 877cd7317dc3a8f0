import type { Labels, SeriesKind } from "../../samples/api.ts";

/** `text`: Prometheus text 0.0.4 (times in ms). `openmetrics`: OpenMetrics 1.0 (times in seconds, ends with `# EOF`). */
export type ExpositionFormat = "text" | "openmetrics";

export type Exemplar = { labels: Labels; value: number; time: number | null };

export type ExposedSample = {
  name: string;
  labels: Labels;
  value: number;
  /** Epoch milliseconds, null when the target leaves the time to the scraper. */
  time: number | null;
  kind: SeriesKind;
  /** It only grows until the target restarts: counters, and buckets, sums and counts of histograms and summaries. */
  cumulative: boolean;
  exemplar: Exemplar | null;
};

export type Family = { type: string; help: string; unit: string };

export type Exposition = {
  samples: ExposedSample[];
  families: ReadonlyMap<string, Family>;
};

/** What a hostile or broken target may cost at most. */
export type ExpositionLimits = {
  characters: number;
  lineCharacters: number;
  labelsPerSample: number;
  labelValueCharacters: number;
  samples: number;
};

export const defaultLimits: ExpositionLimits = {
  characters: 16 * 1024 * 1024,
  lineCharacters: 64 * 1024,
  labelsPerSample: 64,
  labelValueCharacters: 4096,
  samples: 50_000,
};

/** The text is no exposition; `line` counts from 1. Nothing of a refused exposition is used. */
export class ExpositionError extends Error {
  readonly line: number;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.name = "ExpositionError";
    this.line = line;
  }
}
