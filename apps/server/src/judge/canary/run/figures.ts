import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";

type Unit = { factor: number; suffix: string };

/** The unit of a metric's values, as far as its query tells: a ratio is shown in percent, `…_seconds` in milliseconds. */
export function unitOf(query: Json | undefined): Unit {
  const fields: JsonObject = isJsonObject(query) ? query : {};
  const metric = String(fields["metric"] ?? fields["metricName"] ?? "");
  if (fields["function"] === "ratio") return { factor: 100, suffix: " %" };
  if (fields["function"] === "rate") return { factor: 1, suffix: "/s" };
  if (/_(seconds|s)(_bucket)?$/.test(metric)) return { factor: 1000, suffix: " ms" };
  if (/_(milliseconds|millis|ms)(_bucket)?$/.test(metric)) return { factor: 1, suffix: " ms" };
  if (/_bytes(_bucket)?$/.test(metric)) return { factor: 1 / 1024 / 1024, suffix: " MiB" };
  return { factor: 1, suffix: "" };
}

/** A figure with its unit, three significant digits: `180 ms`, `0.42 %`. */
export function withUnit(value: number, unit: Unit): string {
  return `${shortNumber(value * unit.factor)}${unit.suffix}`;
}

/** Three significant digits, whole from 100 on, without exponent where that is readable. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100 && size < 1e15) return String(Math.round(value));
  if (size !== 0 && size < 1e-6) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}
