import type { CanaryMetric, CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { Format } from "./format.ts";

/** Reasons of the judge in a language. The server gives them in English only; other languages make them from the figures. */
export type CanaryWords = {
  metric(metric: CanaryMetric, format: Format): string;
  run(run: CanaryRun, format: Format): string;
};

export const serversOwnWords: CanaryWords = { metric: (metric) => metric.reason, run: (run) => run.reason };
