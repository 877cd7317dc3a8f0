import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { planTemplate } from "../plan.ts";

const wait = (id: string, more: JsonObject = {}): JsonObject => ({
  id,
  type: "wait",
  config: { waitTime: 1 },
  ...more,
});
const template = (more: JsonObject): JsonObject => ({ schema: "1", id: "t", stages: [], ...more });
const instance = (config: JsonObject = {}, variables: JsonObject = {}): JsonObject => ({
  type: "templatedPipeline",
  config: { schema: "1", pipeline: { application: "shop", name: "deploy", variables }, stages: [], ...config },
});

function planned(of: JsonObject, by: JsonObject): JsonObject {
  const plan = planTemplate(of, by);
  if ("problems" in plan) throw new Error(JSON.stringify(plan.problems));
  return plan.pipeline;
}
const stagesOf = (of: JsonObject, by: JsonObject = instance()) => planned(of, by)["stages"] as JsonObject[];
const shape = (stages: readonly JsonObject[]) =>
  Object.fromEntries(stages.map((stage) => [stage["refId"], stage["requisiteStageRefIds"]]));
const problemsOf = (of: JsonObject, by: JsonObject = instance()) => {
  const plan = planTemplate(of, by);
  return "problems" in plan ? plan.problems.map(({ pointer, reason }) => `${pointer} ${reason}`) : [];
};

test("a plan has the instance's name and the rendered stages under their ids", () => {
  const variables = [
    { name: "seconds", type: "int" },
    { name: "mode", defaultValue: "slow" },
  ];
  const stages = [
    wait("a", { name: "Wait {{ mode }}ly", config: { waitTime: "{{ seconds }}" } }),
    wait("b", { dependsOn: ["a"] }),
  ];
  expect(planned(template({ variables, stages }), instance({}, { seconds: 9 }))).toEqual({
    id: "unknown",
    application: "shop",
    name: "deploy",
    limitConcurrent: true,
    maxConcurrentExecutions: 0,
    keepWaitingPipelines: false,
    notifications: [],
    parameterConfig: [],
    triggers: [],
    expectedArtifacts: [],
    stages: [
      { refId: "a", type: "wait", name: "Wait slowly", requisiteStageRefIds: [], waitTime: 9 },
      { refId: "b", type: "wait", name: "b", requisiteStageRefIds: ["a"], waitTime: 1 },
    ],
  });
});

const configuration = {
  triggers: [{ name: "nightly", type: "cron" }],
  parameters: [{ name: "size", default: "{{ 1 + 1 }}" }, { name: "old" }],
  concurrentExecutions: { limitConcurrent: false },
  expectedArtifacts: [{ id: "e" }],
};

test("lists of the template are inherited only where inherit names them", () => {
  const none = planned(template({ configuration }), instance());
  expect([none["triggers"], none["parameterConfig"], none["limitConcurrent"], none["expectedArtifacts"]]).toEqual([
    [],
    [],
    true,
    [],
  ]);
  const inherit = ["triggers", "parameters", "concurrentExecutions", "expectedArtifacts"];
  const all = planned(template({ configuration }), instance({ configuration: { inherit } }));
  expect(all).toMatchObject({
    triggers: [{ name: "nightly" }],
    parameterConfig: [{ default: 2 }, {}],
    limitConcurrent: false,
    expectedArtifacts: [{ id: "e" }],
  });
});

test("entries of the same name are replaced, merged or removed", () => {
  const parameters = [{ name: "size", merge: true, label: "Size" }, { name: "old", remove: true }, { name: "new" }];
  const by = instance({ configuration: { inherit: ["parameters"], parameters } });
  expect(planned(template({ configuration }), by)["parameterConfig"]).toEqual([
    { name: "size", default: 2, label: "Size" },
    { name: "new" },
  ]);
});

test("a module is rendered with its own variables, the tag's parameters and its defaults", () => {
  const modules = [
    {
      id: "cluster",
      variables: [{ name: "region" }, { name: "size", defaultValue: 2 }],
      definition: { region: "{{ region }}", size: "{{ size }}" },
    },
  ];
  const clusters = "{% for r in regions %}\n- {% module cluster region=r %}\n{% endfor %}";
  const stages = [wait("d", { config: { clusters } })];
  expect(
    stagesOf(
      template({ modules, stages, variables: [{ name: "regions", type: "list" }] }),
      instance({}, { regions: ["x", "y"] }),
    )[0]?.["clusters"],
  ).toEqual([
    { region: "x", size: 2 },
    { region: "y", size: 2 },
  ]);
});

test("an instance's module replaces the template's, and a whole configuration may be one", () => {
  const of = template({
    modules: [{ id: "m", definition: { waitTime: 5 } }],
    stages: [wait("a", { config: "{% module m %}" })],
  });
  expect(stagesOf(of, instance({ modules: [{ id: "m", definition: { waitTime: 6 } }] }))[0]?.["waitTime"]).toBe(6);
});

test("a module that lacks a value, or does not exist, is a problem at the stage that uses it", () => {
  const modules = [{ id: "m", variables: [{ name: "region" }], definition: "x" }];
  expect(problemsOf(template({ modules, stages: [wait("a", { config: { c: "{% module m %}" } })] }))).toEqual([
    '/template/stages/0/config uses the module "m" without region',
  ]);
  expect(problemsOf(template({ modules, stages: [wait("a", { config: { c: "{% module mm %}" } })] }))[0]).toContain(
    'did you mean "m"',
  );
});

const partials = [
  { id: "ship", stages: [wait("build", { name: "Build {{ what }}" }), wait("publish", { dependsOn: ["build"] })] },
];

test("a partial puts its stages in the place of the one that names it", () => {
  const stages = [
    wait("a"),
    wait("s", { type: "partial.ship", dependsOn: ["a"], config: { what: "app" } }),
    wait("z", { dependsOn: ["s"] }),
  ];
  const found = stagesOf(template({ partials, stages }));
  expect(shape(found)).toEqual({ a: [], "s.build": ["a"], "s.publish": ["s.build"], z: ["s.publish"] });
  expect(found[1]).toMatchObject({ name: "Build app", group: "ship: s" });
});

test("a loop makes a stage for each value, and who waits for it waits for all", () => {
  const stages = [
    wait("w", { loopWith: "{{ [5, 6] }}", config: { waitTime: "{{ templateLoop.value }}" } }),
    wait("z", { dependsOn: ["w"] }),
  ];
  const found = stagesOf(template({ stages }));
  expect(shape(found)).toEqual({ w0: [], w1: [], z: ["w0", "w1"] });
  expect(found.map((stage) => stage["waitTime"])).toEqual([5, 6, 1]);
});

test("conditions that are not true take a stage out; its followers wait for what it waited for", () => {
  const stages = [
    wait("a"),
    wait("b", { dependsOn: ["a"], when: ["{{ go }}", "true"] }),
    wait("c", { dependsOn: ["b"] }),
  ];
  const of = template({ stages, variables: [{ name: "go" }] });
  expect(shape(stagesOf(of, instance({}, { go: false })))).toEqual({ a: [], c: ["a"] });
  expect(shape(stagesOf(of, instance({}, { go: true })))).toEqual({ a: [], b: ["a"], c: ["b"] });
});

test("an instance replaces, adds and injects stages", () => {
  const own = [
    wait("a", { config: { waitTime: 7 } }),
    wait("x", { inject: { after: ["a"] } }),
    wait("y", { dependsOn: ["b"] }),
  ];
  const found = stagesOf(template({ stages: [wait("a"), wait("b", { dependsOn: ["a"] })] }), instance({ stages: own }));
  expect(shape(found)).toEqual({ a: [], x: ["a"], b: ["x"], y: ["b"] });
  expect(found[0]?.["waitTime"]).toBe(7);
});

test("inheritanceControl merges, replaces and removes what paths name", () => {
  const inheritanceControl = {
    merge: [
      { path: "$.list", value: [2] },
      { path: "$.map", value: { b: 2, a: null } },
    ],
    replace: [{ path: "$['old'][0]", value: "new" }],
    remove: [{ path: "$.gone" }],
  };
  const stages = [wait("a", { config: { list: [1], map: { a: 1 }, old: ["x"], gone: 1 }, inheritanceControl })];
  expect(stagesOf(template({ stages }))[0]).toMatchObject({ list: [1, 2], map: { b: 2 }, old: ["new"] });
  expect(stagesOf(template({ stages }))[0]).not.toHaveProperty("gone");
});

test.each<[string, JsonObject, JsonObject, string]>([
  [
    "protected template",
    template({ protect: true }),
    instance({ stages: [wait("a", { inject: { first: true } })] }),
    "/instance/config/stages must be empty",
  ],
  [
    "parent template",
    template({ source: "http://x/parent.yml" }),
    instance(),
    "/template/source names a parent template",
  ],
  [
    "dependsOn beside inject",
    template({ stages: [wait("a", { dependsOn: ["b"], inject: { first: true } })] }),
    instance(),
    "/template/stages/0/inject cannot stand beside",
  ],
  [
    "two inject rules",
    template({ stages: [wait("a", { inject: { first: true, last: true } })] }),
    instance(),
    "/template/stages/0/inject must have one rule",
  ],
  [
    "stage without type",
    template({ stages: [{ id: "a", config: {} }] }),
    instance(),
    "/template/stages/0/type is required",
  ],
  [
    "stage without place",
    template({}),
    instance({ stages: [wait("a")] }),
    "/instance/config/stages/0 needs dependsOn or inject",
  ],
  [
    "unknown partial",
    template({ partials, stages: [wait("a", { type: "partial.shi" })] }),
    instance(),
    '/template/stages/0/type names the partial "shi", which does not exist; did you mean "ship"?',
  ],
  [
    "loop over no list",
    template({ stages: [wait("a", { loopWith: "5" })] }),
    instance(),
    "/template/stages/0/loopWith must give a list, but gives 5",
  ],
  [
    "missing application",
    template({}),
    { config: { schema: "1", pipeline: {} } },
    "/instance/config/pipeline/application is required",
  ],
])("%s is a problem", (_what, of, by, words) => {
  expect(problemsOf(of, by)[0]).toContain(words);
});
