import type { ExecutionView, StageView } from "../../engine/api.ts";

/**
 * The person a stage acts for: who decided to go on at the nearest judgement upstream that says `propagateAuthenticationContext` and was
 * not skipped. Where that one decided to stop, and without any, the user of the run.
 */
export function actingUser(execution: ExecutionView, stage: StageView): string {
  const byRef = new Map(
    execution.stages.filter((other) => other.parentStageId === null).map((other) => [other.refId, other]),
  );
  const seen = new Set<string>();
  let layer = [topStage(execution, stage)];
  while (layer.length > 0) {
    const next: StageView[] = [];
    for (const current of layer) {
      for (const refId of current.requisiteStageRefIds) {
        const upstream = byRef.get(refId);
        if (upstream === undefined || seen.has(refId)) continue;
        seen.add(refId);
        if (passesOn(upstream)) return judgeOf(upstream) ?? execution.authentication.user;
        next.push(upstream);
      }
    }
    layer = next;
  }
  return execution.authentication.user;
}

/** The top-level stage that a synthetic stage belongs to. */
function topStage(execution: ExecutionView, stage: StageView): StageView {
  let current = stage;
  for (let depth = 0; depth < 64 && current.parentStageId !== null; depth += 1) {
    const parent = execution.stages.find((other) => other.id === current.parentStageId);
    if (parent === undefined) break;
    current = parent;
  }
  return current;
}

function passesOn({ type, status, context }: StageView): boolean {
  const says = String(context["propagateAuthenticationContext"]).toLowerCase() === "true";
  return type === "manualJudgment" && status !== "SKIPPED" && says;
}

/** Who decided to go on, from what the stage's task gave: a pipeline's document cannot write that. */
function judgeOf({ status, outputs }: StageView): string | null {
  const user = outputs["judgedBy"];
  return status === "SUCCEEDED" && typeof user === "string" && user !== "" ? user : null;
}
