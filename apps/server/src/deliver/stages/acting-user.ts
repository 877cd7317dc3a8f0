import type { ExecutionView, StageView } from "../../engine/api.ts";

/**
 * The person a stage acts for: the nearest judge upstream whose judgement says `propagateAuthenticationContext`,
 * otherwise the user of the run.
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
        const judge = propagated(upstream);
        if (judge !== null) return judge;
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

function propagated(stage: StageView): string | null {
  if (stage.type !== "manualJudgment" || stage.status !== "SUCCEEDED") return null;
  const user = stage.context["propagatedUser"];
  return typeof user === "string" && user !== "" ? user : null;
}
