/** A text that is a plain decimal number becomes one; anything else stays as it is. */
export function toNumber(value: unknown): unknown {
  return typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value.trim()) ? Number(value) : value;
}

/** "true" and "false" in any case become flags. */
export function toFlag(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const word = value.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : value;
}

/** Numbers and flags become their text. */
export function toText(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** True for a text that holds an expression: its value is known only at run time. */
export function isExpression(value: unknown): boolean {
  return typeof value === "string" && value.includes("${");
}
