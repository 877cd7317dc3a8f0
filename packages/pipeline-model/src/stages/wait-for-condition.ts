import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { choice, map, maybe, object, text, textsOrCommas } from "../fields.ts";

export const waitForConditionSchema = object({
  /** Orca's: `WAITING` or `SKIPPED`; the latter, also as a patch of the running stage, lets it go on. */
  status: maybe(text),
  region: maybe(text),
  cluster: maybe(text),
  account: maybe(text),
  condition: maybe(
    object({
      type: choice(["expression", "http", "manual"]),
      expression: maybe(text),
      url: maybe(text),
      method: maybe(text),
      customHeaders: maybe(map),
      statusJsonPath: maybe(text),
      successStatuses: maybe(textsOrCommas),
    }),
  ),
});

/** A condition that is an expression or a question by HTTP needs that expression or address. */
export function conditionProblems(stage: JsonObject): Problem[] {
  const condition = stage["condition"];
  if (!isJsonObject(condition)) return [];
  const field = { expression: "expression", http: "url" }[String(condition["type"])];
  if (field === undefined || String(condition[field] ?? "").trim() !== "") return [];
  return [
    { pointer: `/condition/${field}`, reason: `is required for a condition of the type ${String(condition["type"])}` },
  ];
}
