import { describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { child, simulate, stage } from "./testing/simulator.ts";

const ids = (count: number) => Array.from({ length: count }, (_each, index) => String(index + 1));

describe("a pipeline of 1,000 stages runs to its end", () => {
  test("as a chain", () => {
    const run = simulate(ids(1_000).map((id) => stage(id, id === "1" ? [] : [String(Number(id) - 1)])));
    expect(run.finish().status).toBe("SUCCEEDED");
    expect(run.begun).toHaveLength(1_000);
  }, 60_000);

  test("as a fan with a join", () => {
    const all = ids(998);
    const run = simulate([stage("0"), ...all.map((id) => stage(id, ["0"])), stage("end", all)]);
    expect(run.finish().status).toBe("SUCCEEDED");
    expect(run.begun.at(-1)).toBe("end/1/1");
  }, 60_000);

  test("in layers that all follow each other, 20,000 requirements in all", () => {
    const layers = Array.from({ length: 50 }, (_each, layer) => ids(20).map((id) => `${layer}-${id}`));
    const run = simulate(
      layers.flatMap((layer, index) => layer.map((id) => stage(id, index === 0 ? [] : layers[index - 1]))),
    );
    expect(run.finish().status).toBe("SUCCEEDED");
    expect(new Set(run.begun).size).toBe(1_000);
  }, 60_000);
});

test("a circle of 500 stages beside a good root ends the run with a reason instead of never", () => {
  const circle = ids(500).map((id) => stage(id, [id === "1" ? "500" : String(Number(id) - 1)]));
  const run = simulate([stage("root"), ...circle]);
  expect(run.finish()).toMatchObject({ status: "TERMINAL", failure: { code: "execution.stuck" } });
  expect(run.stage("root").status).toBe("SUCCEEDED");
  expect(run.stage("1").failure?.message).toContain("in a circle");
});

test("a pipeline that is nothing but a circle, or has no stages, ends TERMINAL with a reason", () => {
  const nothingStarts = { status: "TERMINAL", failure: { code: "execution.noInitialStage" } };
  expect(simulate([stage("1", ["2"]), stage("2", ["1"])]).execution).toMatchObject(nothingStarts);
  expect(simulate([stage("1", ["1"])]).execution).toMatchObject(nothingStarts);
  expect(simulate([]).execution).toMatchObject(nothingStarts);
});

test("a requirement that does not exist is named; among good ones it is ignored", () => {
  const run = simulate([stage("1"), stage("2", ["ghost"]), stage("3", ["1", "ghost"])]);
  expect(run.finish().status).toBe("TERMINAL");
  expect(run.statuses()).toEqual({ "1": "SUCCEEDED", "2": "NOT_STARTED", "3": "SUCCEEDED" });
  expect(run.stage("2").failure).toMatchObject({ code: "stage.unreachable", details: { missing: ["ghost"] } });
});

test("stages of the same refId all run, and what follows them waits for all", () => {
  const run = simulate([stage("1"), stage("1"), stage("2", ["1"])]);
  run.step(0);
  expect(run.stage("2").status).toBe("NOT_STARTED");
  expect(run.finish().status).toBe("SUCCEEDED");
  expect(run.begun).toHaveLength(3);
});

test("refIds and requirements of every kind: numbers, texts, neither", () => {
  const odd = [
    { ...stage("1"), refId: 1 },
    { ...stage("2"), requisiteStageRefIds: [1] },
    { ...stage("3", ["2"]), refId: null },
  ];
  const run = simulate([...odd, { ...stage("4"), requisiteStageRefIds: "1" }, { type: "test" }] as JsonObject[]);
  expect(run.finish().status).toBe("SUCCEEDED");
  expect(Object.keys(run.statuses())).toEqual(["1", "2", "4", "unnamed-2", "unnamed-4"]);
});

test("synthetic stages sixty levels deep", () => {
  let context: JsonObject = {};
  for (let depth = 0; depth < 60; depth += 1)
    context = { before: [child("inner", context)], after: [child("late", {})] };
  const run = simulate([stage("1", [], context)]);
  expect(run.finish().status).toBe("SUCCEEDED");
  expect(run.execution.stages.size).toBe(121);
});
