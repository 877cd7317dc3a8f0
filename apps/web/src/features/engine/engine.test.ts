import { describe, expect, test } from "vitest";
import { makeStage } from "../executions/testing.ts";
import { heldRuns } from "./held.ts";
import { emptyField, freshPeriod, fromForm, toForm } from "./period.ts";
import { shownPauses } from "./shown-pauses.ts";

describe("a period in the form", () => {
  test.each([
    [{ from: "2026-12-20T00:00", to: "2027-01-02T00:00" }, "once"],
    [{ from: "2026-12-20T00:00:00Z", to: "2027-01-02T00:00:00+09:00" }, "once"],
    [{ from: "FRIDAY 16:00", to: "MONDAY 08:00" }, "weekly"],
    [{ from: "18:00", to: "08:00" }, "daily"],
  ])("%o is read as %s and written as it was", (period, kind) => {
    const form = toForm(period);
    expect(form.kind).toBe(kind);
    expect(fromForm(form)).toEqual(period);
  });

  test("short times and small letters are understood", () => {
    expect(fromForm(toForm({ from: "friday 9:05", to: "sunday 8:00" }))).toEqual({
      from: "FRIDAY 09:05",
      to: "SUNDAY 08:00",
    });
    expect(fromForm(toForm({ from: "9:05", to: "8:00" }))).toEqual({ from: "09:05", to: "08:00" });
  });

  test("says which of its fields is empty", () => {
    expect(emptyField(freshPeriod("once"))).toBe("from");
    expect(emptyField({ ...freshPeriod("once"), from: "2026-12-20T00:00" })).toBe("to");
    expect(emptyField(freshPeriod("weekly"))).toBeNull();
  });
});

describe("pauses on a page", () => {
  const pause = (application: string | null) => ({ application, pausedBy: "jiwoo", reason: null, pausedAt: "" });
  const pauses = [pause("shop"), pause("billing"), pause(null), pause("auth")];

  test("the engine's comes first, then the application's own; the others by name", () => {
    const { full, others } = shownPauses(pauses, "Shop");
    expect(full.map((each) => each.application)).toEqual([null, "shop"]);
    expect(others).toEqual(["auth", "billing"]);
  });

  test("a page of no application names them all", () => {
    expect(shownPauses(pauses, null).others).toEqual(["auth", "billing", "shop"]);
    expect(shownPauses([], "shop")).toEqual({ full: [], others: [] });
  });
});

describe("runs that are held", () => {
  const run = (id: string, stages: ReturnType<typeof makeStage>[], failure?: string) => ({
    id,
    stages,
    ...(failure ? { failure: { code: failure, message: "m" } } : {}),
  });
  const stageThatWaits = (code: string, status: "RUNNING" | "SUCCEEDED" = "RUNNING") => {
    const stage = makeStage("1", { status, waiting: "w" });
    return { ...stage, tasks: stage.tasks.map((task) => ({ ...task, waiting: { code, message: "w" } })) };
  };

  test("those whose start or a running stage waits for a freeze or a pause", () => {
    const runs = [
      run("a", [stageThatWaits("freeze.closed")]),
      run("b", [stageThatWaits("wait.time")]),
      run("c", [], "engine.paused"),
      run("d", [stageThatWaits("freeze.closed", "SUCCEEDED")]),
      run("e", [], "execution.waitingForOthers"),
    ];
    expect(heldRuns(runs).map(({ run: { id }, why }) => [id, why.code])).toEqual([
      ["a", "freeze.closed"],
      ["c", "engine.paused"],
    ]);
  });
});
