import type { ShadowReport, ShadowRun } from "@gennaker/contract/resources/shadow.ts";
import { expect, test } from "vitest";
import { cellText, comparisonOf, differencesOf, executionsOf } from "./executions.ts";

test.each([
  ['{"id":"E"}', [{ id: "E" }]],
  ['[{"id":"E"},{"id":"F"}]', [{ id: "E" }, { id: "F" }]],
  ['{"id":"E"}\n[{"id":"F"}]\n', [{ id: "E" }, { id: "F" }]],
  ['[1,"x",{"id":"E"}]', [{ id: "E" }]],
  ["[]", null],
  ["null", null],
  ["", null],
  ["{", null],
  ['{"id":"E"}\nnothing', null],
  ["<html></html>", null],
])("what %j holds", (text, executions) => expect(executionsOf(text)).toEqual(executions));

const run: ShadowRun = {
  execution: "E",
  status: "SUCCEEDED",
  startTime: null,
  start: [{ pointer: "/x", reason: "r" }],
  plan: [{ refId: "1", stage: "s", what: "added", here: "", there: "" }],
  fields: {
    compared: 3,
    expressions: 1,
    differences: [],
    left: [{ refId: "1", stage: "s", pointer: "/y", reason: "r" }],
  },
  outcomes: [],
  same: false,
  words: [],
};

test("what was left out is no difference", () => expect(differencesOf(run)).toBe(2));

test("cells show texts plainly and nothing as a dash", () => {
  expect([undefined, null, "", "a", 1, { a: 1 }].map(cellText)).toEqual(["–", "–", "", "a", "1", '{\n "a": 1\n}']);
});

test("a report becomes a line of the history", () => {
  const head = {
    id: "C",
    pipeline: "p",
    application: "a",
    name: "n",
    source: "",
    comparedAt: "",
    comparedBy: "",
    same: 0,
  };
  const report: ShadowReport = { ...head, runs: [run], unreadable: [] };
  expect(comparisonOf(report)).toEqual({ ...head, runs: 1, unreadable: 0 });
});
