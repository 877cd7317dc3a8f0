import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../../engine/api.ts";
import { allArtifacts, boundFor, inputArtifact, visibleArtifacts, withAncestors } from "./api.ts";

const stage = (
  refId: string,
  requisites: string[],
  outputs: JsonObject = {},
  more: Partial<StageView> = {},
): StageView =>
  ({
    id: `id-${refId}`,
    refId,
    requisiteStageRefIds: requisites,
    parentStageId: null,
    context: {},
    outputs,
    ...more,
  }) as StageView;
const bound = (id: string, name: string): JsonObject => ({ id, boundArtifact: { name } });
const stages = [
  stage("a", [], { artifacts: [{ name: "a" }], resolvedExpectedArtifacts: [bound("x", "far"), bound("y", "only a")] }),
  stage("b", ["a"], { artifacts: [{ name: "b" }], resolvedExpectedArtifacts: [bound("x", "near")] }),
  stage("side", [], { artifacts: [{ name: "side" }], resolvedExpectedArtifacts: [bound("z", "side")] }),
  stage("c", ["b"], {}, { context: { artifacts: [{ name: "own" }] } }),
  stage("c<1", [], {}, { parentStageId: "id-c" }),
];
const trigger = {
  artifacts: [{ name: "t" }],
  resolvedExpectedArtifacts: [bound("t", "trigger"), bound("x", "trigger")],
};
const execution = { stages, trigger } as unknown as ExecutionView;
const at = (refId: string) => stages.find((one) => one.refId === refId) as StageView;
const names = (list: JsonObject[]) => list.map(({ name }) => name);

test("ancestors are those before the stage, nearest first, through the parent of a synthetic stage", () => {
  expect(withAncestors(execution, at("c<1")).map(({ refId }) => refId)).toEqual(["c<1", "c", "b", "a"]);
});

test("a stage sees its own artifacts, then those before it, then the trigger's", () => {
  expect(names(visibleArtifacts(execution, at("c")))).toEqual(["own", "b", "a", "t"]);
});

test("all artifacts of a run: later stages first, the trigger's last; a stage can be left out", () => {
  expect(names(allArtifacts(execution))).toEqual(["b", "side", "a", "t"]);
  expect(names(allArtifacts(execution, "b"))).toEqual(["side", "a", "t"]);
});

test.each([
  ["x", "near"],
  ["y", "only a"],
  ["t", "trigger"],
])("the id %s is bound to the nearest, %s", (id, name) => {
  expect(boundFor(execution, at("c"), id)).toMatchObject({ name });
});

test("what a stage beside it bound is not seen", () => {
  expect(boundFor(execution, at("c"), "z")).toBeNull();
});

test("an input artifact is the one bound to its id, or the one written there, with the account asked for", () => {
  expect(inputArtifact(execution, at("c"), { id: "x", account: "acc" })).toEqual({
    name: "near",
    artifactAccount: "acc",
  });
  expect(inputArtifact(execution, at("c"), { artifact: { name: "inline" } })).toEqual({ name: "inline" });
  expect(inputArtifact(execution, at("c"), { id: "nope" })).toBeNull();
});

test("later stages come first whatever the order of the list; a synthetic stage stands with its parent", () => {
  const mixed = [
    stage("last", ["mid"], { artifacts: [{ name: "last" }] }),
    stage("first", [], { artifacts: [{ name: "first" }] }),
    stage("mid", ["first"], { artifacts: [{ name: "mid" }] }),
    stage("mid<1", [], { artifacts: [{ name: "before mid" }] }, { parentStageId: "id-mid" }),
  ];
  expect(names(allArtifacts({ stages: mixed, trigger: {} } as unknown as ExecutionView))).toEqual([
    "last",
    "before mid",
    "mid",
    "first",
  ]);
});
