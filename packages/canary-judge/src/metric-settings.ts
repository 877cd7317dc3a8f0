import { JudgementError } from "./errors.ts";
import type { CanaryMetricConfig } from "./types.ts";

export type Direction = "increase" | "decrease" | "either";

/** How one metric is to be judged: `analysisConfigurations.canary` with every default filled in. */
export type MetricSettings = {
  readonly direction: Direction;
  readonly nanStrategy: "remove" | "replace";
  readonly removeOutliers: boolean;
  readonly outlierFactor: number;
  readonly critical: boolean;
  readonly mustHaveData: boolean;
  readonly muted: boolean;
  readonly measure: "meanRatio" | "cles";
  readonly allowedIncrease: number;
  readonly allowedDecrease: number;
  readonly criticalIncrease: number;
  readonly criticalDecrease: number;
};

/**
 * Reads a metric's settings the way Kayenta does: words are case-sensitive and an unknown one means the default;
 * null is an error for a word, false for a switch and 0 for a number; a number or switch given as text is an error;
 * so is an integer beyond 32 bits (a bigint here).
 *
 * @throws JudgementError `metric.invalidSetting` naming the metric and the setting
 */
export function readSettings(metric: CanaryMetricConfig): MetricSettings {
  const { word, flag, number } = settingReader(metric);
  const direction = word("direction");
  const measure = word("effectSize", "measure") === "cles" ? "cles" : "meanRatio";
  const noEffect = measure === "cles" ? 0.5 : 1;
  const settings: MetricSettings = {
    direction: direction === "increase" || direction === "decrease" ? direction : "either",
    nanStrategy: word("nanStrategy") === "replace" ? "replace" : "remove",
    removeOutliers: word("outliers", "strategy") === "remove",
    outlierFactor: number(3, "outliers", "outlierFactor"),
    critical: flag("critical"),
    mustHaveData: flag("mustHaveData"),
    muted: flag("muted"),
    measure,
    allowedIncrease: number(noEffect, "effectSize", "allowedIncrease"),
    allowedDecrease: number(noEffect, "effectSize", "allowedDecrease"),
    criticalIncrease: number(noEffect, "effectSize", "criticalIncrease"),
    criticalDecrease: number(noEffect, "effectSize", "criticalDecrease"),
  };
  if (settings.removeOutliers && !(settings.outlierFactor > 0)) {
    throw invalid(metric, ["outliers", "outlierFactor"], `is ${settings.outlierFactor}; give a number above 0`);
  }
  return settings;
}

function settingReader(metric: CanaryMetricConfig) {
  const find = (path: readonly string[]) => lookUp(metric.analysisConfigurations, ["canary", ...path]);
  return {
    word: (...path: string[]): string => {
      const found = find(path);
      if (found === undefined) return "";
      if (found.value === null) throw invalid(metric, path, "is null; give a word or leave it out");
      return typeof found.value === "string" ? found.value : "";
    },
    flag: (...path: string[]): boolean => {
      const value = find(path)?.value ?? false;
      if (typeof value !== "boolean") throw invalid(metric, path, `is ${shown(value)}; give true or false`);
      return value;
    },
    number: (preset: number, ...path: string[]): number => {
      const found = find(path);
      if (found === undefined) return preset;
      const value = found.value ?? 0;
      if (typeof value === "number") return value;
      const wide = typeof value === "bigint" ? " (write an integer of this size with a decimal point)" : "";
      throw invalid(metric, path, `is ${shown(value)}; give a number${wide}`);
    },
  };
}

/**
 * Follows the path through objects. A list on the way stands for the list of what is found in its elements (absent
 * if nothing is), which no reader above takes as a number or switch.
 */
function lookUp(data: unknown, path: readonly string[]): { readonly value: unknown } | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return { value: data };
  if (Array.isArray(data)) {
    const found = data.map((element: unknown) => lookUp(element, path)).filter((hit) => hit !== undefined);
    return found.length === 0 ? undefined : { value: found.map((hit) => hit.value) };
  }
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, key)) return undefined;
  const value = (data as Readonly<Record<string, unknown>>)[key];
  return value === undefined ? undefined : lookUp(value, rest);
}

function invalid(metric: CanaryMetricConfig, path: readonly string[], problem: string): JudgementError {
  const place = ["analysisConfigurations", "canary", ...path].join(".");
  return new JudgementError("metric.invalidSetting", `Metric ${metric.name ?? "without a name"}: ${place} ${problem}.`);
}

function shown(value: unknown): string {
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (typeof value === "bigint") return `the integer ${value}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : String(value);
}
