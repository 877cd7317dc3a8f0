import fc from "fast-check";
import { expect, test } from "vitest";
import type { GraphStage } from "./graph.ts";
import { graphProblems } from "./graph.ts";

const stage = (refId: string, requisites: string[], index: number): GraphStage => ({ refId, requisites, index });

test("equal refIds, missing requisites and circles are errors with their place", () => {
  const problems = graphProblems([
    stage("1", [], 0),
    stage("1", [], 1),
    stage("deploy", ["2", "1"], 2),
    stage("3", ["deplyo"], 3),
  ]);
  expect(problems).toEqual([
    {
      level: "error",
      pointer: "/stages/1/refId",
      message: 'refId "1" is also that of stage 0; every stage needs its own',
    },
    { level: "error", pointer: "/stages/2/requisiteStageRefIds/0", message: 'no stage has refId "2"' },
    {
      level: "error",
      pointer: "/stages/3/requisiteStageRefIds/0",
      message: 'no stage has refId "deplyo"',
      suggestion: "deploy",
    },
  ]);
});

test.each([
  [[stage("a", ["a"], 0)], "a → a"],
  [[stage("root", [], 0), stage("a", ["root", "c"], 1), stage("b", ["a"], 2), stage("c", ["b"], 3)], "a → c → b → a"],
])("a circle is shown", (stages, circle) => {
  expect(graphProblems(stages).map((problem) => problem.message)).toEqual([
    `stages wait for each other in a circle: ${circle}`,
  ]);
});

test("a graph whose stages require only earlier ones has no problem; one edge back makes a circle", () => {
  const graph = fc
    .integer({ min: 1, max: 40 })
    .chain((size) =>
      fc.tuple(
        fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: size, maxLength: size }),
        fc.nat({ max: size - 1 }),
      ),
    );
  fc.assert(
    fc.property(graph, ([edges, at]) => {
      const stages = edges.map((list, index) =>
        stage(`s${index}`, index === 0 ? [] : [`s${index - 1}`, ...list.map((to) => `s${to % index}`)], index),
      );
      expect(graphProblems(stages)).toEqual([]);
      const last = `s${edges.length - 1}`;
      const closed = stages.map((one, index) =>
        index === at ? { ...one, requisites: [...one.requisites, last] } : one,
      );
      expect(graphProblems(closed).some((problem) => problem.message.includes("circle"))).toBe(true);
    }),
  );
});

test("ten thousand stages in a row are no problem", () => {
  const stages = Array.from({ length: 10_000 }, (_, index) =>
    stage(`s${index}`, index === 9_999 ? [] : [`s${index + 1}`], index),
  );
  expect(graphProblems(stages)).toEqual([]);
});
