import { describe, expect, test } from "vitest";
import { plainRoutes } from "../../build/route-table.ts";
import { filterApplications, isApplicationName } from "../features/applications/application-filter.ts";
import { nextChord } from "../ui/keys/shortcuts.ts";
import { editSearch, executionSearch, executionsSearch, filterSearch, pipelinesSearch } from "./search.ts";

describe("what the address says", () => {
  test.each([
    [filterSearch({ q: "a b", x: 1 }), { q: "a b" }],
    [filterSearch({ q: 7 }), { q: "7" }],
    [filterSearch({ q: ["a"] }), {}],
    [executionsSearch({ status: "failed", pipeline: "p" }), { status: "failed", pipeline: "p" }],
    [executionsSearch({ status: "odd" }), {}],
    [executionSearch({ stage: "s", view: "list" }), { stage: "s", view: "list" }],
    [executionSearch({ view: "globe" }), {}],
    [executionSearch({ view: "history", at: "7" }), { view: "history", at: 7 }],
    [executionSearch({ at: 0 }), { at: 0 }],
    [executionSearch({ at: -1 }), {}],
    [executionSearch({ at: 1.5 }), {}],
    [editSearch({ edit: "Year end", q: 3 }), { edit: "Year end", q: "3" }],
    [pipelinesSearch({ edit: "new", start: "" }), { edit: "new" }],
  ])("%#", (read, expected) => {
    expect(read).toEqual(expected);
  });
});

describe("applications", () => {
  const application = (name: string, running = 0, description: string | null = null) => ({
    name,
    email: null,
    description,
    cloudProviders: [],
    trafficGuards: [],
    createdAt: "",
    updatedAt: "",
    lastModifiedBy: "",
    attributes: {},
    summary: {
      pipelines: 0,
      runningExecutions: running,
      serverGroups: 0,
      instancesUp: 0,
      instancesTotal: 0,
      lastExecution: null,
    },
  });

  test("those with runs in progress come first, then by name", () => {
    expect(
      filterApplications([application("b"), application("c", 1), application("a")], "").map((each) => each.name),
    ).toEqual(["c", "a", "b"]);
  });

  test("every word must be somewhere", () => {
    const all = [application("shop", 0, "sells boats"), application("boats")];
    expect(filterApplications(all, "BOATS shop").map((each) => each.name)).toEqual(["shop"]);
  });

  test.each([
    ["shop.api_2-x", true],
    ["", false],
    ["a b", false],
    ["가", false],
    ["x".repeat(251), false],
  ])("%j may be a name: %s", (name, allowed) => {
    expect(isApplicationName(name)).toBe(allowed);
  });
});

describe("shortcuts of two keys", () => {
  const known = ["g a", "a"];

  test.each([
    [{ key: "g", at: 0 }, "a", 1_000, "g a"],
    [{ key: "g", at: 0 }, "a", 2_000, "a"],
    [{ key: "x", at: 0 }, "a", 100, "a"],
    [null, "a", 0, "a"],
  ])("%#", (previous, key, now, expected) => {
    expect(nextChord(previous, key, now, known)).toBe(expected);
  });
});

test("the bundle's route table has every route as plain data", () => {
  const routes = plainRoutes();
  expect(routes["startPipeline"]).toEqual({ method: "POST", path: "/pipelines/:pipeline/executions", body: true });
  expect(routes["getLogs"]).toMatchObject({ text: true });
  expect(JSON.parse(JSON.stringify(routes))).toEqual(routes);
});
