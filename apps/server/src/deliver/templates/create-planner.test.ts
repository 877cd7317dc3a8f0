import type { JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import { TaskError } from "../../engine/api.ts";
import { createPlanner } from "./create-planner.ts";

const stage = (id: string, dependsOn?: string): JsonObject => ({
  id,
  type: "wait",
  config: { waitTime: "{{ seconds }}" },
  ...(dependsOn === undefined ? {} : { dependsOn: [dependsOn] }),
});
const root: JsonObject = {
  schema: "1",
  id: "root",
  variables: [{ name: "seconds", type: "int" }],
  stages: [stage("one")],
};
const child: JsonObject = { schema: "1", id: "child", source: "spinnaker://root", stages: [stage("two", "one")] };
const instance = (source: string): JsonObject => ({
  application: "shop",
  name: "p",
  type: "templatedPipeline",
  config: {
    schema: "1",
    pipeline: { application: "shop", name: "p", template: { source }, variables: { seconds: 3 } },
  },
});

const asked: string[] = [];
const files: Record<string, string> = {
  "https://templates.example/child.yml":
    "schema: '1'\nid: away\nsource: spinnaker://root\nstages:\n  - {id: two, type: wait, dependsOn: [one], config: {waitTime: 1}}\n",
  "https://templates.example/list": "[1, 2]",
};
const planner = createPlanner({
  get: async (id) => {
    const document = { root, child }[id];
    return document === undefined ? null : { id, tag: null, digest: null, document };
  },
  fetchArtifact: async (artifact) => {
    const address = String(artifact["reference"]);
    asked.push(`${String(artifact["type"])} ${address}`);
    const chain = /chain\/(\d+)/.exec(address)?.[1];
    if (chain !== undefined)
      return JSON.stringify({ schema: "1", id: "c", source: address.replace(chain, String(Number(chain) + 1)) });
    const text = files[address];
    if (text === undefined) throw new TaskError("artifact.status", "the address answered 404");
    return text;
  },
});
const refIds = async (source: string) => {
  const expanded = await planner.expand(instance(source));
  return "problems" in expanded
    ? expanded.problems
    : (expanded.document["stages"] as JsonObject[]).map(({ refId }) => refId);
};

test("a template that is stored has what its parent has", async () => {
  expect(await refIds("spinnaker://child")).toEqual(["one", "two"]);
});

test("templates at addresses are fetched as files are, in JSON or YAML", async () => {
  expect(await refIds("https://templates.example/child.yml")).toEqual(["one", "two"]);
  expect(asked).toContain("http/file https://templates.example/child.yml");
});

test.each<[string, string]>([
  ["https://templates.example/none", "cannot be read: the address answered 404"],
  ["https://templates.example/list", "is not one JSON or YAML object"],
  ["file:///etc/passwd", "or an http address"],
  ["spinnaker://none", "which does not exist"],
  ["https://templates.example/chain/1", "leads through more than 20 templates"],
])("%s is a problem", async (source, words) => {
  expect(JSON.stringify(await refIds(source))).toContain(words);
});

test("a change of a parent is tried on the instances of its children", async () => {
  const stricter = { ...root, variables: [...(root["variables"] as JsonObject[]), { name: "zone" }] };
  const problems = await planner.unplannable(stricter, [instance("spinnaker://child"), instance("spinnaker://root")]);
  expect(problems.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('shop/p: /instance/config/pipeline/variables/zone is required: variable "zone"'),
    expect.stringContaining("zone"),
  ]);
  expect(await planner.unplannable(root, [instance("spinnaker://child")])).toEqual([]);
});

test("a run's trigger names the template, and its texts read it", async () => {
  const named = instance("spinnaker://{{ trigger.parameters.which }}");
  const { pipeline } = named["config"] as { pipeline: JsonObject };
  const config = {
    schema: "1",
    pipeline: { ...pipeline, variables: { seconds: 1, text: "x" } },
    stages: [{ ...stage("told", "one"), name: "{{ trigger.user }}" }],
  };
  const trigger = { user: "ann", parameters: { which: "root" } };
  expect(await planner.expand({ ...named, config }, trigger)).toMatchObject({
    document: { stages: [{ refId: "one" }, { refId: "told", name: "ann" }] },
  });
  expect(await planner.expand({ ...named, config }, { parameters: {} })).toMatchObject({
    problems: [{ pointer: "/instance/config/pipeline/template/source" }],
  });
});

test("an instance without a template, and a pipeline that is none", async () => {
  const { config, ...rest } = instance("");
  const own = {
    ...(config as JsonObject),
    pipeline: { application: "shop", name: "p", variables: { seconds: 1 } },
    stages: [stage("own")],
  };
  expect(await planner.expand({ ...rest, config: own })).toMatchObject({
    document: { stages: [{ refId: "own", waitTime: 1 }] },
  });
  const plain = { name: "n", stages: [] };
  expect(await planner.expand(plain)).toEqual({ document: plain });
});
