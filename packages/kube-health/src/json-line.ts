import { health, healthModes } from "./health.ts";
import type { HealthMode } from "./health.ts";
import { isObject } from "./json.ts";

const isMode = (value: unknown): value is HealthMode => healthModes.some((mode) => mode === value);

/**
 * One line of `manifest health`: `{id, manifest, related?, mode}` to `{id, status, message}`, or to
 * `{id, error: {code, message}}` where the line cannot be processed (id null if unreadable). `mode` defaults to `gennaker`; a
 * manifest of null stands for an object that does not exist. Never throws.
 */
export function healthLine(line: string, options: { readonly now?: number } = {}): string {
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return failed(null, "invalid-json", `The line is not JSON: ${reason}`);
  }
  if (!isObject(input)) return failed(null, "invalid-input", "The line must be a JSON object");
  const id = input["id"] ?? null;
  const mode = input["mode"] ?? "gennaker";
  const related = input["related"] ?? [];
  const manifest = input["manifest"];
  if (!isMode(mode)) return failed(id, "invalid-input", `'mode' must be one of ${healthModes.join(", ")}`);
  if (!Array.isArray(related)) return failed(id, "invalid-input", "'related' must be a list of objects");
  if (manifest === undefined) return failed(id, "invalid-input", "'manifest' is missing");
  if (manifest !== null && !isObject(manifest)) return failed(id, "invalid-input", "'manifest' must be an object");
  const { status, message } = health(manifest, { ...options, mode, related });
  return JSON.stringify({ id, status, message });
}

const failed = (id: unknown, code: "invalid-json" | "invalid-input", message: string): string =>
  JSON.stringify({ id, error: { code, message } });
