import { describe, expect, test } from "vitest";
import { graphBoxes, graphNodes, nodeSize } from "./graph-boxes.ts";
import { placeBoxes, type Box } from "./graph-layout.ts";
import { stageTree } from "./stage-tree.ts";
import { makeStage } from "./testing.ts";

const box = (id: string, after: string[] = [], height = 60): Box => ({ id, width: 200, height, after });

describe("placeBoxes", () => {
  test("what comes after stands further right, side by side what runs side by side, and nothing overlaps", () => {
    const boxes = [box("a"), box("b", ["a"], 200), box("c", ["a"]), box("d", ["b", "c"])];
    const { placed, edges, width, height } = placeBoxes(boxes);
    const at = Object.fromEntries(placed.map((each) => [each.id, each]));
    expect(at["a"]?.x).toBeLessThan(at["b"]?.x ?? 0);
    expect(at["b"]?.x).toBe(at["c"]?.x);
    expect(at["c"]?.x).toBeLessThan(at["d"]?.x ?? 0);
    const [upper, lower] = [at["b"], at["c"]].sort((p, q) => (p?.y ?? 0) - (q?.y ?? 0));
    expect(lower?.y).toBeGreaterThanOrEqual((upper?.y ?? 0) + (upper === at["b"] ? 200 : 60));
    expect(edges).toHaveLength(4);
    expect(width).toBeGreaterThan(600);
    expect(height).toBeGreaterThanOrEqual(260);
  });

  test("a requirement that is not there draws no line", () => {
    expect(placeBoxes([box("a", ["gone"])]).edges).toEqual([]);
  });

  test("no boxes, no size", () => {
    expect(placeBoxes([])).toEqual({ placed: [], edges: [], width: 0, height: 0 });
  });
});

describe("graph nodes", () => {
  const stages = [
    makeStage("1", { status: "SUCCEEDED" }),
    makeStage("2", { status: "RUNNING", after: ["1"], waiting: "for instances" }),
    makeStage("2<1", { parent: "2", status: "RUNNING" }),
    makeStage("2<1<1", { parent: "2<1", status: "RUNNING" }),
  ];

  test("only the pipeline's own stages are nodes, synthetic ones are rows inside", () => {
    const nodes = graphNodes(stageTree(stages), stages, () => true);
    expect(nodes.map((node) => node.stage.name)).toEqual(["1", "2"]);
    expect(nodes[1]?.rows.map((row) => `${row.depth} ${row.stage.name}`)).toEqual(["0 2<1", "1 2<1<1"]);
    expect(graphBoxes(nodes)[1]?.after).toEqual(["1"]);
  });

  test("a node is as high as what it shows", () => {
    const heights = (isOpen: boolean) => graphNodes(stageTree(stages), stages, () => isOpen).map((node) => node.height);
    const closed = nodeSize.head + nodeSize.why + nodeSize.toggle;
    expect(heights(false)).toEqual([nodeSize.head, closed]);
    expect(heights(true)).toEqual([nodeSize.head, closed + 2 * nodeSize.row + nodeSize.rowsPadding]);
  });
});
