import { executionQuery } from "@gennaker/contract/resources/history.ts";
import { expect, test } from "vitest";
import { filterOf } from "./filter.ts";

const read = (query: Record<string, string>) => filterOf(executionQuery.parse(query));

test("every field of a query reaches the engine", () => {
  expect(
    read({
      application: "Shop",
      pipeline: "p1",
      name: "Ship",
      statuses: "TERMINAL, CANCELED",
      type: "PIPELINE",
      triggerTypes: "manual,cron",
      user: "ann",
      parameters: "env=prod&note=a%26b%3Dc",
      artifact: "acme/web",
      text: "ship it",
      from: "2026-01-01T00:00:00Z",
      until: "2026-02-01T01:00:00+01:00",
      before: "01J8ZK5T3V9Q2M7N4R6S8W0XYB",
      limit: "7",
    }),
  ).toEqual({
    application: "shop",
    pipelineConfigIds: ["p1"],
    name: "Ship",
    statuses: ["TERMINAL", "CANCELED"],
    type: "PIPELINE",
    triggerTypes: ["manual", "cron"],
    user: "ann",
    parameters: { env: "prod", note: "a&b=c" },
    artifact: "acme/web",
    text: "ship it",
    from: new Date("2026-01-01T00:00:00Z"),
    until: new Date("2026-02-01T00:00:00Z"),
    before: "01J8ZK5T3V9Q2M7N4R6S8W0XYB",
    limit: 7,
  });
});

test("what is given empty is not asked for", () => {
  const empty = { application: "", name: "", statuses: "", triggerTypes: ",", parameters: "", text: "", user: "" };
  expect(read(empty)).toEqual({ limit: 25 });
});

test("wrong values are refused", () => {
  for (const query of [{ statuses: "DONE" }, { from: "yesterday" }, { limit: "0" }, { type: "OTHER" }])
    expect(() => read(query as never)).toThrow();
});
