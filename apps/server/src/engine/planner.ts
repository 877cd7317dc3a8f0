import { isJsonObject } from "@gennaker/contract/json.ts";
import {
  PlannedElsewhere,
  PlanningError,
  type Execution,
  type Plan,
  type PlannedStage,
  type Planner,
  type Stage,
} from "@gennaker/engine-core/model.ts";
import type { PlanInput, StageType, SyntheticStage } from "./api.ts";
import type { Evaluator } from "./evaluation.ts";
import { freezeType } from "./freeze-stage.ts";
import { findStageType } from "./registry.ts";
import { freeze } from "./snapshot.ts";
import { executionView, stageView } from "./views.ts";

const defaultTimeoutMs = 3_600_000;
export const windowType = "restrictExecutionDuringTimeWindow";

/** What a planner asks about the world beyond the stage types of this process. */
export type Surroundings = {
  /** The registry key under which another living replica knows a stage's type, null when none does. */
  elsewhere(stage: Stage): string | null;
  /** May a freeze calendar hold this stage? */
  mayFreeze(execution: Execution, stage: Stage): boolean;
};

const alone: Surroundings = { elsewhere: () => null, mayFreeze: () => false };

/** Answers the transitions' questions from the stage types and the expressions. */
export function createPlanner(
  types: ReadonlyMap<string, StageType>,
  evaluator: Evaluator,
  around: Surroundings = alone,
): Planner {
  const find = (execution: Execution, stage: Stage): StageType | undefined => {
    const found = findStageType(types, stage, execution);
    const key = found === undefined ? around.elsewhere(stage) : null;
    if (key !== null) throw new PlannedElsewhere(key);
    return found;
  };
  const typeOf = (execution: Execution, stage: Stage): StageType => {
    const found = find(execution, stage);
    if (found !== undefined) return found;
    const message = `There is no stage type "${stage.type}". Mend the pipeline, or add the feature that brings this stage type.`;
    throw new PlanningError({ code: "stage.unknownType", message, details: { type: stage.type } });
  };
  const input = (execution: Execution, stage: Stage): PlanInput => ({
    execution: executionView(execution),
    stage: stageView(stage),
  });

  /** Where a calendar could hold the stage, it looks at the calendars in a stage of its own, after its window has opened. */
  const freezeBefore = (execution: Execution, stage: Stage): PlannedStage[] =>
    stage.type !== freezeType && around.mayFreeze(execution, stage)
      ? [{ type: freezeType, name: "Wait for the End of the Freeze", context: freeze({ stageType: stage.type }) }]
      : [];

  return {
    enabled: evaluator.isEnabled,

    plan(execution, stage): Plan {
      const type = typeOf(execution, stage);
      const evaluated = evaluator.context(execution, stage, type.rawFields ?? [], stage.open ?? undefined);
      const planned = { ...stage, context: freeze(evaluated.context) };
      const ask = input(execution, planned);
      const tasks = type.tasks(ask).map((task) => ({
        name: task.name,
        timeoutMs: task.timeoutMs ?? defaultTimeoutMs,
        loopStart: task.loopStart ?? false,
        ...(task.gathers === true ? { gathers: true as const } : {}),
      }));
      const before = (type.before?.(ask) ?? []).map(frozen);
      return {
        context: planned.context,
        unresolved: evaluated.unresolved,
        tasks,
        before: [...windowBefore(types, planned), ...freezeBefore(execution, planned), ...before],
      };
    },

    resolve(execution, stage) {
      const { context, unresolved } = evaluator.context(execution, stage, [], stage.unresolved);
      return { context: freeze(context), unresolved };
    },

    after(execution, stage) {
      return (typeOf(execution, stage).after?.(input(execution, stage)) ?? []).map(frozen);
    },

    onFailure(execution, stage) {
      // A stage of an unknown type is TERMINAL whatever its flags, because its type is asked for here as well, as in Orca.
      return (typeOf(execution, stage).onFailure?.(input(execution, stage)) ?? []).map(frozen);
    },

    cancellable: (execution, stage) => find(execution, stage)?.cancel !== undefined,
  };
}

function frozen(stage: SyntheticStage): PlannedStage {
  return { ...stage, context: freeze(stage.context) };
}

/**
 * A stage of the pipeline that is restricted to a time window waits for it in a stage of its own, before everything else. Its parts
 * do not wait once more, though their contexts may be copies of its own.
 */
function windowBefore(types: ReadonlyMap<string, StageType>, stage: Stage): PlannedStage[] {
  if (
    stage.parentId !== null ||
    String(stage.context[windowType]).toLowerCase() !== "true" ||
    stage.type === windowType ||
    !types.has(windowType)
  )
    return [];
  const window = stage.context["restrictedExecutionWindow"];
  const context = isJsonObject(window) ? { restrictedExecutionWindow: window } : {};
  return [{ type: windowType, name: "Restrict Execution During Time Window", context: freeze(context) }];
}
