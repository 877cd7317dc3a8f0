import { isJsonObject } from "@gennaker/contract/json.ts";
import type { StageRules } from "./stages/rules.ts";
import { validatePipeline } from "./validate-pipeline.ts";

/**
 * One line of `pipeline validate`: `{id, pipeline}` in, `{id, kind, valid, problems}` out; a line that cannot be
 * processed gives `{id, error: {code, message}}` with a null id where there is none to read.
 */
export function validateLine(line: string, stageTypes: ReadonlyMap<string, StageRules>): string {
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return failed(null, "invalid_json", `the line is not JSON: ${detail}`);
  }
  if (!isJsonObject(input)) return failed(null, "invalid_request", "a line must be an object {id, pipeline}");
  const id = input["id"] ?? null;
  if (input["pipeline"] === undefined) return failed(id, "invalid_request", "the line has no `pipeline`");
  const { kind, valid, problems } = validatePipeline(input["pipeline"], stageTypes);
  return JSON.stringify({ id, kind, valid, problems });
}

function failed(id: unknown, code: string, message: string): string {
  return JSON.stringify({ id, error: { code, message } });
}
