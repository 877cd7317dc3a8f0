import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Execution, Stage } from "@gennaker/engine-core/model.ts";

export type EvaluatedContext = {
  context: JsonObject;
  /** Top-level keys that kept raw text. */
  unresolved: readonly string[];
  failed: boolean;
};

export function evaluateContext(_execution: Execution, stage: Stage, _rawFields: readonly string[]): EvaluatedContext {
  return { context: stage.context, unresolved: [], failed: false };
}

export function isEnabled(_execution: Execution, _stage: Stage): boolean {
  return true;
}
