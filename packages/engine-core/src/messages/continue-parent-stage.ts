import { send, type Draft } from "../draft.ts";
import { childrenOf } from "../topology.ts";
import { isActive, isComplete } from "../status.ts";
import { failedSibling } from "./start-stage.ts";
import type { MessageOf } from "../model.ts";

/** After a child: when all of its phase have ended, the parent's tasks start (before) or the parent ends (after). */
export function continueParentStage(draft: Draft, message: MessageOf<"ContinueParentStage">): void {
  const parent = draft.stages.get(message.stageId);
  if (parent === undefined || !isActive(parent.status) || parent.ending !== null) return;
  const phase = childrenOf(draft.execution, parent.id).filter((child) => child.owner === message.phase);
  const sample = phase[0];
  if (sample !== undefined && failedSibling(draft, parent, sample)) {
    send(draft, { type: "CompleteStage", stageId: parent.id });
    return;
  }
  if (!phase.every((child) => isComplete(child.status))) return;
  const first = parent.tasks[0];
  if (message.phase === "STAGE_BEFORE" && first !== undefined) {
    if (parent.tasks.every((task) => task.status === "NOT_STARTED") && parent.activity === null) {
      send(draft, { type: "StartTask", stageId: parent.id, taskId: first.id });
    }
    return;
  }
  send(draft, { type: "CompleteStage", stageId: parent.id });
}
