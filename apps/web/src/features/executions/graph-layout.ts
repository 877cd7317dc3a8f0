import { Graph, layout } from "@dagrejs/dagre";

export type Box = { id: string; width: number; height: number; after: readonly string[] };
type Placed = { id: string; x: number; y: number };
export type GraphLayout = { placed: Placed[]; edges: { from: string; to: string }[]; width: number; height: number };

const gap = { between: 22, ranks: 56 };

/** Places boxes from left to right by what they come after; tops are aligned along the first row where one box stands alone. */
export function placeBoxes(boxes: readonly Box[]): GraphLayout {
  const known = new Set(boxes.map((box) => box.id));
  const edges = boxes.flatMap((box) =>
    box.after.filter((from) => known.has(from)).map((from) => ({ from, to: box.id })),
  );
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: gap.between, ranksep: gap.ranks, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const placed = boxes.map(({ id, width, height }) => {
    const at = graph.node(id) as { x: number; y: number };
    return { id, x: at.x - width / 2, y: at.y - height / 2 };
  });
  const sizes = new Map(boxes.map((box) => [box.id, box]));
  return {
    placed,
    edges,
    width: Math.max(0, ...placed.map((at) => at.x + (sizes.get(at.id)?.width ?? 0))),
    height: Math.max(0, ...placed.map((at) => at.y + (sizes.get(at.id)?.height ?? 0))),
  };
}
