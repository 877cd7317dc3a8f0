import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import { expect, test } from "vitest";
import { aStage, anExecution } from "../../testing/builders.ts";
import { canaryStages, chooseRun, numberText } from "./report.ts";

const run = (index: number) => ({ index }) as CanaryRun;

test("the last judgement, or the one asked for", () => {
  expect(chooseRun([run(1), run(2)], undefined, "E").index).toBe(2);
  expect(chooseRun([run(1), run(2)], 1, "E").index).toBe(1);
  expect(() => chooseRun([run(1)], 2, "E")).toThrow("no judgement 2; there are 1");
  expect(() => chooseRun([], undefined, "E")).toThrow("judged yet");
});

test("the canary stages are found, or the one that is named", () => {
  const execution = anExecution({
    stages: [aStage({ refId: "1" }), aStage({ refId: "2", type: "kayentaCanary", name: "Judge" })],
  });
  expect(canaryStages(execution, undefined).map((stage) => stage.refId)).toEqual(["2"]);
  expect(canaryStages(execution, "judge").map((stage) => stage.refId)).toEqual(["2"]);
  expect(() => canaryStages(anExecution(), undefined)).toThrow("no canary stage");
});

test("numbers have four significant digits, holes nothing", () => {
  expect([0.123456, 12345.6, 0, null].map(numberText)).toEqual(["0.1235", "12350", "0", ""]);
});
