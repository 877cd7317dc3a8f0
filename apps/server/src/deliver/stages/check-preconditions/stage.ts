import type { JsonObject } from "@gennaker/contract/json.ts";
import {
  checkPreconditionSchema,
  checkPreconditionsSchema,
} from "@gennaker/pipeline-model/stages/check-preconditions.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import { TaskError, type StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { checkPrecondition } from "./run.ts";

/** One synthetic stage per precondition, all at once; with an empty list the stage is skipped, without a list it fails. */
export function checkPreconditionsStage(): StageType {
  return {
    type: "checkPreconditions",
    description: "Goes on only when all its preconditions hold",
    validate: rulesFor("checkPreconditions").validate,
    // Kept raw so that each child evaluates its own: what an expression yields is never evaluated a second time.
    rawFields: ["preconditions"],
    tasks: () => [],
    before({ stage }) {
      const { preconditions } = fieldsOf(checkPreconditionsSchema, stage);
      if (preconditions === undefined)
        throw new TaskError("precondition.none", "The stage does not say what to check: /preconditions is missing.");
      return preconditions.map((precondition) => ({
        type: "checkPrecondition",
        name: `Check precondition (${precondition.type})`,
        parallel: true,
        context: {
          preconditionType: precondition.type,
          ...inherited(stage.context, [
            "failPipeline",
            "continuePipeline",
            "completeOtherBranchesThenFail",
            "failOnFailedExpressions",
          ]),
          context: {
            ...inherited(stage.context, ["cluster", "regions", "credentials"]),
            ...asExpression((precondition.context ?? {}) as JsonObject, precondition.type),
          },
          ...(precondition.failPipeline === undefined ? {} : { failPipeline: precondition.failPipeline }),
        },
      }));
    },
  };
}

/** The synthetic stage of one precondition. */
export function checkPreconditionStage(deps: DeliverDeps): StageType {
  return {
    type: "checkPrecondition",
    description: "One precondition of a checkPreconditions stage",
    validate: rulesFor("checkPrecondition").validate,
    tasks: () => [
      {
        name: "checkPrecondition",
        async run(context) {
          const fields = fieldsOf(checkPreconditionSchema, context.stage);
          return await checkPrecondition(deps, fields.preconditionType, fields.context as JsonObject, context);
        },
      },
    ],
  };
}

/** What a precondition takes from its stage where it does not say otherwise. */
function inherited(context: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => (context[key] === undefined || context[key] === null ? [] : [[key, context[key]]])),
  );
}

/** An expression may be written bare, as Spinnaker allows, or inside `${ }`. */
function asExpression(context: JsonObject, type: string): JsonObject {
  const expression = context["expression"];
  if (type !== "expression" || typeof expression !== "string" || expression.includes("${")) return context;
  return { ...context, expression: `\${${expression}}` };
}
