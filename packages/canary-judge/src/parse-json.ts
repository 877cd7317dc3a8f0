import { isWideInteger } from "./parse.ts";

/**
 * Parses JSON text keeping what `JSON.parse` loses and a judgement can tell apart: integer literals beyond 32 bits
 * become bigint (unlike `1e10`), and the literal `-0` is the integer 0 (unlike `-0.0`).
 *
 * The cheap parse comes first; the exact one runs only over texts that hold such a literal.
 *
 * @returns the value, and whether integers beyond 32 bits are bigint in it
 * @throws SyntaxError
 */
export function parseJson(source: string): { readonly value: unknown; readonly exactIntegers: boolean } {
  const value: unknown = JSON.parse(source);
  if (!MINUS_ZERO.test(source) && !holdsWideInteger(configOf(value))) return { value, exactIntegers: false };
  return { value: JSON.parse(source, revive), exactIntegers: true };
}

const MINUS_ZERO = /[[,:\s]-0[\s,\]}]/;
const INTEGER = /^-?\d+$/;

function revive(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || !INTEGER.test(context?.source ?? "")) return value;
  if (value === 0) return 0;
  return isWideInteger(value) ? BigInt(context?.source ?? value) : value;
}

function configOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "canaryConfig" in value ? value.canaryConfig : null;
}

function holdsWideInteger(value: unknown): boolean {
  if (typeof value === "number") return isWideInteger(value);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsWideInteger);
}
