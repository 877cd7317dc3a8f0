import type { JsonObject } from "@gennaker/contract/json.ts";
import { objects, resolveArtifacts } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import type { TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { visibleArtifacts } from "../../artifacts/api.ts";

/**
 * The task that binds a stage's own `expectedArtifacts` to what it and the stages before it produced. Its outputs
 * `artifacts` and `resolvedExpectedArtifacts` are what later stages bind to.
 */
export function bindProducedArtifacts(): TaskDefinition {
  return {
    name: "bindProducedArtifacts",
    gathers: true,
    async run({ execution, stage }) {
      const expected = objects(stage.context["expectedArtifacts"]);
      return expected.length === 0
        ? { status: "SUCCEEDED" }
        : bindExpected(expected, visibleArtifacts(execution, stage));
    },
  };
}

/** Binds expected artifacts to candidates: the outputs of the stage that asks, or why it fails. */
export function bindExpected(expected: readonly JsonObject[], candidates: readonly JsonObject[]): TaskResult {
  const found = resolveArtifacts(expected, { current: candidates, unique: false, at: "/expectedArtifacts" });
  if (found.ok) {
    const outputs = { artifacts: found.artifacts, resolvedExpectedArtifacts: found.expected };
    return { status: "SUCCEEDED", context: outputs, outputs };
  }
  const message = `The stage's artifacts could not be bound: ${found.problems.map(({ reason }) => reason).join("; ")}.`;
  return { status: "TERMINAL", failure: { code: "artifact.unmatched", message } };
}
