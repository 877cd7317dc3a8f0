import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Problem } from "@gennaker/contract/errors.ts";
import { isExpression } from "@gennaker/pipeline-model/coerce.ts";

type Declared = {
  parameters: readonly { name: string; defaultValue?: string | undefined }[];
  parameterValues?: Record<string, string> | undefined;
};

/** Values of a stage's parameters: the configuration's own, otherwise the pipeline's over the defaults. */
export function parameterValues(declared: Declared, given: Json | undefined): JsonObject {
  if (declared.parameterValues !== undefined) return { ...declared.parameterValues };
  const defaults = declared.parameters.flatMap(({ name, defaultValue }) =>
    defaultValue === undefined ? [] : [[name, defaultValue]],
  );
  return {
    ...(Object.fromEntries(defaults) as JsonObject),
    ...(isJsonObject(given ?? null) ? (given as JsonObject) : {}),
  };
}

/** What is wrong with `parameterValues` as a pipeline writes them. */
export function valuesProblems(declared: Declared, given: Json | undefined): Problem[] {
  if (given === undefined || given === null || isExpression(given)) return [];
  if (!isJsonObject(given)) return [{ pointer: "/parameterValues", reason: "must be an object of names and values" }];
  return Object.entries(given).flatMap(([name, value]) => {
    if (typeof value !== "object" || value === null) return [];
    const known = declared.parameters.some((parameter) => parameter.name === name);
    return known ? [{ pointer: `/parameterValues/${name}`, reason: "must be a text, a number or a flag" }] : [];
  });
}
