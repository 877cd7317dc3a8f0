import { expect, test } from "vitest";
import { createScene } from "../testing/scene.ts";
import { artifactById } from "./artifact.ts";
import { clusterPart, inPlace, regionsOfCluster, sourceAmong } from "./document.ts";
import { createdName, readState, writeState } from "./state.ts";
import type { DeployState } from "./state.ts";

test("the cluster in a flat context is what is neither the engine's nor the stage's", () => {
  const context = {
    type: "deploy",
    name: "Deploy",
    refId: "1",
    requisiteStageRefIds: [],
    failPipeline: true,
    comments: "x",
    deployState: {},
    progress: {},
    "deploy.server.groups": {},
    application: "app",
    stack: "main",
    command: ["run"],
    env: { A: "1" },
    strategy: "redblack",
    unset: null,
  };
  expect(clusterPart(context)).toEqual({
    application: "app",
    stack: "main",
    command: ["run"],
    env: { A: "1" },
    strategy: "redblack",
  });
});

test("a document is for one region, with only its zones", () => {
  const place = { account: "a", region: "east", cloudProvider: "fake", application: "app" };
  const capacity = { min: 1, max: 1, desired: 1 };
  const zones = { east: ["a", "b"], west: ["c"] };
  expect(inPlace({ availabilityZones: zones, stack: "s" }, place, capacity)).toEqual({
    ...place,
    capacity,
    stack: "s",
    availabilityZones: { east: ["a", "b"] },
  });
  expect(inPlace({ availabilityZones: { west: [] } }, place, capacity)).toEqual({ ...place, capacity });
});

test.each([
  [{ region: "east", availabilityZones: { west: [] } }, ["east"]],
  [{ availabilityZones: { west: [], east: [] } }, ["west", "east"]],
  [{ region: "" }, []],
  [{}, []],
])("the regions of %j are %j", (cluster, regions) => {
  expect(regionsOfCluster(cluster)).toEqual(regions);
});

test("what is replaced is the newest that serves, else the newest enabled, else the newest; never a canary", async () => {
  const scene = await createScene();
  for (const _ of [0, 1, 2]) await scene.existing();
  await scene.existing({ canaryRole: "canary" });
  const name = (): string | undefined => sourceAmong(scene.provider.all())?.name;
  expect(name()).toBe("app-v002");
  scene.provider.setInstances("app-v002", "down");
  expect(name()).toBe("app-v001");
  scene.provider.setInstances("app-v001", "down");
  scene.provider.setInstances("app-v000", "down");
  expect(name()).toBe("app-v002");
  for (const group of scene.provider.names()) scene.provider.change(group, (one) => void (one.disabled = true));
  expect(name()).toBe("app-v002");
  expect(sourceAmong([])).toBeNull();
});

test("an artifact is found bound to the trigger, produced by a stage, or as the pipeline's default, in that order", () => {
  const run = (edit: object) => ({ trigger: {}, stages: [], initialConfig: {}, ...edit }) as never;
  const byDefault = {
    expectedArtifacts: [{ id: "a", useDefaultArtifact: "true", defaultArtifact: { reference: "default" } }],
  };
  const produced = [{ outputs: { artifacts: [{ id: "a", reference: "produced" }] } }];
  const trigger = { resolvedExpectedArtifacts: [{ id: "a", boundArtifact: { reference: "bound" } }] };
  expect(artifactById(run({ trigger, stages: produced, initialConfig: byDefault }), "a")).toEqual({
    reference: "bound",
  });
  expect(artifactById(run({ stages: produced, initialConfig: byDefault }), "a")).toEqual({
    id: "a",
    reference: "produced",
  });
  expect(artifactById(run({ initialConfig: byDefault }), "a")).toEqual({ reference: "default" });
  expect(
    artifactById(run({ initialConfig: { expectedArtifacts: [{ id: "a", defaultArtifact: {} }] } }), "a"),
  ).toBeNull();
});

test("the state of a deploy survives its way through a stage's context", () => {
  const state: DeployState = {
    account: "a",
    region: "r",
    cloudProvider: "fake",
    application: "app",
    cluster: "app",
    target: { min: 1, max: 2, desired: 1 },
    source: { name: "app-v000", capacity: { min: 1, max: 1, desired: 1 }, enabled: false },
    document: { env: {} },
  };
  expect(readState(JSON.parse(JSON.stringify(writeState(state))))).toEqual(state);
  expect(readState(writeState({ ...state, source: null }))?.source).toBeNull();
  for (const broken of [
    {},
    { deployState: 3 },
    { deployState: { ...state, account: 1 } },
    { deployState: { ...state, target: null } },
  ]) {
    expect(readState(broken as never)).toBeNull();
  }
  expect(createdName({ "deploy.server.groups": { r: ["app-v001"] } })).toBe("app-v001");
  expect(createdName({ "deploy.server.groups": { r: [] } })).toBeNull();
});
