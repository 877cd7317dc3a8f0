import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../../../engine/api.ts";

/** A child's trigger carries its parent; so long, as JSON, may that be. */
const mostCharacters = 262_144;

/**
 * The parent run as a child's expressions read it under `trigger.parentExecution` (times in epoch milliseconds). A long
 * one loses the contexts and outputs of its stages, then what its own trigger says of further ancestors, then its
 * stages.
 */
export function parentSnapshot(parent: ExecutionView): JsonObject {
  const { trigger } = parent;
  const slimTrigger: JsonObject = isJsonObject(trigger["parentExecution"])
    ? { ...trigger, parentExecution: { id: trigger["parentExecution"]["id"] ?? null } }
    : trigger;
  const candidates = [
    () => whole(parent, trigger, (stage) => ({ context: stage.context, outputs: stage.outputs })),
    () => whole(parent, trigger, () => ({})),
    () => whole(parent, slimTrigger, () => ({})),
  ];
  for (const candidate of candidates) {
    const snapshot = candidate();
    if (JSON.stringify(snapshot).length <= mostCharacters) return snapshot;
  }
  return head(parent);
}

function head(parent: ExecutionView): JsonObject {
  return {
    id: parent.id,
    type: parent.type,
    application: parent.application,
    name: parent.name,
    pipelineConfigId: parent.pipelineConfigId,
    status: parent.status,
    buildTime: epoch(parent.buildTime),
    startTime: epoch(parent.startTime),
    authentication: { user: parent.authentication.user },
  };
}

function whole(parent: ExecutionView, trigger: JsonObject, more: (stage: StageView) => JsonObject): JsonObject {
  const stages = parent.stages.map((stage): JsonObject => ({
    id: stage.id,
    refId: stage.refId,
    type: stage.type,
    name: stage.name,
    status: stage.status,
    startTime: epoch(stage.startTime),
    endTime: epoch(stage.endTime),
    requisiteStageRefIds: [...stage.requisiteStageRefIds],
    ...(stage.parentStageId === null ? {} : { parentStageId: stage.parentStageId }),
    ...more(stage),
  }));
  return { ...head(parent), trigger, stages };
}

function epoch(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
