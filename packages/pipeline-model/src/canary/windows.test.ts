import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import { readCanaryStage } from "./settings.ts";
import { planSchedule } from "./windows.ts";

const minute = 60_000;
const began = Date.UTC(2026, 4, 4, 10);

function plan(canary: JsonObject, scope: JsonObject = {}) {
  const { settings, problems } = readCanaryStage({
    canaryConfig: { canaryConfigId: "c", scopes: [{ controlScope: "a", experimentScope: "b", ...scope }], ...canary },
  });
  expect(problems).toEqual([]);
  const schedule = planSchedule(settings, began);
  const runs = Array.from({ length: schedule.runs }, (_, at) => schedule.run(at + 1));
  const minutes = (time: number) => (time - began) / minute;
  return runs.map((run) => ({
    due: minutes(run.due),
    control: [minutes(run.control.start), minutes(run.control.end)],
    experiment: [minutes(run.experiment.start), minutes(run.experiment.end)],
  }));
}

/** due, then start and end of a window that is the same on both sides; all in minutes since the analysis began. */
const same = (due: number, start: number, end: number) => ({ due, control: [start, end], experiment: [start, end] });

describe("growing windows", () => {
  test.each<[string, JsonObject, ReturnType<typeof same>[]]>([
    [
      "three intervals",
      { lifetimeDuration: "PT1H", canaryAnalysisIntervalMins: 20 },
      [same(20, 0, 20), same(40, 0, 40), same(60, 0, 60)],
    ],
    [
      "numbers as text",
      { lifetimeDuration: "PT1H", canaryAnalysisIntervalMins: "30" },
      [same(30, 0, 30), same(60, 0, 60)],
    ],
    ["no interval is one run", { lifetimeDuration: "PT1H" }, [same(60, 0, 60)]],
    ["interval zero is one run", { lifetimeDuration: "PT1H", canaryAnalysisIntervalMins: 0 }, [same(60, 0, 60)]],
    [
      "an interval beyond the lifetime is the lifetime",
      { lifetimeDuration: "PT10M", canaryAnalysisIntervalMins: 90 },
      [same(10, 0, 10)],
    ],
    [
      "the rest of the lifetime is dropped",
      { lifetimeDuration: "PT50M", canaryAnalysisIntervalMins: 20 },
      [same(20, 0, 20), same(40, 0, 40)],
    ],
    [
      "warm-up shifts everything",
      { lifetimeDuration: "PT20M", canaryAnalysisIntervalMins: 10, beginCanaryAnalysisAfterMins: 5 },
      [same(15, 5, 15), same(25, 5, 25)],
    ],
    ["old lifetimeHours", { lifetimeHours: "1", canaryAnalysisIntervalMins: 60 }, [same(60, 0, 60)]],
    [
      "intervals of seconds",
      { lifetimeDuration: "PT15S", canaryAnalysisInterval: "PT6S" },
      [same(0.1, 0, 0.1), same(0.2, 0, 0.2)],
    ],
    [
      "the ISO interval wins over minutes",
      { lifetimeDuration: "PT2M", canaryAnalysisInterval: "PT1M", canaryAnalysisIntervalMins: 2 },
      [same(1, 0, 1), same(2, 0, 2)],
    ],
  ])("%s", (_, canary, expected) => expect(plan(canary)).toEqual(expected));
});

test("a lookback makes windows slide, also to before the start", () => {
  expect(plan({ lifetimeDuration: "PT30M", canaryAnalysisIntervalMins: 10, lookbackMins: 15 })).toEqual([
    same(10, -5, 10),
    same(20, 5, 20),
    same(30, 15, 30),
  ]);
  expect(plan({ lifetimeDuration: "PT2M", canaryAnalysisInterval: "PT1M", lookback: "PT30S" })).toEqual([
    same(1, 0.5, 1),
    same(2, 1.5, 2),
  ]);
});

test("the baseline may lie earlier", () => {
  expect(plan({ lifetimeDuration: "PT10M", baselineAnalysisOffsetInMins: 60 })).toEqual([
    { due: 10, control: [-60, -50], experiment: [0, 10] },
  ]);
});

describe("given times", () => {
  const iso = (minutes: number) => new Date(began + minutes * minute).toISOString();
  test("a start in the past moves the windows, not the waits", () => {
    expect(plan({ lifetimeDuration: "PT20M", canaryAnalysisIntervalMins: 10 }, { startTimeIso: iso(-60) })).toEqual([
      same(10, -60, -50),
      same(20, -60, -40),
    ]);
  });
  test("with an end in the past all runs are due at once and warm-up does not move the windows", () => {
    expect(
      plan(
        { canaryAnalysisIntervalMins: 30, beginCanaryAnalysisAfterMins: 1 },
        { startTimeIso: iso(-90), endTimeIso: iso(-30).replace("Z", "+00:00") },
      ),
    ).toEqual([same(1, -90, -60), same(1, -90, -30)]);
  });
  test("the end wins over the lifetime, in whole minutes", () => {
    expect(plan({ lifetimeDuration: "PT9H" }, { startTimeIso: iso(-10), endTimeIso: iso(-0.5) })).toEqual([
      same(0, -10, -1),
    ]);
  });
  test("an end to come is waited for", () => {
    expect(plan({ canaryAnalysisIntervalMins: 5 }, { startTimeIso: iso(-5), endTimeIso: iso(5) })).toEqual([
      same(0, -5, 0),
      same(5, -5, 5),
    ]);
  });
});
