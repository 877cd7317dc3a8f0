import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import { templateV1Problems } from "../check.ts";
import { planTemplate } from "../plan.ts";
import { prepareTemplates, readDefault } from "./prepare.ts";

const about = { application: "shop", trigger: { parameters: { n: 2 } }, given: { region: "eu" } };
const variable = (name: string, defaultValue: Json, type?: string): JsonObject => ({
  name,
  defaultValue,
  ...(type && { type }),
});
const defaultOf = (given: JsonObject) => {
  const [template] = prepareTemplates([{ variables: [variable("zone", "a"), given] }], about);
  return ((template?.["variables"] ?? []) as JsonObject[])[1]?.["defaultValue"];
};

test.each<[Json, string | undefined, Json]>([
  ["{{ application }}-{{ region }}", undefined, "shop-eu"],
  ["{{ region }}-{{ zone }}", "string", "eu-a"],
  ["{{ trigger.parameters.n }}", "int", 2],
  ["{{ trigger.parameters.n }}", "string", "2"],
  ["[a, b]", "list", ["a", "b"]],
  ["5", "int", 5],
  ["5", "string", "5"],
  ["5", undefined, "5"],
  [["{{ region }}"], "list", ["{{ region }}"]],
])("the default %j of the type %s is %j", (value, type, expected) => {
  expect(defaultOf(variable("x", value, type))).toEqual(expected);
});

test("stages that are one text are rendered and read, a text in them that renders later stays", () => {
  const stages = `
{% for zone in zones %}
- id: wait-{{ zone }}
  type: wait
  config:
    waitTime: "{% raw %}{{ seconds }}{% endraw %}"
{% endfor %}`;
  const template = {
    schema: "1",
    id: "t",
    variables: [variable("zones", ["a", "b"], "list"), variable("seconds", 4)],
    stages,
  };
  expect(templateV1Problems(template)).toEqual([]);
  const plan = planTemplate(template, { config: { schema: "1", pipeline: { application: "shop", name: "p" } } });
  expect(plan).toMatchObject({
    pipeline: {
      stages: [
        { refId: "wait-a", waitTime: 4 },
        { refId: "wait-b", waitTime: 4 },
      ],
    },
  });
});

test.each<[string, string]>([
  ["{{ nothing.here }}", "/template/stages"],
  ["a: b", "must give a list of stages"],
  ["- type: wait", "is required"],
])("stages of the text %j are a problem", (stages, words) => {
  const template = { schema: "1", id: "t", stages };
  const plan = planTemplate(template, { config: { schema: "1", pipeline: { application: "shop" } } });
  expect(JSON.stringify(plan)).toContain(words);
});

test("a default whose type shows only when it is rendered is not judged before", () => {
  expect(readDefault("{{ x }}", "int")).toBeNull();
  expect(readDefault("7", "int")).toBe(7);
  const problems = (value: Json, type: string) =>
    templateV1Problems({ schema: "1", id: "t", variables: [variable("x", value, type)] });
  expect(problems("{{ y }}", "int")).toEqual([]);
  expect(problems("[a]", "list")).toEqual([]);
  expect(problems("words", "int")).toHaveLength(1);
});

test("a stage of a partial may do without a configuration, one of the template may not", () => {
  const stage = { id: "s", type: "jenkins", config: null };
  expect(templateV1Problems({ schema: "1", id: "t", partials: [{ id: "p", stages: [stage] }] })).toEqual([]);
  expect(templateV1Problems({ schema: "1", id: "t", stages: [stage] })).toMatchObject([
    { pointer: "/stages/0/config" },
  ]);
});
