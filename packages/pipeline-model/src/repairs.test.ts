import { expect, test } from "vitest";
import { repair } from "./repairs.ts";

test("stages without any refId run one after another", () => {
  const { pipeline, problems } = repair({ stages: [{ type: "wait" }, { type: "wait" }, { type: "wait" }] }, "");
  expect(pipeline["stages"]).toEqual([
    { type: "wait", refId: "0", requisiteStageRefIds: [] },
    { type: "wait", refId: "1", requisiteStageRefIds: ["0"] },
    { type: "wait", refId: "2", requisiteStageRefIds: ["1"] },
  ]);
  expect(problems.map(({ level, pointer }) => [level, pointer])).toEqual([["repaired", "/stages"]]);
});

test("old names of types, strategies and artifact fields are brought up to date and told", () => {
  const { pipeline, problems } = repair(
    {
      expectedArtifacts: [{ id: "a", usePriorExecution: true }],
      stages: [
        { type: "linearDeploy", refId: "1", clusters: [{ strategy: "red/black" }] },
        { type: "destroyAsg", refId: 2, requisiteStageRefIds: [1] },
        { type: "cloneServerGroup", refId: "3", strategy: "rollingRedBlack" },
      ],
    },
    "/pipeline",
  );
  expect(pipeline).toEqual({
    expectedArtifacts: [{ id: "a", usePriorExecution: true, usePriorArtifact: true }],
    stages: [
      { type: "deploy", refId: "1", clusters: [{ strategy: "redblack" }] },
      { type: "destroyServerGroup", refId: "2", requisiteStageRefIds: ["1"] },
      { type: "cloneServerGroup", refId: "3", strategy: "rollingredblack" },
    ],
  });
  expect(problems.map((problem) => problem.pointer)).toEqual([
    "/pipeline/stages/0/type",
    "/pipeline/stages/0/clusters/0/strategy",
    "/pipeline/stages/1/type",
    "/pipeline/stages/2/strategy",
    "/pipeline/expectedArtifacts/0/usePriorExecution",
  ]);
});

test("a repaired pipeline needs no repair, and the received one is not touched", () => {
  const received = { stages: [{ type: "resizeAsg" }], expectedArtifacts: [{ usePriorExecution: false }] };
  const once = repair(received, "");
  expect(received).toEqual({ stages: [{ type: "resizeAsg" }], expectedArtifacts: [{ usePriorExecution: false }] });
  expect(repair(once.pipeline, "")).toEqual({ pipeline: once.pipeline, problems: [] });
});
