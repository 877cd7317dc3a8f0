import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../../../engine/api.ts";

/** The statuses after which a run does nothing any more. */
export const finished: ReadonlySet<string> = new Set([
  "SUCCEEDED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
  "FAILED_CONTINUE",
  "SKIPPED",
]);

/** The outputs of all stages of a run as one: lists are joined without doubles, of other values the last one stays. */
export function outputsOf(run: ExecutionView): JsonObject {
  const all: Record<string, Json> = {};
  for (const stage of inOrder(run.stages)) {
    for (const [key, value] of Object.entries(stage.outputs)) {
      const before = all[key];
      all[key] = Array.isArray(before) && Array.isArray(value) ? distinct([...before, ...value]) : value;
    }
  }
  return all;
}

/** Why a run failed, as Orca writes it into the `exception` of the stage that started it. */
export function exceptionOf(run: ExecutionView): JsonObject {
  const failed = run.stages.filter((stage) => stage.status === "TERMINAL");
  const errors = failed.flatMap((stage) =>
    stage.failure === null
      ? []
      : [`Exception in child pipeline stage (${run.name}: ${stage.name}): ${stage.failure.message}`],
  );
  const first = failed[0];
  const source: JsonObject =
    first === undefined
      ? {}
      : {
          executionId: run.id,
          stageId: first.id,
          stageName: first.name,
          stageIndex: run.stages.indexOf(first),
        };
  return { source, details: { errors } };
}

/** Requisites before what requires them, children after their parents; otherwise as they stand. */
function inOrder(stages: readonly StageView[]): StageView[] {
  const left = new Set(stages);
  const sorted: StageView[] = [];
  while (left.size > 0) {
    const waits = (stage: StageView): boolean =>
      [...left].some(
        (other) =>
          other !== stage &&
          (other.id === stage.parentStageId ||
            (other.parentStageId === stage.parentStageId && stage.requisiteStageRefIds.includes(other.refId))),
      );
    const ready = [...left].filter((stage) => !waits(stage));
    const next = ready.length > 0 ? ready : [...left];
    for (const stage of next) left.delete(stage);
    sorted.push(...next);
  }
  return sorted;
}

function distinct(list: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return list.filter((value) => {
    const key = JSON.stringify(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
