import type { Stage } from "@gennaker/contract/resources/execution.ts";
import { describe, expect, test } from "vitest";
import { flatten, inOrder, requiredNames, stageOfInterest, stageTree } from "./stage-tree.ts";
import { makeStage } from "./testing.ts";

const names = (stages: readonly Stage[]) => stages.map((stage) => stage.name);

describe("stageTree", () => {
  const stages = [
    makeStage("3", { after: ["2"] }),
    makeStage("1"),
    makeStage("2", { after: ["1"] }),
    makeStage("2>1", { parent: "2", owner: "STAGE_AFTER" }),
    makeStage("2<2", { parent: "2", owner: "STAGE_BEFORE", after: ["2<1"] }),
    makeStage("2<1", { parent: "2", owner: "STAGE_BEFORE" }),
    makeStage("2<1<1", { parent: "2<1", owner: "STAGE_BEFORE" }),
  ];

  test("stages stand in the order in which they can run, synthetic ones inside theirs", () => {
    const tree = stageTree(stages);
    expect(tree.map((node) => node.stage.name)).toEqual(["1", "2", "3"]);
    expect(tree[1]?.before.map((node) => node.stage.name)).toEqual(["2<1", "2<2"]);
    expect(tree[1]?.before[0]?.before.map((node) => node.stage.name)).toEqual(["2<1<1"]);
    expect(tree[1]?.after.map((node) => node.stage.name)).toEqual(["2>1"]);
  });

  test("rows leave out what is inside a closed stage", () => {
    const rows = flatten(stageTree(stages), (stage) => stage.name === "2");
    expect(rows.map((row) => `${row.depth} ${row.stage.name}`)).toEqual([
      "0 1",
      "0 2",
      "1 2<1",
      "1 2<2",
      "1 2>1",
      "0 3",
    ]);
  });

  test("a stage whose parent is not there is shown, not lost", () => {
    expect(stageTree([makeStage("x", { parent: "gone" })]).map((node) => node.stage.name)).toEqual(["x"]);
  });
});

test("stages in a circle are all kept", () => {
  expect(names(inOrder([makeStage("a", { after: ["b"] }), makeStage("b", { after: ["a"] })]))).toHaveLength(2);
});

test("requirements are named, and by their reference when they are missing", () => {
  const [first, second] = [makeStage("1", { name: "Build" }), makeStage("2", { after: ["1", "9"] })];
  expect(requiredNames(second, [first, second])).toEqual(["Build", "9"]);
});

describe("stageOfInterest", () => {
  test.each([
    [
      "a decision before all else",
      [makeStage("1", { status: "TERMINAL" }), makeStage("2", { status: "RUNNING", type: "manualJudgment" })],
      "2",
    ],
    [
      "a running canary before its steps",
      [
        makeStage("1", { status: "RUNNING", type: "kayentaCanary" }),
        makeStage("1<1", { status: "RUNNING", parent: "1" }),
      ],
      "1",
    ],
    [
      "the deepest failure",
      [makeStage("1", { status: "TERMINAL" }), makeStage("1<1", { status: "TERMINAL", parent: "1" })],
      "1<1",
    ],
    [
      "the parent when it says why itself",
      [makeStage("1", { status: "TERMINAL", failure: "no" }), makeStage("1<1", { status: "TERMINAL", parent: "1" })],
      "1",
    ],
    [
      "the deepest that runs",
      [makeStage("1", { status: "RUNNING" }), makeStage("1<1", { status: "RUNNING", parent: "1" })],
      "1<1",
    ],
  ])("%s", (_what, stages, expected) => {
    expect(stageOfInterest(stages)?.name).toBe(expected);
  });

  test("nothing when all went well", () => {
    expect(stageOfInterest([makeStage("1", { status: "SUCCEEDED" })])).toBeNull();
  });
});
