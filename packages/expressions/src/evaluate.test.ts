import { describe, expect, test } from "vitest";
import { evaluateTemplate } from "./evaluate.ts";
import { splitTemplate } from "./template.ts";

const stage = (
  refId: string,
  required: string[],
  outputs: Record<string, unknown>,
  rest: Record<string, unknown> = {},
) => ({
  id: `S${refId}`,
  refId,
  name: `Stage ${refId}`,
  type: "wait",
  status: "SUCCEEDED",
  context: {},
  outputs,
  requisiteStageRefIds: required,
  ...rest,
});

describe("bare names", () => {
  const stages = [
    stage("1", [], { k: "far", only: "one" }),
    stage("2", ["1"], { k: "near" }),
    stage("3", ["2"], {}),
    stage("9", [], { other: 1 }),
  ];
  const execution = {
    id: "E",
    application: "app",
    trigger: {
      parameters: { p: 1 },
      buildInfo: {
        scm: [
          { branch: "master", sha1: "m" },
          { branch: "x", sha1: "s" },
        ],
      },
    },
    spelEvaluator: "v4",
    templateVariables: { v: 2 },
    stages,
  };
  const value = (template: unknown, context: Record<string, unknown> = {}): unknown =>
    evaluateTemplate(template, { context, execution, currentStageRefId: "3" }).result;

  test("come from the context, then from the outputs of ancestors, nearest first", () => {
    expect(value("${k} ${only}")).toBe("near one");
    expect(value("${k}", { k: "own" })).toBe("own");
    expect(value("${other}")).toBe("${other}");
    expect(value("${#stage('Stage 2').context.only}")).toBe("one");
  });

  test("parameters, source control and template variables are there", () => {
    expect(value(["${parameters.p}", "${scmInfo.sha1}", "${templateVariables.v}", "${trigger.dryRun}"])).toEqual([
      1,
      "s",
      2,
      false,
    ]);
  });

  test("execution and trigger win over the context", () => {
    expect(value("${execution.id}", { execution: "mine" })).toBe("E");
  });
});

describe("evaluateTemplate", () => {
  test("leaves out what `skip` names", () => {
    const template = { manifests: [{ a: "${x}" }], other: "${x}" };
    const { result } = evaluateTemplate(template, { context: { x: 1 }, skip: (path) => path[0] === "manifests" });
    expect(result).toEqual({ manifests: [{ a: "${x}" }], other: 1 });
  });

  test("assignments are seen by later expressions of the same call in order", () => {
    expect(
      evaluateTemplate({ a: "${n = 5}", b: "${n++}", c: "${n}", d: "${#v = 2}", e: "${#v}" }, { context: {} }).result,
    ).toEqual({ a: 5, b: 5, c: 6, d: 2, e: 2 });
    expect(evaluateTemplate("${n}", { context: {} }).result).toBe("${n}");
  });

  test("uses the given clock", () => {
    const now = (): Date => new Date(Date.UTC(2024, 1, 29, 10, 15, 30));
    const template = [
      "${T(java.time.LocalDate).now().toString()}",
      "${new java.util.Date().time}",
      "${T(java.time.Instant).now().toString()}",
    ];
    expect(evaluateTemplate(template, { context: {}, now }).result).toEqual([
      "2024-02-29",
      now().getTime(),
      "2024-02-29T10:15:30Z",
    ]);
  });

  test("a text is told by the keys under which it stands in its object; in a list by itself", () => {
    const twice = { b: "${no}", a: { x: "${no}" }, list: ["${no}", { y: "${no}" }] };
    expect(evaluateTemplate(twice, { context: {} }).errors.map((problem) => problem.description)).toEqual([
      "Failed to evaluate [a, b] : no not found",
      "Failed to evaluate [x] : no not found",
      "Failed to evaluate [y] : no not found",
    ]);
    expect(evaluateTemplate({ list: ["${1/0} $"] }, { context: {} }).errors[0]?.description).toMatch(
      /^Failed to evaluate \{1\/0\}  .*zero/,
    );
  });

  test("a key that gives a map is written as Java writes it", () => {
    expect(evaluateTemplate({ "${m}": 1 }, { context: { m: { k: "v", n: null } } }).result).toEqual({
      "{k=v, n=null}": 1,
    });
  });

  test("problems name the field and the expression", () => {
    expect(evaluateTemplate({ f: "${nothing}", g: "${1/0}" }, { context: {} }).errors).toEqual([
      { expression: "nothing", level: "INFO", description: "Failed to evaluate [f] : nothing not found" },
      {
        expression: "1/0",
        level: "ERROR",
        description: "Failed to evaluate [g] A whole number cannot be divided by zero (at position 1)",
      },
    ]);
  });

  test("helpers that need the world use callbacks and say so where there are none", () => {
    const execution = { application: "app", stages: [] };
    const ask = (expression: string, more = {}): unknown => {
      const { result, errors } = evaluateTemplate(`\${${expression}}`, { context: {}, execution, ...more });
      return errors[0]?.description ?? result;
    };
    expect(ask("#fromUrl('http://x/y')")).toContain("URLs are not available");
    expect(ask("#jsonFromUrl('http://x/y').a", { fetchUrl: () => '{"a":1}' })).toBe(1);
    expect(ask("#propertiesFromUrl('u')['k']", { fetchUrl: () => "# c\nk = v\n" })).toBe("v");
    expect(ask("#yamlFromUrl('u').a", { fetchUrl: () => "a: [1, yes]" })).toEqual([1, true]);
    expect(ask("#pipelineId('p')")).toContain("no source for its answer");
    expect(ask("#pipelineId('p')", { pipelineId: (name: string, app: string) => `${app}/${name}` })).toBe("app/p");
    expect(
      ask("#pipelineIdInApplication('p', 'other')", { pipelineId: (name: string, app: string) => `${app}/${name}` }),
    ).toBe("other/p");
    expect(ask("#pipelineId('p')", { pipelineId: () => null })).toContain("no pipeline 'p'");
    expect(ask("#pipelineIdOrNull('p') ?: 'none'", { pipelineId: () => null })).toBe("none");
    expect(ask("#canaryConfigNameToId('c', 'app')", { canaryConfigNameToId: () => "id" })).toBe("id");
    expect(ask("#applicationMetadata('a').email", { applicationMetadata: () => ({ email: "e" }) })).toBe("e");
    expect(
      ask("#fetchReference('r')", {
        fetchReference: () => {
          throw new Error("gone");
        },
      }),
    ).toContain("gone");
  });
});

describe("splitTemplate", () => {
  test.each([
    ["a ${b} c", ["a ", "b", " c"]],
    ["${'}'}", ["'}'"]],
    ["${ {a: '{'} }x", ["{a: '{'}", "x"]],
    ["$${x}", ["$", "x"]],
    ["no", ["no"]],
  ])("%s", (template, texts) => {
    expect(splitTemplate(template).map((part) => part.text)).toEqual(texts);
  });

  test.each(["${}", "${ }", "${a", "${(a}", "${'a}", "${a)}", "x ${[}]}"])("%s is wrong", (template) => {
    expect(() => splitTemplate(template)).toThrow(/position/);
  });
});
