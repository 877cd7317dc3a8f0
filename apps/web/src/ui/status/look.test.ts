import { statuses } from "@gennaker/contract/resources/execution.ts";
import { describe, expect, test } from "vitest";
import {
  asStatus,
  classificationLook,
  healthLooks,
  instanceLooks,
  isEnded,
  lookOf,
  stateOfExecution,
  stateOfStage,
  verdictLooks,
} from "./look.ts";
import { en } from "../../i18n/en.ts";

const pairs = (looks: object) => Object.values(looks).map((look: { tone: string; shape: string }) => look.shape);

describe("no two states of one kind have the same shape, so that colour is never needed", () => {
  test.each([
    ["instances", instanceLooks],
    ["health", healthLooks],
    ["verdicts", verdictLooks],
  ])("%s", (_kind, looks) => {
    expect(new Set(pairs(looks)).size).toBe(pairs(looks).length);
  });

  test("final statuses", () => {
    const ended = statuses.filter(isEnded).map((status) => lookOf(status).shape);
    expect(new Set(ended).size).toBe(ended.length);
  });
});

test("every status has a name", () => {
  for (const status of statuses) expect(en.states[status]).toBeTruthy();
});

test("a status that is not known looks like nothing has happened", () => {
  expect(asStatus("SUCCEEDED")).toBe("SUCCEEDED");
  expect(asStatus("SPARKLING")).toBe("NOT_STARTED");
  expect(asStatus("DECISION")).toBe("NOT_STARTED");
});

test("a run that waits for a person says so, but not once it has ended", () => {
  const judgement = { type: "manualJudgment", status: "RUNNING" } as const;
  expect(stateOfStage(judgement)).toBe("DECISION");
  expect(stateOfExecution({ status: "RUNNING", stages: [judgement] })).toBe("DECISION");
  expect(stateOfExecution({ status: "CANCELED", stages: [judgement] })).toBe("CANCELED");
  expect(stateOfExecution({ status: "RUNNING", stages: [] })).toBe("RUNNING");
});

test.each([
  ["Pass", "ok"],
  ["High", "bad"],
  ["Low", "bad"],
  ["Nodata", "wait"],
  ["NodataFailMetric", "bad"],
  ["new one", "wait"],
])("the classification %s is %s", (name, tone) => {
  expect(classificationLook(name).tone).toBe(tone);
});
