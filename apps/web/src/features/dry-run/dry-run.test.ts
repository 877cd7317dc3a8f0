import type { DryRun, DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import { expect, test } from "vitest";
import { dryRunSearch } from "../../routes/search.ts";
import { countsOf, lookOfStage, namesBefore } from "./dry-run-words.ts";

const stage = (refId: string, more: Partial<DryRunStage> = {}): DryRunStage => ({
  refId,
  type: "wait",
  name: `Stage ${refId}`,
  requires: [],
  runs: "yes",
  calls: [],
  tasks: [],
  context: {},
  pending: [],
  problems: [],
  notes: [],
  ...more,
});

test("problems of the pipeline and of its stages count together", () => {
  const open = { pointer: "/a", expression: "${x}", waitsFor: [] };
  const result: DryRun = {
    application: "shop",
    name: "Ship",
    valid: false,
    problems: [{ pointer: "", reason: "r" }],
    trigger: {},
    notes: [],
    stages: [stage("1", { pending: [open, open] }), stage("2", { problems: ["a", "b"] })],
  };
  expect(countsOf(result)).toEqual({ stages: 2, pending: 2, problems: 3 });
});

test.each([
  [stage("1"), "check"],
  [stage("1", { runs: "no" }), "skip"],
  [stage("1", { runs: "pending" }), "question"],
  [stage("1", { runs: "no", problems: ["p"] }), "cross"],
])("%# each outcome has its shape", (each, shape) => {
  expect(lookOfStage(each).shape).toBe(shape);
});

test("stages before are named, unknown ones by their reference", () => {
  const list = [stage("1"), stage("2", { requires: ["1", "9"] })];
  expect(namesBefore(list[1] ?? stage("0"), list)).toEqual(["Stage 1", "9"]);
});

test("the address keeps texts as parameters and nothing else", () => {
  expect(dryRunSearch({ parameters: { env: "prod", n: 1, deep: {} } })).toEqual({ parameters: { env: "prod" } });
  expect([dryRunSearch({}), dryRunSearch({ parameters: [] }), dryRunSearch({ parameters: "x" })]).toEqual([{}, {}, {}]);
  expect(dryRunSearch({ parameters: {} })).toEqual({ parameters: {} });
});
