import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import { smallServer } from "../import/fixtures/inventory.ts";
import { compareRun } from "./compare-run.ts";
import { leftOut } from "./left-out.ts";
import { readRun } from "./recorded.ts";
import type { RecordedRun } from "./recorded.ts";

type StageInput = {
  refId: string;
  type: string;
  name?: string;
  requisiteStageRefIds?: string[];
  [field: string]: unknown;
};
const first: StageInput = {
  refId: "1",
  type: "wait",
  name: "First",
  requisiteStageRefIds: [],
  waitTime: "${parameters.seconds}",
};
const second: StageInput = {
  refId: "2",
  type: "webhook",
  name: "Call",
  requisiteStageRefIds: ["1"],
  url: "http://h/${ami}",
  payload: { status: "${#stage('First').status}", fixed: [1, "${trigger.user}"] },
};

/** A recorded run: the stages' contexts as Orca left them. */
function recorded(stages: object[], more: object = {}): RecordedRun {
  const run = readRun({
    id: "E1",
    status: "SUCCEEDED",
    startTime: 1_000,
    trigger: { user: "ann", parameters: { seconds: 5 } },
    stages: stages.map((stage, index) => ({
      id: `S${index + 1}`,
      status: "SUCCEEDED",
      startTime: 1_000 + index * 100,
      endTime: 1_090 + index * 100,
      requisiteStageRefIds: index === 0 ? [] : [String(index)],
      outputs: {},
      ...stage,
    })),
    ...more,
  });
  if ("problem" in run) throw new Error(run.problem);
  return run;
}
const ran = (firstMore: object = {}, secondMore: object = {}) =>
  recorded([
    {
      refId: "1",
      type: "wait",
      name: "First",
      context: { waitTime: 5, extra: 1 },
      outputs: { ami: "ami-1" },
      ...firstMore,
    },
    {
      refId: "2",
      type: "webhook",
      name: "Call",
      context: { url: "http://h/ami-1", payload: { status: "SUCCEEDED", fixed: [1, "ann"] }, webhook: {} },
      ...secondMore,
    },
  ]);
const compare = (stages: StageInput[], run: RecordedRun, accounts = {}) =>
  compareRun(
    { document: { application: "shop", stages } as unknown as JsonObject, problems: [] },
    run,
    smallServer,
    accounts,
  );

test("a run that goes the same way here: every field evaluated to what was recorded", () => {
  const report = compare([first, second], ran());
  expect(report).toMatchObject({
    same: true,
    plan: [],
    outcomes: [],
    fields: { compared: 5, expressions: 4, differences: [] },
  });
  expect(report.words).toEqual([
    expect.stringContaining("The same plan, fields and outcomes (5 values compared, 4 of them expressions"),
  ]);
});

test("a field that comes out otherwise is told with its place, its text and both values", () => {
  const { fields, same, words } = compare([first, { ...second, url: "http://x/${ami}" }], ran());
  expect(same).toBe(false);
  expect(fields.differences).toEqual([
    {
      refId: "2",
      stage: "Call",
      pointer: "/url",
      source: "http://x/${ami}",
      here: "http://x/ami-1",
      there: "http://h/ami-1",
    },
  ]);
  expect(words[0]).toBe('Stage "Call": /url is "http://x/ami-1" here and was "http://h/ami-1".');
});

test("a stage sees the run as it was when the stage began", () => {
  const early = {
    refId: "1",
    type: "wait",
    name: "First",
    requisiteStageRefIds: [],
    comments: "${#stage('Call').status}",
  };
  const run = ran({ context: { comments: "NOT_STARTED" } });
  expect(compare([early, second], run).fields.differences).toEqual([]);
  const time = { ...first, waitTime: "${new java.util.Date().getTime()}" };
  expect(compare([time, second], ran({ context: { waitTime: 1_000 } })).fields.differences).toEqual([]);
});

describe("the plan", () => {
  test.each([
    ["a stage that is new", [first, second, { ...first, refId: "9", name: "New" }], { what: "added", stage: "New" }],
    ["a stage that is gone", [first], { what: "missing", stage: "Call" }],
    [
      "another type",
      [{ ...first, type: "manualJudgment" }, second],
      { what: "type", here: "manualJudgment", there: "wait" },
    ],
    [
      "another name",
      [
        { ...first, name: "Other" },
        { ...second, payload: {} },
      ],
      { what: "name", here: "Other" },
    ],
    ["another place", [first, { ...second, requisiteStageRefIds: [] }], { what: "requisites", here: "", there: "1" }],
  ])("%s", (_what, stages, difference) => {
    expect(compare(stages as StageInput[], ran()).plan).toMatchObject([difference]);
  });

  test("synthetic stages of the engine are no part of it", () => {
    const run = recorded([
      { ...first, context: { waitTime: 5 } },
      { refId: "1<1", type: "wait", parentStageId: "S1", context: {} },
    ]);
    expect(compare([first], run).same).toBe(true);
  });
});

describe("outcomes", () => {
  const one = (stage: StageInput, run: object) =>
    compare([stage], recorded([{ refId: "1", type: stage.type, name: "s", context: {}, ...run }])).outcomes;
  const condition = (expression: string) => ({ stageEnabled: { type: "expression", expression } });
  const preconditions = (expression: string) => [{ type: "expression", context: { expression } }];
  test.each<[string, StageInput, object, object[]]>([
    ["an unknown type", { refId: "1", type: "slack" }, {}, [{ here: "TERMINAL", there: "SUCCEEDED" }]],
    ["one that may fail", { refId: "1", type: "slack", continuePipeline: true }, {}, [{ here: "FAILED_CONTINUE" }]],
    ["an unknown account", { refId: "1", type: "wait", account: "far" }, {}, [{ here: "TERMINAL" }]],
    [
      "a condition that is false here",
      { refId: "1", type: "wait", ...condition("parameters.seconds == 6") },
      {},
      [{ here: "SKIPPED" }],
    ],
    [
      "a condition that is true here",
      { refId: "1", type: "wait", ...condition("parameters.seconds == 5") },
      { status: "SKIPPED" },
      [{ here: null, there: "SKIPPED" }],
    ],
    [
      "a condition that agrees",
      { refId: "1", type: "wait", ...condition("parameters.seconds == 6") },
      { status: "SKIPPED" },
      [],
    ],
    [
      "a precondition that is false here",
      { refId: "1", type: "checkPreconditions", preconditions: preconditions("false") as never },
      {},
      [{ here: "TERMINAL" }],
    ],
    [
      "preconditions that are true here",
      { refId: "1", type: "checkPreconditions", preconditions: preconditions("true") as never },
      { status: "TERMINAL" },
      [{ here: "SUCCEEDED" }],
    ],
    [
      "a failing expression",
      { refId: "1", type: "wait", failOnFailedExpressions: true, comments: "${1 +}" },
      { context: { comments: "x" } },
      [{ here: "TERMINAL" }],
    ],
    ["a stage that did not begin", { refId: "1", type: "slack" }, { status: "NOT_STARTED" }, []],
  ])("%s", (_what, stage, run, outcomes) => expect(one(stage, run)).toMatchObject(outcomes));
});

test("accounts are compared by what they are called here", () => {
  const run = recorded([{ refId: "1", type: "wait", name: "w", context: { account: "far" } }]);
  const stage = { refId: "1", type: "wait", name: "w", account: "local" };
  expect(compare([stage], run).fields.differences).toMatchObject([{ pointer: "/account" }]);
  expect(compare([stage], run, { far: "local" }).same).toBe(true);
});

test("what may differ from run to run is left out, with the reason", () => {
  const stage = {
    ...first,
    name: "First",
    comments: "${T(java.util.UUID).randomUUID()}",
    manifests: ["${x}"],
    waitTime: 5,
    text: "${#fromUrl('http://h')}",
  };
  const run = ran({ context: { waitTime: 5, comments: "other", manifests: [], text: "t" } });
  const { fields } = compare([stage, second], run);
  expect(fields.differences).toEqual([]);
  expect(fields.left.map(({ pointer, reason }) => [pointer, reason])).toEqual([
    ["/comments", "it makes something random"],
    ["/manifests", leftOut.get("manifests")],
    ["/text", "it asks something outside, whose answer of then is not known"],
  ]);
});

test("a start that is refused here is told", () => {
  const problems = [{ pointer: "/parameters/v", reason: "is required" }];
  const report = compareRun({ document: { stages: [] }, problems }, recorded([]), smallServer, {});
  expect(report).toMatchObject({
    same: false,
    start: problems,
    words: ["It would not start here: /parameters/v is required.", expect.any(String)],
  });
});

test.each([
  [null, "is not an object"],
  [{ id: "E" }, "has no id or no status"],
  [{ id: "E", status: "RUNNING" }, "has no stages"],
])("%j is no execution: %s", (execution, words) => {
  expect(readRun(execution)).toEqual({ problem: expect.stringContaining(words) as string });
});
