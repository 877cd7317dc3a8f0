import { assert, double as anyDouble, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { JudgementError } from "./errors.ts";
import { parseJudgeInput } from "./parse.ts";
import { query } from "./query.ts";
import { double, doubleFromText, listOf, long, mapOf, objectOf, series, text } from "./readers.ts";

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof JudgementError && error.code === "input.invalid") return error.pointer ?? "";
    throw error;
  }
  return "accepted";
}

describe("doubleFromText", () => {
  it.each([
    ["1.5", 1.5],
    [" 2\n", 2],
    ["+1", 1],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["3d", 3],
    ["1e2F", 100],
    ["0x1.8p1", 3],
    ["-0x10p-4", -1],
    ["NaN", Number.NaN],
    ["-NaN", Number.NaN],
    ["Infinity", Infinity],
    ["-Infinity", -Infinity],
    ["INF", Infinity],
    ["-INF", -Infinity],
    ["1e400", Infinity],
    ["-0", -0],
  ])("reads %j", (source, value) => expect(doubleFromText(source)).toBe(value));

  it.each(["", "  ", "null", " null "])("reads %j as null", (source) => expect(doubleFromText(source)).toBeNull());

  it.each(["x", "nan", "NULL", "+INF", "1_0", "1,5", "0x10", "1e", "--1", "1 2", "1L", "\u00a01", "Infinityf"])(
    "refuses %j",
    (source) => expect(doubleFromText(source)).toBeUndefined(),
  );

  it("reads back whatever prints", () => {
    assert(
      property(anyDouble(), (value) => {
        expect(doubleFromText(String(value))).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });
});

describe("readers", () => {
  it("make text of numbers and booleans, numbers of text", () => {
    expect([text(5, ""), text(true, ""), text(12345678901234567890n, ""), text(null, "")]).toEqual([
      "5",
      "true",
      "12345678901234567890",
      null,
    ]);
    expect([double("7", ""), double(2n ** 70n, ""), double(undefined, "")]).toEqual([7, 2 ** 70, null]);
  });

  it("refuse lists, objects and booleans where a scalar is expected", () => {
    for (const wrong of [[], {}, [1]]) {
      expect(refusal(() => text(wrong, "/a"))).toBe("/a");
      expect(refusal(() => double(wrong, "/a"))).toBe("/a");
      expect(refusal(() => long(wrong, "/a"))).toBe("/a");
    }
    expect(refusal(() => double(true, "/a"))).toBe("/a");
    expect(refusal(() => listOf(text)({}, "/a"))).toBe("/a");
    expect(refusal(() => mapOf(text)([], "/a"))).toBe("/a");
    expect(refusal(() => objectOf({})("", "/a"))).toBe("/a");
  });

  it("check 64-bit integers", () => {
    for (const good of [null, 1.7, "", "null", " 5 ", "+5", 2n ** 63n - 1n]) long(good, "/a");
    for (const bad of ["x", "1.5", 1e30, 2n ** 63n, true, "9".repeat(30)])
      expect(refusal(() => long(bad, "/a"))).toBe("/a");
  });

  it("read a series with null and empty text as 0", () => {
    expect([...(series([1, null, "", "NaN", "2.5"], "") ?? [])]).toEqual([1, 0, 0, Number.NaN, 2.5]);
    expect(refusal(() => series([1, true], "/s"))).toBe("/s/1");
    expect(refusal(() => series("1", "/s"))).toBe("/s");
  });

  it("point at the place, with escaped keys", () => {
    expect(refusal(() => mapOf(series)({ "a/b~c": [[]] }, "/v"))).toBe("/v/a~1b~0c/0");
  });

  it("keep unknown fields and odd keys", () => {
    const parsed = JSON.parse('{"known": 1, "other": {"x": 2}, "__proto__": 3}') as unknown;
    expect(objectOf({ known: text })(parsed, "")).toMatchObject({ known: "1", other: { x: 2 } });
    expect(Object.hasOwn(mapOf(double)(JSON.parse('{"__proto__": 3}'), "") ?? {}, "__proto__")).toBe(true);
  });
});

describe("query", () => {
  it("accepts the known types, null, and the form with the type in front", () => {
    for (const good of [null, { type: "prometheus", metricName: 5 }, { type: "gennaker" }, ["atlas", { q: "x" }]]) {
      expect(refusal(() => query(good, "/q"))).toBe("accepted");
    }
  });

  it.each([
    [{}, "/q/type"],
    [{ type: "bogus" }, "/q/type"],
    [{ type: "Prometheus" }, "/q/type"],
    ["text", "/q"],
    [[], "/q/0"],
    [["atlas", null], "/q"],
    [{ type: "prometheus", labelBindings: "x" }, "/q/labelBindings"],
    [{ type: "signalfx", queryPairs: [3] }, "/q/queryPairs/0"],
  ])("refuses %j", (bad, pointer) => expect(refusal(() => query(bad, "/q"))).toBe(pointer));
});

describe("parseJudgeInput", () => {
  const canary = (setting: unknown) => ({
    canaryConfig: { metrics: [{ analysisConfigurations: { canary: { effectSize: { allowedIncrease: setting } } } }] },
  });
  const setting = (json: unknown, exactIntegers: boolean) => {
    const metric = parseJudgeInput(json, { exactIntegers }).canaryConfig?.metrics?.[0];
    const settings = metric?.analysisConfigurations?.["canary"] as { effectSize: { allowedIncrease: unknown } };
    return settings.effectSize;
  };

  it("marks integers beyond 32 bits, which no setting may be", () => {
    expect(setting(canary(2 ** 31 - 1), false).allowedIncrease).toBe(2 ** 31 - 1);
    expect(setting(canary(2 ** 31), false).allowedIncrease).toBe(2n ** 31n);
    expect(setting(canary(2 ** 31), true).allowedIncrease).toBe(2 ** 31);
  });

  it("takes absent parts for null and refuses what is not an object", () => {
    expect(parseJudgeInput({})).toEqual({ canaryConfig: null, scoreThresholds: null, metricSetPairList: null });
    for (const bad of [null, [], "x", 5]) expect(refusal(() => parseJudgeInput(bad))).toBe("");
  });

  it.each([
    [{ canaryConfig: { metrics: {} } }, "/canaryConfig/metrics"],
    [{ canaryConfig: { createdTimestamp: "x" } }, "/canaryConfig/createdTimestamp"],
    [{ canaryConfig: { classifier: { groupWeights: { a: "x" } } } }, "/canaryConfig/classifier/groupWeights/a"],
    [
      { canaryConfig: { metrics: [{ analysisConfigurations: { canary: "x" } }] } },
      "/canaryConfig/metrics/0/analysisConfigurations/canary",
    ],
    [{ scoreThresholds: { pass: true } }, "/scoreThresholds/pass"],
    [{ metricSetPairList: [{ values: { control: [1, "x"] } }] }, "/metricSetPairList/0/values/control/1"],
    [{ metricSetPairList: [{ tags: { a: [] } }] }, "/metricSetPairList/0/tags/a"],
    [
      { metricSetPairList: [{ scopes: { control: { stepMillis: "x" } } }] },
      "/metricSetPairList/0/scopes/control/stepMillis",
    ],
  ])("refuses %j", (bad, pointer) => expect(refusal(() => parseJudgeInput(bad))).toBe(pointer));
});
