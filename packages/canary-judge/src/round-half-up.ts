/**
 * Rounds to two decimals, halves away from zero, on the shortest decimal text of the number (1.005 becomes 1.01,
 * although the binary number lies below). The sign of zero is kept; NaN and infinities stay.
 */
export function roundHalfUp(value: number): number {
  if (!Number.isFinite(value)) return value;
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const surplus = digits.length - 1 - Number(exponent) - 2;
  if (surplus <= 0) return value;
  const hundredths = surplus > digits.length ? 0n : halfUp(BigInt(digits), 10n ** BigInt(surplus));
  const rounded = Number(`${hundredths}e-2`);
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

function halfUp(value: bigint, unit: bigint): bigint {
  return (value + unit / 2n) / unit;
}
