import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { evaluateField, merged, type Evaluated, type Pending, type Scope } from "./pending.ts";

export type StageFields = {
  context: JsonObject;
  pending: Pending[];
  problems: string[];
  /** What the stage will give to later ones under these names, as far as it is known now. */
  outputs: JsonObject;
};

/** Fields that a stage evaluates entry by entry, each seen by the next, and the names of an entry's own name and value. */
const inOrder: Readonly<Record<string, { field: string; name: string; value: string }>> = {
  evaluateVariables: { field: "variables", name: "key", value: "value" },
  evaluateArtifacts: { field: "artifactContents", name: "name", value: "contents" },
};

/** Whether a field is left as it is: the stage says so of its manifests, or it is decided elsewhere. */
function isLeft(key: string, stage: JsonObject, rawFields: readonly string[]): boolean {
  if (key === "stageEnabled") return true;
  return rawFields.includes(key) && String(stage["skipExpressionEvaluation"]) === "true";
}

/** Evaluates all fields of a stage as the run would: when it is planned, or in its tasks. */
export function evaluateStage(stage: JsonObject, rawFields: readonly string[], scope: Scope): StageFields {
  const ordered = inOrder[String(stage["type"] ?? "")];
  const outputs: JsonObject = {};
  const parts = Object.entries(stage).map(([key, value]): [string, Evaluated] => {
    if (isLeft(key, stage, rawFields)) return [key, { value, pending: [], problems: [] }];
    if (key === ordered?.field && Array.isArray(value))
      return [key, evaluateEntries(value, `/${key}`, ordered, scope, outputs)];
    return [key, evaluateField(value, `/${key}`, scope)];
  });
  return {
    context: Object.fromEntries(parts.map(([key, { value }]) => [key, value])),
    ...merged(parts.map(([, part]) => part)),
    outputs: stage["type"] === "evaluateVariables" ? outputs : {},
  };
}

function evaluateEntries(
  entries: readonly Json[],
  pointer: string,
  { name, value }: { name: string; value: string },
  scope: Scope,
  found: JsonObject,
): Evaluated {
  const parts = entries.map((entry, index) => {
    const context = { ...scope.options.context, ...found };
    const inner: Scope = {
      ...scope,
      options: { ...scope.options, context },
      knows: (each) => Object.hasOwn(found, each) || scope.knows(each),
    };
    const evaluated = evaluateField(entry, `${pointer}/${index}`, inner);
    const result = evaluated.value;
    const own = isJsonObject(result) ? result[name] : undefined;
    if (isJsonObject(result) && typeof own === "string" && own !== "" && evaluated.pending.length === 0)
      if (evaluated.problems.length === 0) found[own] = result[value] ?? null;
    return evaluated;
  });
  return { ...merged(parts), value: parts.map((part) => part.value) };
}
