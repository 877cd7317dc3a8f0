import type { JsonObject } from "@gennaker/contract/json.ts";
import type { DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import { expect, test } from "vitest";
import { createDryRuns, type Described } from "./create-dry-runs.ts";

const actor = { user: "ann", roles: [], via: "test" } as never;
type Preview = Described["preview"];

async function tried(
  stages: JsonObject[],
  trigger: JsonObject = {},
  preview: Preview = () => null,
): Promise<DryRunStage[]> {
  const dryRuns = createDryRuns({
    plan: async (document) => ({ document, trigger, problems: [] }),
    validate: () => ({ valid: true, problems: [] }),
    describe: () => ({ rawFields: ["variables", "artifactContents", "manifests"], tasks: [], preview }),
    held: async () => [],
    answered: (_application, evaluate) => evaluate({}),
    now: () => new Date(0),
  });
  const document = { application: "shop", name: "deploy", stages };
  return (await dryRuns.run({ document, parameters: {}, artifacts: [], trigger: {} }, actor)).stages;
}
const at = (refId: string, requires: string[], type: string, more: JsonObject): JsonObject => ({
  refId,
  requisiteStageRefIds: requires,
  type,
  name: `Stage ${refId}`,
  ...more,
});
const waitsFor = (stage: DryRunStage | undefined) => stage?.pending.map((each) => each.waitsFor.join("; "));
const trigger = { parameters: { version: "7" } };

test("variables are known to the next ones and to later stages, also where the list of stages has another order", async () => {
  const variables = [
    { key: "tag", value: "v${parameters.version}" },
    { key: "image", value: "web:${tag}" },
    { key: "later", value: "${#stage('Bake')['outputs']['ami']}" },
    { key: "after", value: "${later}" },
  ];
  const [deploy, vars] = await tried(
    [
      at("2", ["1"], "webhook", { a: "${image}", b: "${later}" }),
      at("1", ["0"], "evaluateVariables", { variables }),
      at("0", [], "wait", {}),
    ],
    trigger,
  );
  expect(vars?.context["variables"]).toMatchObject([{ value: "v7" }, { value: "web:v7" }, {}, {}]);
  expect(vars?.pending.map(({ pointer }) => pointer)).toEqual(["/variables/2/value", "/variables/3/value"]);
  expect(deploy?.context).toMatchObject({ a: "web:v7", b: "${later}" });
  expect(waitsFor(deploy)).toEqual(["the name 'later', which a stage before it may give (1, 0)"]);
});

test("variables of a stage that may not run are not known", async () => {
  const stageEnabled = { type: "expression", expression: "#judgment('Ask') == 'yes'" };
  const variables = [{ key: "tag", value: "x" }];
  const [, deploy] = await tried([
    at("1", [], "evaluateVariables", { variables, stageEnabled }),
    at("2", ["1"], "webhook", { a: "${tag}" }),
  ]);
  expect(deploy?.context["a"]).toBe("${tag}");
});

test("texts of artifacts are evaluated in order, and an artifact's name is no name for later stages", async () => {
  const artifactContents = [
    { name: "a", contents: "v${parameters.version}" },
    { name: "b", contents: "${a}!" },
  ];
  const [artifacts, next] = await tried(
    [at("1", [], "evaluateArtifacts", { artifactContents }), at("2", ["1"], "wait", { comments: "${b}" })],
    trigger,
  );
  expect(artifacts?.context["artifactContents"]).toMatchObject([{ contents: "v7" }, { contents: "v7!" }]);
  expect(next?.pending).toHaveLength(1);
});

test("manifests are evaluated, unless the stage says otherwise", async () => {
  const manifests = [{ kind: "Pod", metadata: { name: "web-${parameters.version}" } }];
  const [one, two] = await tried(
    [
      at("1", [], "deployManifest", { manifests }),
      at("2", [], "deployManifest", { manifests, skipExpressionEvaluation: true }),
    ],
    trigger,
  );
  expect([one?.calls, two?.calls]).toEqual([["applies Pod web-7"], ["applies Pod web-${parameters.version}"]]);
});

test.each<[string, string[]]>([
  ['${#stage("Bake")["outputs"]["ami"]}', ["the stage 'Bake'"]],
  ["${#stage(which).status}", ["the stages of this run; the name 'which', which a stage before it may give (1)"]],
  ["${execution.stages[0].status}", ["the stages of this run"]],
  ["${execution.application}", []],
  ["${deployedServerGroups[0].region}", ["the stages of this run"]],
  ["${ami ?: 'none'}", ["the name 'ami', which a stage before it may give (1)"]],
  ["${trigger.buildInfo.number}", ["the trigger's field 'buildInfo', which this dry run was not given"]],
  ["${parameters.list.?[name == 'a']}", []],
  ["${#stageExists('Stage 1')}", []],
  ["${scmInfo}", []],
])("%s waits for %j", async (text, expected) => {
  const [, stage] = await tried([at("1", [], "wait", {}), at("2", ["1"], "webhook", { text })], {
    parameters: { list: [{ name: "a" }] },
  });
  expect(waitsFor(stage)).toEqual(expected);
});

test("a type that is made of another is described as that one, with what it sets evaluated and hidden", async () => {
  const preview: Preview = (context) => ({
    type: "webhook",
    context: {
      ...context,
      method: "post",
      url: "https://chat.example/${parameterValues.room}?key=1",
      customHeaders: { "X-Key": "s3cret" },
    },
  });
  const [stage] = await tried([at("1", [], "tellChat", { parameterValues: { room: "ops" } })], {}, preview);
  expect(stage?.calls).toEqual(["POST https://chat.example/ops?key=****** and the headers X-Key (values hidden)"]);
  expect(JSON.stringify(stage)).not.toContain("s3cret");
});

test("five thousand stages in a row are tried, and the nearest ones named", async () => {
  const stages = Array.from({ length: 5_000 }, (_, index) =>
    at(String(index), index === 0 ? [] : [String(index - 1)], "wait", index === 4_999 ? { comments: "${ami}" } : {}),
  );
  const found = await tried(stages);
  expect(found).toHaveLength(5_000);
  expect(waitsFor(found.at(-1))?.[0]).toContain(
    "4998, 4997, 4996, 4995, 4994, 4993, 4992, 4991, 4990, 4989 and 4989 more",
  );
});

test("what takes long is left to the run", async () => {
  const slow = "${parameters.list.?[#root.parameters.list.?[value == 'x'].size() > 0].size()}";
  const list = Array.from({ length: 600 }, (_, value) => ({ value: String(value) }));
  const [stage] = await tried([at("1", [], "wait", { slow, quick: "${1 + 1}" })], { parameters: { list } });
  expect(waitsFor(stage)).toEqual(["the run: it takes more steps than a dry run gives it"]);
  expect(stage?.context["quick"]).toBe(2);
});

test("a circle is reported like anything else", async () => {
  expect(await tried([at("1", ["2"], "wait", {}), at("2", ["1"], "wait", {})])).toHaveLength(2);
});
