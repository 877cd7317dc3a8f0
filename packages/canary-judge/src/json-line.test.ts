import { anything, assert, double, jsonValue, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { javaDouble } from "./java-double.ts";
import { judgeLine } from "./json-line.ts";
import { parseJson } from "./parse-json.ts";

const request = (change: object = {}) => ({
  id: "one",
  canaryConfig: {
    metrics: [{ name: "errors", groups: ["g"], analysisConfigurations: { canary: {} } }],
    classifier: { groupWeights: { g: 100 } },
  },
  scoreThresholds: { pass: 75, marginal: 50 },
  metricSetPairList: [{ name: "errors", id: "1", tags: {}, values: { control: [1, 2, 3], experiment: [3, 2, 1] } }],
  ...change,
});

describe("judgeLine", () => {
  it("answers in Kayenta's JSON, doubles with a decimal point", () => {
    const stats = '{"stats":{"min":1.0,"max":3.0,"mean":2.0,"std":1.0,"count":3}}';
    expect(judgeLine(JSON.stringify(request()))).toBe(
      '{"id":"one","judgeResult":{"judgeName":"NetflixACAJudge-v1.0","results":[{"name":"errors","id":"1","tags":{},' +
        '"classification":"Pass","classificationReason":"The Canary and Baseline data are identical","groups":["g"],' +
        `"experimentMetadata":${stats},"controlMetadata":${stats},"resultMetadata":{"ratio":1.0},` +
        '"critical":false,"muted":false}],' +
        '"groupScores":[{"name":"g","score":100.0,"classification":"","classificationReason":""}],' +
        '"score":{"score":100.0,"classification":"Pass","classificationReason":""}}}',
    );
  });

  it("quotes NaN and infinities", () => {
    const values = { control: [0, 0, 0], experiment: [1, 2, "Infinity"] };
    const answer = judgeLine(JSON.stringify(request({ metricSetPairList: [{ name: "errors", values }] })));
    expect(answer).toContain('"max":"Infinity"');
    expect(answer).toContain('"ratio":"NaN"');
  });

  it("keeps any id, big numbers included", () => {
    expect(judgeLine(JSON.stringify(request({ id: { a: [1, null] } })))).toMatch(
      /^\{"id":\{"a":\[1,null\]\},"judgeResult"/,
    );
    expect(judgeLine(JSON.stringify(request({ id: undefined })))).toMatch(/^\{"id":null,"judgeResult"/);
  });

  it("gives the id and the place with an error", () => {
    expect(JSON.parse(judgeLine(JSON.stringify(request({ scoreThresholds: { pass: "x" } }))))).toEqual({
      id: "one",
      error: {
        code: "input.invalid",
        message: expect.stringContaining("/scoreThresholds/pass") as string,
        pointer: "/scoreThresholds/pass",
      },
    });
    expect(JSON.parse(judgeLine("{nonsense"))).toMatchObject({ id: null, error: { code: "line.unreadable" } });
    expect(JSON.parse(judgeLine("[1]"))).toMatchObject({ id: null, error: { code: "line.unreadable" } });
  });

  it("uses our own judge where the configuration names it", () => {
    const named = request({ canaryConfig: { ...request().canaryConfig, judge: { name: "Gennaker-v1" } } });
    expect(judgeLine(JSON.stringify(named))).toContain('"judgeName":"Gennaker-v1"');
  });

  it("tells an integer beyond 32 bits from a decimal one", () => {
    const line = JSON.stringify(request()).replace('"canary":{}', '"canary":{"effectSize":{"allowedIncrease":#}}');
    expect(judgeLine(line.replace("#", "2147483648"))).toContain("metric.invalidSetting");
    expect(judgeLine(line.replace("#", "2147483648.0"))).toContain("judgeResult");
    expect(judgeLine(line.replace("#", "1e10"))).toContain("judgeResult");
  });

  it("answers anything with one line of JSON", () => {
    const check = (line: string) => {
      const answer = judgeLine(line);
      expect(answer).not.toContain("\n");
      expect(JSON.parse(answer)).toHaveProperty("id");
    };
    assert(property(string(), check));
    assert(property(jsonValue(), (value) => check(JSON.stringify(value))));
    const part = jsonValue();
    assert(property(part, (value) => check(JSON.stringify(request({ canaryConfig: value })))));
    assert(property(part, (value) => check(JSON.stringify(request({ metricSetPairList: [value] })))));
    assert(property(anything(), (value) => check(String(JSON.stringify({ id: typeof value })))));
  });

  it("survives nesting deeper than the stack", () => {
    const deep = `{"id":1,"canaryConfig":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect(JSON.parse(judgeLine(deep))).toHaveProperty("error");
  });
});

describe("javaDouble", () => {
  it.each([
    [1, "1.0"],
    [-0, "-0.0"],
    [0.001, "0.001"],
    [0.00012, "1.2E-4"],
    [1e7, "1.0E7"],
    [1234567.5, "1234567.5"],
    [1e21, "1.0E21"],
    [5e-324, "5.0E-324"],
    [NaN, '"NaN"'],
    [-Infinity, '"-Infinity"'],
  ])("prints %d as %s", (value, printed) => expect(javaDouble(value)).toBe(printed));

  it("loses nothing", () => {
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(JSON.parse(javaDouble(value))).toBe(value);
      }),
    );
  });
});

describe("parseJson", () => {
  it("reads the integer -0 as 0 and the double -0.0 as -0", () => {
    expect(parseJson("[-0,-0.0,-0e0]").value).toEqual([0, -0, -0]);
  });

  it("keeps wide integers only where a configuration holds some", () => {
    expect(parseJson('{"canaryConfig":{"x":[12345678901234567890]}}')).toEqual({
      value: { canaryConfig: { x: [12345678901234567890n] } },
      exactIntegers: true,
    });
    expect(parseJson('{"values":[12345678901]}')).toEqual({ value: { values: [12345678901] }, exactIntegers: false });
  });
});
