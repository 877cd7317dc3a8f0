import { Buffer } from "node:buffer";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { evaluateArtifactsSchema } from "@gennaker/pipeline-model/stages/artifacts.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { bindProducedArtifacts } from "../artifacts/bind-produced.ts";
import { evaluateInOrder, summaryOf } from "../expressions/evaluate-in-order.ts";

/** Renders texts with expressions into base64 artifacts, each visible to the next, and binds expected ones to them. */
export function evaluateArtifactsStage(): StageType {
  return {
    type: "evaluateArtifacts",
    description: "Renders texts into artifacts",
    validate: rulesFor("evaluateArtifacts").validate,
    rawFields: ["artifactContents"],
    tasks: () => [
      {
        name: "evaluateArtifacts",
        async run(context) {
          const contents = fieldsOf(evaluateArtifactsSchema, context.stage).artifactContents ?? [];
          const entries = contents.map(({ name, contents: value }) => ({
            name: name ?? "",
            value: (value ?? null) as Json,
          }));
          const { values, errors } = await evaluateInOrder(context, entries);
          const { context: summary, failure } = summaryOf(errors, context);
          if (failure !== null) return failure;
          const artifacts = entries.flatMap(({ name }, index): JsonObject[] => {
            const value = values[index]?.value ?? null;
            const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
            if (text === "") return [];
            const reference = Buffer.from(text, "utf8").toString("base64");
            return [{ type: "embedded/base64", artifactAccount: "embedded-artifact", name, reference }];
          });
          return { status: "SUCCEEDED", context: summary, outputs: { artifacts } };
        },
      },
      bindProducedArtifacts(),
    ],
  };
}
