import { expect, test } from "vitest";
import { child, simulate, stage } from "./testing/simulator.ts";
import { childrenOf, downstreamOf, topLevelOf, topStages, upstreamOf, withDownstream } from "./topology.ts";

const refIds = (stages: readonly { refId: string }[]) => stages.map((each) => each.refId);

function graph() {
  const simulator = simulate([
    stage("1"),
    stage("2", ["1"]),
    stage("3", ["1"], { before: [child("a"), child("b", { before: [child("deep")] })], after: [child("c")] }),
    stage("4", ["2", "3", "9"]),
  ]);
  simulator.finish();
  return simulator;
}

test("requirements and followers count among siblings only; a requirement that does not exist is none", () => {
  const { execution, stage: find } = graph();
  expect(refIds(topStages(execution))).toEqual(["1", "2", "3", "4"]);
  expect(refIds(upstreamOf(execution, find("4")))).toEqual(["2", "3"]);
  expect(refIds(downstreamOf(execution, find("1")))).toEqual(["2", "3"]);
  expect(refIds(upstreamOf(execution, find("3<2")))).toEqual(["3<1"]);
  expect(refIds(downstreamOf(execution, find("3<2")))).toEqual([]);
});

test("children and the way up", () => {
  const { execution, stage: find } = graph();
  expect(refIds(childrenOf(execution, find("3").id))).toEqual(["3<1", "3<2", "3>1"]);
  expect(topLevelOf(execution, find("3<2<1")).refId).toBe("3");
});

test("what follows, each once", () => {
  const { execution, stage: find } = graph();
  expect(refIds(withDownstream(execution, find("1")))).toEqual(["1", "2", "3", "4"]);
});

test("a graph with a circle ends every walk", () => {
  const { execution, stage: find } = simulate([stage("1", ["2"]), stage("2", ["1"])]);
  expect(refIds(withDownstream(execution, find("1")))).toEqual(["1", "2"]);
});
