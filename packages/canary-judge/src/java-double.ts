/**
 * A double as Java's JSON writers print it: always with a decimal point (`1.0`, `1.0E10`, `-0.0`); NaN and the
 * infinities as quoted words.
 */
export function javaDouble(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const size = Math.abs(value);
  if (size === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa}${mantissa.includes(".") ? "" : ".0"}E${exponent.replace("+", "")}`;
}
