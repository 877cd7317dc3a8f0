import "@xyflow/react/dist/base.css";
import { Background, Panel, ReactFlow, ReactFlowProvider, useReactFlow, type Edge, type Node } from "@xyflow/react";
import type { Stage } from "@gennaker/contract/resources/execution.ts";
import { useEffect, useMemo } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { graphBoxes, graphNodes, nodeSize, type GraphNode } from "./graph-boxes.ts";
import { placeBoxes } from "./graph-layout.ts";
import graph from "./graph.module.css";
import { StageNodeView } from "./stage-node.tsx";
import { stageTree } from "./stage-tree.ts";

type Props = {
  stages: readonly Stage[];
  selected: string | null;
  isOpen(stage: Stage): boolean;
  onToggle(stage: Stage): void;
  onSelect(id: string): void;
};
type FlowData = { node: GraphNode; selected: string | null; onToggle(stage: Stage): void; onSelect(id: string): void };
export type StageFlowNode = Node<FlowData, "stage">;

const nodeTypes = { stage: StageNodeView };
const padding = 24;

export function StageGraph(props: Props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ stages, selected, isOpen, onToggle, onSelect }: Props) {
  const { t } = useI18n();
  const { nodes, edges, width, height } = useMemo(() => {
    const list = graphNodes(stageTree(stages), stages, isOpen);
    const placed = placeBoxes(graphBoxes(list));
    const at = new Map(placed.placed.map((each) => [each.id, each]));
    const started = new Map(list.map(({ stage }) => [stage.id, stage.startTime !== null]));
    return {
      ...placed,
      nodes: list.map((node): StageFlowNode => ({
        id: node.stage.id,
        type: "stage",
        position: { x: at.get(node.stage.id)?.x ?? 0, y: at.get(node.stage.id)?.y ?? 0 },
        width: nodeSize.width,
        height: node.height,
        style: { pointerEvents: "all" },
        data: { node, selected, onToggle, onSelect },
      })),
      edges: placed.edges.map(({ from, to }): Edge => ({
        id: `${from}>${to}`,
        source: from,
        target: to,
        className: graph[started.get(to) ? "passed" : "ahead"] ?? "",
        domAttributes: { "aria-hidden": true },
      })),
    };
  }, [stages, selected, isOpen, onToggle, onSelect]);
  return (
    <section
      className={graph["frame"]}
      style={{ height: Math.min(560, Math.max(150, height + 2 * padding + 12)) }}
      aria-label={t.execution.graphLabel}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        preventScrolling={false}
        panOnDrag
        minZoom={0.2}
        maxZoom={1.5}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: `${padding}px` }}
        proOptions={{ hideAttribution: true }}
      >
        <Background color="var(--line)" gap={20} size={1.5} />
        <Panel position="bottom-right">
          <Zoom shape={`${width}x${height}x${nodes.length}`} />
        </Panel>
      </ReactFlow>
    </section>
  );
}

/** Zoom buttons; the graph fits itself into its frame again whenever its size changes. */
function Zoom({ shape }: { shape: string }) {
  const { t } = useI18n();
  const flow = useReactFlow();
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView({ maxZoom: 1, padding: `${padding}px` }));
    return () => cancelAnimationFrame(frame);
  }, [shape, flow]);
  return (
    <div className={graph["zoom"]}>
      <button type="button" onClick={() => void flow.zoomOut()} aria-label={t.execution.zoomOut}>
        −
      </button>
      <button
        type="button"
        onClick={() => void flow.fitView({ maxZoom: 1, padding: `${padding}px` })}
        aria-label={t.execution.fit}
      >
        ⤢
      </button>
      <button type="button" onClick={() => void flow.zoomIn()} aria-label={t.execution.zoomIn}>
        +
      </button>
    </div>
  );
}
