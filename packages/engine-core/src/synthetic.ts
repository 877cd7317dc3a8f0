import { childrenOf } from "./topology.ts";
import { newStage } from "./new-execution.ts";
import type { Draft } from "./draft.ts";
import type { Owner, PlannedStage, Stage } from "./model.ts";

/**
 * Turns planned children into stages. Siblings run one after another; neighbours that are parallel start together.
 * RefIds are the parent's plus `<` (before) or `>` (after) and a number from 1, as in Spinnaker: `2<1`, `2>1`, `2<1<1`.
 */
export function syntheticStages(
  draft: Draft,
  parent: Stage,
  owner: Owner,
  planned: readonly PlannedStage[],
  options: { onFailure?: boolean } = {},
): Stage[] {
  const onFailure = options.onFailure ?? false;
  const mark = owner === "STAGE_BEFORE" ? "<" : ">";
  const existing = childrenOf(draft.execution, parent.id).filter((child) => child.owner === owner).length;
  let previous: string[] = [];
  let group: string[] = [];
  let groupIsParallel = false;
  return planned.map((plan, index) => {
    const parallel = plan.parallel === true && !onFailure;
    if (group.length > 0 && !(parallel && groupIsParallel)) {
      previous = group;
      group = [];
    }
    groupIsParallel = parallel;
    const refId = `${parent.refId}${mark}${existing + index + 1}`;
    group.push(refId);
    return newStage({
      id: draft.env.newId(),
      refId,
      type: plan.type,
      name: plan.name,
      requisites: previous,
      source: plan.context,
      parentId: parent.id,
      owner,
      onFailure,
    });
  });
}

/** Children of the same phase: before, after, or on failure. */
export function phaseOf(draft: Draft, parentId: string, like: { owner: Owner | null; onFailure: boolean }): Stage[] {
  return childrenOf(draft.execution, parentId).filter(
    (child) => child.owner === like.owner && child.onFailure === like.onFailure,
  );
}
