import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { evaluateVariablesSchema } from "@gennaker/pipeline-model/stages/artifacts.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { evaluateInOrder, summaryOf } from "../expressions/evaluate-in-order.ts";

/** Evaluates variables in order, each visible to the next, and gives them to later stages by their bare names. */
export function evaluateVariablesStage(): StageType {
  return {
    type: "evaluateVariables",
    description: "Evaluates variables for later stages",
    validate: rulesFor("evaluateVariables").validate,
    // Kept raw by the engine, which would evaluate all at once.
    rawFields: ["variables"],
    tasks: () => [
      {
        name: "evaluateVariables",
        async run(context) {
          const { variables } = fieldsOf(evaluateVariablesSchema, context.stage);
          const entries = variables.map(({ key, value, description }) => ({
            name: key ?? "",
            value: (value ?? null) as Json,
            extra: description ?? null,
          }));
          const { values, errors } = await evaluateInOrder(context, entries);
          const { context: summary, failure } = summaryOf(errors, context);
          if (failure !== null) return failure;
          const shown = entries.map((entry, index): JsonObject => ({
            key: entry.name,
            value: values[index]?.value ?? null,
            ...(typeof entry.value === "string" ? { sourceValue: entry.value.replaceAll("${", "{") } : {}),
            ...(values[index]?.extra === null ? {} : { description: values[index]?.extra ?? null }),
          }));
          const outputs = entries.flatMap(({ name }, index) =>
            name === "" ? [] : [[name, values[index]?.value ?? null]],
          );
          return {
            status: "SUCCEEDED",
            context: { ...summary, variables: shown },
            outputs: Object.fromEntries(outputs) as JsonObject,
          };
        },
      },
    ],
  };
}
