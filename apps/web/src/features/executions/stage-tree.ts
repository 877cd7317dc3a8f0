import type { Stage } from "@gennaker/contract/resources/execution.ts";

/** A stage with the synthetic stages that it has before and after its own tasks. */
export type StageNode = { stage: Stage; before: StageNode[]; after: StageNode[] };

/** The stages of the pipeline itself, in the order in which they can run, each with its synthetic stages inside. */
export function stageTree(stages: readonly Stage[]): StageNode[] {
  const ids = new Set(stages.map((stage) => stage.id));
  const childrenOf = Map.groupBy(stages, (stage) =>
    stage.parentStageId !== null && ids.has(stage.parentStageId) ? stage.parentStageId : "",
  );
  const build = (list: readonly Stage[]): StageNode[] =>
    inOrder(list).map((stage) => {
      const children = childrenOf.get(stage.id) ?? [];
      return {
        stage,
        before: build(children.filter((child) => child.syntheticStageOwner !== "STAGE_AFTER")),
        after: build(children.filter((child) => child.syntheticStageOwner === "STAGE_AFTER")),
      };
    });
  return build(childrenOf.get("") ?? []);
}

/** Requirements first; otherwise the order of the list. Stages in a circle keep their place. */
export function inOrder(stages: readonly Stage[]): Stage[] {
  const byRef = new Map(stages.map((stage) => [stage.refId, stage]));
  const done = new Set<Stage>();
  const open = new Set<Stage>();
  const visit = (stage: Stage): void => {
    if (done.has(stage) || open.has(stage)) return;
    open.add(stage);
    for (const ref of stage.requisiteStageRefIds) {
      const required = byRef.get(ref);
      if (required) visit(required);
    }
    open.delete(stage);
    done.add(stage);
  };
  stages.forEach(visit);
  return [...done];
}

export type FlatStage = { stage: Stage; depth: number; children: number };

/** The tree as rows; a closed stage's synthetic stages are left out. */
export function flatten(nodes: readonly StageNode[], isOpen: (stage: Stage) => boolean, depth = 0): FlatStage[] {
  return nodes.flatMap((node) => {
    const children = [...node.before, ...node.after];
    const row = { stage: node.stage, depth, children: children.length };
    return [row, ...(children.length > 0 && isOpen(node.stage) ? flatten(children, isOpen, depth + 1) : [])];
  });
}

/** Names of the stages that must end before this one. */
export function requiredNames(stage: Stage, stages: readonly Stage[]): string[] {
  return stage.requisiteStageRefIds.map(
    (ref) => stages.find((other) => other.refId === ref && other.parentStageId === stage.parentStageId)?.name ?? ref,
  );
}

/**
 * What a person wants to see first: what waits for a decision, else the deepest stage that failed, else the deepest one
 * that runs, else a canary that has ended, else nothing.
 */
export function stageOfInterest(stages: readonly Stage[]): Stage | null {
  const parents = new Set(stages.map((stage) => stage.parentStageId));
  const leaves = stages.filter((stage) => !parents.has(stage.id));
  return (
    stages.find((stage) => stage.status === "RUNNING" && stage.type === "manualJudgment") ??
    stages.find(
      (stage) => stage.parentStageId === null && stage.status === "RUNNING" && stage.type === "kayentaCanary",
    ) ??
    stages.find((stage) => stage.parentStageId === null && stage.status === "TERMINAL" && stage.failure !== null) ??
    leaves.find((stage) => stage.status === "TERMINAL") ??
    leaves.find((stage) => stage.status === "RUNNING") ??
    stages.find((stage) => stage.parentStageId === null && stage.type === "kayentaCanary" && stage.endTime !== null) ??
    null
  );
}
