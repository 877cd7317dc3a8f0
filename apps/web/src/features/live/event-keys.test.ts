import { describe, expect, test } from "vitest";
import { keys, staleKeys, withoutCovered } from "./event-keys.ts";

const event = (
  type: string,
  more: { application?: string | null; subject?: string; data?: Record<string, unknown> } = {},
) => ({
  type,
  application: "shop",
  subject: "01RUN",
  data: {},
  ...more,
});

describe("what an event makes stale", () => {
  test.each([
    [
      "execution.status",
      [["execution", "01RUN"], ["executions", "shop"], ["pipelines", "shop"], ["applications"], ["held"]],
    ],
    [
      "stage.status",
      [
        ["execution", "01RUN"],
        ["executions", "shop"],
      ],
    ],
    ["task.status", [["execution", "01RUN"], ["held"]]],
    ["stage.waiting", [["execution", "01RUN"], ["held"]]],
    ["serverGroup.changed", [["clusters", "shop"], ["load-balancers", "shop"], ["applications"]]],
    ["account.changed", [["clusters", "shop"], ["load-balancers", "shop"], ["applications"], ["accounts"]]],
    [
      "loadBalancer.changed",
      [
        ["load-balancers", "shop"],
        ["clusters", "shop"],
      ],
    ],
    [
      "pipeline.changed",
      [["pipelines", "shop"], ["applications"], ["pipeline", "01RUN"], ["versions", "01RUN"], ["readiness"]],
    ],
    ["engine.pause", [["pauses"], ["held"]]],
    ["freeze.except", [["freezes"], ["held"]]],
    ["project.changed", [["projects"]]],
    ["application.changed", [["applications"]]],
    ["canaryConfig.changed", [["canary-configs"]]],
    ["something.new", []],
  ])("%s", (type, expected) => {
    expect(staleKeys(event(type))).toEqual(expected);
  });

  test("a canary run names its execution in its data", () => {
    expect(staleKeys(event("canary.run", { subject: "other", data: { executionId: "01RUN" } }))).toEqual([
      ["canary-runs", "01RUN"],
      ["execution", "01RUN"],
    ]);
  });

  test("an event of no application concerns every application", () => {
    expect(staleKeys(event("loadBalancer.changed", { application: null }))).toEqual([["load-balancers"], ["clusters"]]);
  });
});

test("one application's answer is below the list of all, so one refresh reaches both", () => {
  expect(keys.application("shop").slice(0, 1)).toEqual(keys.applications);
});

test("doubled keys and keys below another are asked for once", () => {
  expect(withoutCovered([["a", "b"], ["a"], ["c", "d"], ["a"], ["c", "d"]])).toEqual([["a"], ["c", "d"]]);
});
