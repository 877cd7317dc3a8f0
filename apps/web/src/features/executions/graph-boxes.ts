import type { Stage } from "@gennaker/contract/resources/execution.ts";
import type { Box } from "./graph-layout.ts";
import { flatten, type FlatStage, type StageNode } from "./stage-tree.ts";
import { explanationWithin } from "./stage-words.ts";

/** Heights of a node's parts; the stylesheet has the same numbers. */
export const nodeSize = { width: 248, head: 58, why: 40, toggle: 28, row: 26, rowsPadding: 6 };

export type GraphNode = {
  stage: Stage;
  rows: FlatStage[];
  children: number;
  isOpen: boolean;
  why: ReturnType<typeof explanationWithin>;
  height: number;
};

/** What stands in the graph: one node for each of the pipeline's own stages, its synthetic stages inside as rows. */
export function graphNodes(
  tree: readonly StageNode[],
  stages: readonly Stage[],
  isOpen: (stage: Stage) => boolean,
): GraphNode[] {
  return tree.map((node) => {
    const inside = [...node.before, ...node.after];
    const open = inside.length > 0 && isOpen(node.stage);
    const rows = open ? flatten(inside, () => true) : [];
    const why = explanationWithin(node.stage, stages);
    const height =
      nodeSize.head +
      (why ? nodeSize.why : 0) +
      (inside.length > 0 ? nodeSize.toggle : 0) +
      (open ? rows.length * nodeSize.row + nodeSize.rowsPadding : 0);
    return { stage: node.stage, rows, children: flatten(inside, () => true).length, isOpen: open, why, height };
  });
}

export function graphBoxes(nodes: readonly GraphNode[]): Box[] {
  const byRef = new Map(nodes.map(({ stage }) => [stage.refId, stage.id]));
  return nodes.map(({ stage, height }) => ({
    id: stage.id,
    width: nodeSize.width,
    height,
    after: stage.requisiteStageRefIds.flatMap((ref) => byRef.get(ref) ?? []),
  }));
}
