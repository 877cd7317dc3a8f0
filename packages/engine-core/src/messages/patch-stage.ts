import { operate, setStage, type Draft } from "../draft.ts";
import type { MessageOf } from "../model.ts";

/** Merges into a stage's context (a judgement, `skipRemainingWait` …) and makes its task look again at once. */
export function patchStage(draft: Draft, message: MessageOf<"PatchStage">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage === undefined) return;
  setStage(draft, stage.id, { context: { ...stage.context, ...message.patch } });
  if (stage.activity?.kind === "run" && draft.execution.status !== "PAUSED")
    operate(draft, { op: "again", stageId: stage.id });
  draft.wakes.push(`stage:${stage.id}`);
}
