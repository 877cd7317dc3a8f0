import { describe, expect, test } from "vitest";
import type { Run, RunStage, TwoPersonRule } from "./api.ts";
import { needsSecondPerson, startersOf } from "./rule.ts";

const stage = (id: string, type: string, more: Partial<RunStage> = {}): RunStage => ({
  id,
  type,
  name: id,
  parentStageId: null,
  startTime: null,
  context: {},
  ...more,
});
const deploy = stage("d", "deploy", { context: { account: "prod-1" } });
const part = stage("c", "createServerGroup", { parentStageId: "d" });
const judgement = stage("j", "manualJudgment");
const wait = stage("w", "wait");
const run: Run = {
  id: "1",
  application: "shop",
  authentication: { user: "Kim" },
  trigger: {},
  stages: [deploy, part, judgement, wait],
};
const accounts = (context: Readonly<Record<string, unknown>>) =>
  typeof context["account"] === "string" ? [context["account"]] : [];
const rule = (more: Partial<TwoPersonRule>): TwoPersonRule => ({ applications: [], stages: [], accounts: [], ...more });

describe("a second person is needed", () => {
  test.each<[string, Partial<TwoPersonRule>, string]>([
    ["by the type, with all its parts", { stages: ["deploy"] }, "d c"],
    ["by a pattern of types", { stages: ["*Judgment"] }, "j"],
    ["by the account that is written to", { accounts: ["prod-*"] }, "d c"],
    ["for judgements of an application", { applications: ["SHOP"] }, "j"],
    ["for some types of an application", { applications: ["sh*"], stages: ["wait", "deploy"] }, "d c w"],
    ["not for another application", { applications: ["other"], stages: ["deploy"] }, ""],
    ["not for another account", { accounts: ["staging"], stages: ["deploy"] }, ""],
  ])("%s", (_name, more, expected) => {
    const found = run.stages.filter((each) => needsSecondPerson([rule(more)], run, each, accounts));
    expect(found.map(({ id }) => id).join(" ")).toBe(expected);
  });
  test("never without a rule", () => {
    expect(needsSecondPerson([], run, deploy, accounts)).toBe(false);
  });
});

test("whoever started, restarted or triggered the run, also the one above it, is no second person", () => {
  const child: Run = {
    ...run,
    trigger: { user: "ＢＯ", parentExecution: { authentication: { user: "Ann" }, trigger: { user: "Eve" } } },
    stages: [{ ...deploy, context: { restartDetails: { restartedBy: "Rob" } } }, part],
  };
  expect([...startersOf(child, part)].toSorted()).toEqual(["ann", "bo", "eve", "kim", "rob"]);
});

test("circles of parents end", () => {
  const odd = { ...run, stages: [stage("a", "x", { parentStageId: "b" }), stage("b", "y", { parentStageId: "a" })] };
  const [first] = odd.stages;
  expect(first && needsSecondPerson([rule({ stages: ["deploy"] })], odd, first, accounts)).toBe(false);
});
