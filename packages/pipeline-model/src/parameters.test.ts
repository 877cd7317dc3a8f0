import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isDate, parameterNotes, reservedParameterNames } from "./parameters.ts";
import { planStart } from "./plan-start.ts";
import { stageRules } from "./stages/registry.ts";
import { validatePipeline } from "./validate-pipeline.ts";

const notes = (...list: JsonObject[]) =>
  parameterNotes(list).map(({ pointer, message, suggestion }) => [pointer, message, suggestion]);

test.each(reservedParameterNames)(
  "the reserved name %s is noted when the pipeline is saved, and does not keep it from being",
  (name) => {
    const pipeline = {
      name: "n",
      application: "a",
      stages: [{ type: "wait", refId: "1" }],
      parameterConfig: [{ name }],
    };
    const { valid, problems } = validatePipeline(pipeline, stageRules);
    expect([valid, problems.map(({ level, pointer }) => `${level} ${pointer}`)]).toEqual([
      true,
      ["note /parameterConfig/0/name"],
    ]);
  },
);

test("a name given twice is noted", () => {
  expect(notes({ name: "a" }, { name: "a" })[0]?.slice(0, 2)).toEqual([
    "/parameterConfig/1/name",
    'there is another parameter "a"; the first one\'s default counts',
  ]);
});

test("a default that nobody could choose is noted: not an option, no date", () => {
  const options = [{ value: "small" }, { value: "large" }];
  expect(
    notes(
      { name: "size", hasOptions: true, options, default: "smal" },
      { name: "day", constraint: "date", default: "soon" },
    ),
  ).toEqual([
    [
      "/parameterConfig/0/default",
      'the default the text "smal" is not one of the options; a start without a value takes it all the same',
      "small",
    ],
    [
      "/parameterConfig/1/default",
      'the default the text "soon" is no date such as 2026-01-31; a start without a value takes it all the same',
      undefined,
    ],
  ]);
  expect(notes({ name: "size", hasOptions: true, options, default: "${trigger.size}" })).toEqual([]);
});

test("an unknown constraint, a condition on an unknown parameter and an unknown comparator are noted", () => {
  const condition = { parameter: "siz", comparator: "~", comparatorValue: "1" };
  expect(
    notes({ name: "size", constraint: "integer" }, { name: "b", conditional: true, condition }).map(
      ([pointer]) => pointer,
    ),
  ).toEqual([
    "/parameterConfig/0/constraint",
    "/parameterConfig/1/condition/parameter",
    "/parameterConfig/1/condition/comparator",
  ]);
});

test.each([
  ["2026-02-28", true],
  ["2026-02-30", false],
  ["2026-2-3", false],
  ["", false],
  [20260101, false],
])("%j is a date: %s", (value, is) => {
  expect(isDate(value)).toBe(is);
});

test("a value that is an expression is left to the run that evaluates it", () => {
  const parameterConfig = [
    { name: "size", hasOptions: true, options: [{ value: "s" }] },
    { name: "day", constraint: "date", default: "${ parameters.x }" },
  ];
  expect(planStart({ parameterConfig }, { parameters: { size: "${ trigger.size }" } })).toMatchObject({ ok: true });
});
