import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import type { SampleQuery } from "../../samples/api.ts";
import { createMetricAccounts } from "../registry.ts";
import { readQuery } from "./query.ts";

const scope = {
  scope: "app-canary-v001",
  location: "local",
  start: 1000,
  end: 61_000,
  stepMs: 1000,
  extended: { account: "local", dataset: "regional" },
};

async function asked(query: JsonObject): Promise<SampleQuery> {
  const seen: SampleQuery[] = [];
  const account = createMetricAccounts({
    samples: { write: async () => {}, query: async (one) => (seen.push(one), []) },
  }).get("builtin");
  await account?.source.query(query, scope, new AbortController().signal);
  return seen[0] as SampleQuery;
}

describe("the gennaker source", () => {
  test("asks for the scope's server group and region", async () => {
    expect(
      await asked({
        type: "gennaker",
        metric: "latency_ms",
        function: "quantile",
        q: "0.95",
        where: { route: "/", code: 200 },
      }),
    ).toEqual({
      metric: "latency_ms",
      function: "quantile",
      q: 0.95,
      where: { route: "/", code: "200", server_group: "app-canary-v001", region: "local", account: "local" },
      start: 1000,
      end: 61_000,
      stepMs: 1000,
    });
  });

  test("a query cannot leave its scope, in the denominator neither", async () => {
    const query = await asked({
      type: "gennaker",
      metric: "e",
      function: "ratio",
      where: { server_group: "other", code: "500" },
      of: { metric: "r", where: { region: "x" } },
    });
    expect(query.where["server_group"]).toBe("app-canary-v001");
    expect(query.of).toEqual({
      metric: "r",
      where: { server_group: "app-canary-v001", region: "local", account: "local" },
    });
  });

  test("refuses what it cannot read, with the field's name", async () => {
    const failure = asked({ type: "gennaker", metrc: "x", function: "avg" });
    await expect(failure).rejects.toBeInstanceOf(GennakerError);
    await expect(failure).rejects.toThrow(
      /\/metrc is not a field.*\/metric must name a metric.*\/function must be one of rate, ratio, quantile, mean/,
    );
  });
});

test.each<[JsonObject, string]>([
  [{ metric: "m", function: "quantile" }, "/q"],
  [{ metric: "m", function: "quantile", q: 2 }, "/q"],
  [{ metric: "m", function: "rate", q: 0.5 }, "/q"],
  [{ metric: "m", function: "rate", of: {} }, "/of"],
  [{ metric: "m", function: "ratio", of: 3 }, "/of"],
  [{ metric: "m", function: "ratio", of: { "a/b": 1 } }, "/of/a~1b"],
  [{ metric: "m", function: "ratio", of: { metric: 1 } }, "/of/metric"],
  [{ metric: "m", function: "rate", where: { a: ["x"] } }, "/where/a"],
  [{ metric: "m", function: "rate", where: "a=b" }, "/where"],
  [{ metric: "m", function: "rate", groupBy: "a" }, "/groupBy"],
])("%j has its problem at %s", (query, pointer) => {
  expect(readQuery(query).problems.map((problem) => problem.pointer)).toEqual([pointer]);
});

test("a correct query has no problems", () => {
  expect(
    readQuery({
      type: "gennaker",
      metric: "m",
      function: "ratio",
      where: { code: "500" },
      of: { where: {} },
      groupBy: ["zone"],
    }).problems,
  ).toEqual([]);
});
