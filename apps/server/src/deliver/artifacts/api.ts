import type { JsonObject } from "@gennaker/contract/json.ts";
import { boundArtifact, objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import type { ExecutionView, StageView } from "../../engine/api.ts";

/** The stage itself and all before it, nearest first: through requisites, and from a synthetic stage to its parent. */
export function withAncestors(execution: ExecutionView, stage: StageView): StageView[] {
  const found = new Set<StageView>();
  let layer = [stage];
  while (layer.length > 0) {
    const next: StageView[] = [];
    for (const current of layer) {
      if (found.has(current)) continue;
      found.add(current);
      next.push(
        ...execution.stages.filter(
          (other) =>
            other.id === current.parentStageId ||
            (other.parentStageId === current.parentStageId && current.requisiteStageRefIds.includes(other.refId)),
        ),
      );
    }
    layer = next;
  }
  return [...found];
}

/** The artifacts a stage can see: its own, those of the stages before it, nearest first, and the trigger's. */
export function visibleArtifacts(execution: ExecutionView, stage: StageView): JsonObject[] {
  const before = withAncestors(execution, stage).flatMap((one) => objects(one.outputs["artifacts"]));
  return [...objects(stage.context["artifacts"]), ...before, ...objects(execution.trigger["artifacts"])];
}

/** Every artifact of a run, those of later stages first, the trigger's last. `without` leaves a stage out by its refId. */
export function allArtifacts(execution: ExecutionView, without?: string): JsonObject[] {
  const emitted = execution.stages
    .filter((stage) => stage.refId !== without)
    .flatMap((stage) => objects(stage.outputs["artifacts"]));
  return [...emitted.toReversed(), ...objects(execution.trigger["artifacts"])];
}

/** The artifact bound to an expected artifact's id where the stage stands; null when nothing is. */
export function boundFor(execution: ExecutionView, stage: StageView, id: string): JsonObject | null {
  const resolved = [
    ...objects(stage.context["resolvedExpectedArtifacts"]),
    ...withAncestors(execution, stage).flatMap((one) => objects(one.outputs["resolvedExpectedArtifacts"])),
    ...objects(execution.trigger["resolvedExpectedArtifacts"]),
  ];
  return boundArtifact(resolved, id);
}

/** What a stage field such as `inputArtifact: {id | artifact, account}` gives; null when nothing is bound to the id. */
export function inputArtifact(
  execution: ExecutionView,
  stage: StageView,
  input: { id?: string; artifact?: JsonObject; account?: string },
): JsonObject | null {
  const found =
    input.id !== undefined && input.id !== "" ? boundFor(execution, stage, input.id) : (input.artifact ?? null);
  return found === null || input.account === undefined || input.account === ""
    ? found
    : { ...found, artifactAccount: input.account };
}
