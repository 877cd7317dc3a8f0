import { Buffer } from "node:buffer";
import { celLibrary } from "./cel-library.ts";
import type { CelInput } from "@bufbuild/cel";
import { evaluationError } from "./errors.ts";
import { limitError } from "./limits.ts";
import type { Session } from "./session.ts";
import { isRawJson, rawJson } from "./values.ts";

/** JSON as CEL sees it: whole numbers are `int`, others `double`. */
export function toCel(json: unknown, session: Session, depth: number): CelInput {
  session.budget.charge(1);
  if (depth > session.budget.limits.resultDepth) throw limitError("reads values that are nested too deeply");
  if (json === null || json === undefined) return null;
  if (typeof json === "string" || typeof json === "boolean") return json;
  if (typeof json === "number") return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (isRawJson(json)) return /^-?\d{1,18}$/.test(json.rawJSON) ? BigInt(json.rawJSON) : Number(json.rawJSON);
  if (Array.isArray(json)) return json.map((item) => toCel(item, session, depth + 1));
  if (typeof json !== "object") return null;
  return new Map(Object.entries(json).map(([key, item]) => [key, toCel(item, session, depth + 1)] as const));
}

/** A result of CEL as JSON; whole numbers beyond 2^53 stay exact. */
export function fromCel(value: unknown, session: Session, depth: number): unknown {
  session.budget.charge(1);
  if (depth > session.budget.limits.resultDepth) throw limitError("gives values that are nested too deeply");
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number")
    return value;
  if (typeof value === "bigint") return whole(value);
  const { isCelList, isCelMap, isCelUint } = celLibrary();
  if (isCelUint(value)) return whole(value.value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (isCelList(value)) return Array.from(value, (item) => fromCel(item, session, depth + 1));
  if (isCelMap(value)) {
    const entries = Array.from(value, ([key, item]): [string, unknown] => [
      String(isCelUint(key) ? key.value : key),
      fromCel(item, session, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }
  return message(value);
}

const whole = (value: bigint): unknown =>
  Number.isSafeInteger(Number(value)) ? Number(value) : rawJson(String(value));

/** Timestamps as ISO 8601, durations as seconds with an `s`. */
function message(value: unknown): unknown {
  const fields = (value as { readonly message?: unknown }).message;
  const { seconds, nanos = 0, $typeName } = (fields ?? {}) as { seconds?: bigint; nanos?: number; $typeName?: string };
  if (seconds === undefined) throw evaluationError("The result has no form in JSON; convert it with string(…)");
  if ($typeName === "google.protobuf.Timestamp")
    return new Date(Number(seconds) * 1000 + Math.trunc(nanos / 1_000_000)).toISOString();
  return `${Number(seconds) + nanos / 1e9}s`;
}
