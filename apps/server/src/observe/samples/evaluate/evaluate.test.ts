import { describe, expect, test } from "vitest";
import type { Labels, SampleQuery, SeriesKind } from "../api.ts";
import { evaluate, selectionsOf } from "./evaluate.ts";
import { slicesOf } from "./slice.ts";
import type { SeriesData } from "./types.ts";

function series(name: string, kind: SeriesKind, labels: Labels, values: readonly number[], offset = 0): SeriesData {
  return {
    name,
    kind,
    labels,
    slices: [],
    boundary: -Infinity,
    readings: values.map((value, at) => ({ time: at * 1000 + offset, value })),
  };
}

const query = (more: Partial<SampleQuery> & Pick<SampleQuery, "metric" | "function">): SampleQuery => ({
  where: {},
  start: 0,
  end: 3000,
  stepMs: 1000,
  ...more,
});

describe("rate", () => {
  test("adds instances, also when they are scraped at other moments", () => {
    const [result] = evaluate(
      query({ metric: "c", function: "rate" }),
      [
        series("c", "counter", { instance: "a" }, [0, 1, 2, 3]),
        series("c", "counter", { instance: "b" }, [0, 10, 20, 30, 40], -500),
      ],
      [],
      true,
    );
    expect(result).toEqual({ labels: {}, start: 0, stepMs: 1000, values: [11, 11, 11] });
  });

  test("gives one series for each combination of the labels asked for", () => {
    const results = evaluate(
      query({ metric: "c", function: "rate", groupBy: ["path"] }),
      [
        series("c", "counter", { path: "/a", i: "1" }, [0, 1, 2, 3]),
        series("c", "counter", { path: "/a", i: "2" }, [0, 1, 2, 3]),
        series("c", "counter", { path: "/b" }, [0, 5, 10, 15]),
        series("c", "counter", {}, [0, 7, 14, 21]),
      ],
      [],
      true,
    );
    expect(results.map((one) => [one.labels, one.values])).toEqual([
      [{ path: "/a" }, [2, 2, 2]],
      [{ path: "/b" }, [5, 5, 5]],
      [{}, [7, 7, 7]],
    ]);
  });

  test("no series at all is no result", () => {
    expect(evaluate(query({ metric: "c", function: "rate" }), [], [], false)).toEqual([]);
  });
});

describe("ratio", () => {
  const all = series("c", "counter", { code: "200" }, [0, 10, 20, 20]);
  const bad = series("c", "counter", { code: "500" }, [0, 1, 2, 2]);
  const asked = query({ metric: "c", function: "ratio", where: { server_group: "g", code: "500" } });

  test("divides rates; no traffic is unknown", () => {
    expect(evaluate(asked, [bad], [all], true)[0]?.values).toEqual([0.1, 0.1, NaN]);
  });

  test("an error counter that never appeared means no errors, a misspelt one is unknown", () => {
    expect(evaluate(asked, [], [all], true)[0]?.values).toEqual([0, 0, NaN]);
    expect(evaluate(asked, [], [all], false)[0]?.values).toEqual([NaN, NaN, NaN]);
  });

  test("the denominator is the same scope unless the query names it", () => {
    expect(selectionsOf(asked).of).toEqual({ names: ["c"], where: { server_group: "g" } });
    expect(selectionsOf({ ...asked, of: { metric: "d", where: { x: "y" } } }).of).toEqual({
      names: ["d"],
      where: { x: "y" },
    });
  });

  test("gauges are divided by their means", () => {
    const [result] = evaluate(
      query({ metric: "used", function: "ratio" }),
      [series("used", "gauge", {}, [1, 2, 3])],
      [series("size", "gauge", {}, [4, 4, 4])],
      true,
    );
    expect(result?.values).toEqual([0.25, 0.5, 0.75]);
  });
});

describe("quantile", () => {
  test("comes from the growth of the buckets of all instances, in the metric's unit", () => {
    const bucket = (le: string, instance: string, perSecond: number) =>
      series(
        "d_bucket",
        "histogram",
        { le, instance },
        [0, 1, 2, 3].map((at) => 1000 + at * perSecond),
      );
    const results = evaluate(
      query({ metric: "d", function: "quantile", q: 0.5 }),
      [
        bucket("0.1", "a", 8),
        bucket("0.2", "a", 10),
        bucket("+Inf", "a", 10),
        bucket("0.1", "b", 0),
        bucket("0.2", "b", 10),
        bucket("+Inf", "b", 10),
      ],
      [],
      true,
    );
    expect(results[0]?.values[0]).toBeCloseTo(0.1 + (0.1 * (10 - 8)) / 12, 12);
    expect(selectionsOf(query({ metric: "d_bucket", function: "quantile" })).main.names).toEqual(["d_bucket"]);
  });
});

describe("mean", () => {
  test("of a gauge: all readings of the step", () => {
    const [result] = evaluate(
      query({ metric: "g", function: "mean" }),
      [series("g", "gauge", { i: "a" }, [1, 2, 3]), series("g", "gauge", { i: "b" }, [3, 4, 5])],
      [],
      true,
    );
    expect(result?.values).toEqual([2, 3, 4]);
  });

  test("of a histogram or summary: growth of the sum by growth of the count", () => {
    const [result] = evaluate(
      query({ metric: "d", function: "mean" }),
      [
        series("d", "summary", { quantile: "0.5" }, [9, 9, 9, 9]),
        series("d_sum", "summary", {}, [0, 5, 10, 10]),
        series("d_count", "summary", {}, [0, 10, 20, 20]),
      ],
      [],
      true,
    );
    expect(result?.values).toEqual([0.5, 0.5, NaN]);
  });

  test("a slow scrape is carried, a dead one is not", () => {
    const [result] = evaluate(
      query({ metric: "g", function: "mean", end: 8000 }),
      [
        {
          ...series("g", "gauge", {}, []),
          readings: [
            { time: 0, value: 1 },
            { time: 1100, value: 2 },
            { time: 2990, value: 4 },
            { time: 4010, value: 5 },
          ],
        },
      ],
      [],
      true,
    );
    expect(result?.values).toEqual([1, 2, 4, 4, 5, NaN, NaN, NaN]);
  });

  test("slices and readings make one series", () => {
    const readings = Array.from({ length: 180 }, (_, at) => ({ time: at * 1000, value: at < 60 ? 1 : 3 }));
    const mixed: SeriesData = {
      name: "g",
      kind: "gauge",
      labels: {},
      slices: slicesOf(readings).slice(0, 2),
      boundary: 120_000,
      readings,
    };
    const [result] = evaluate(
      query({ metric: "g", function: "mean", end: 180_000, stepMs: 60_000 }),
      [mixed],
      [],
      true,
    );
    expect(result?.values).toEqual([1, 3, 3]);
  });
});
