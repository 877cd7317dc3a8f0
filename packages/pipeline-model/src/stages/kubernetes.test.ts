import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { stageRules } from "./registry.ts";

const check = (type: string, stage: JsonObject) => stageRules.get(type)?.validate({ type, refId: "1", ...stage });
const named: JsonObject = { account: "prod", location: "shop", manifestName: "deployment web" };
const dynamic: JsonObject = {
  account: "prod",
  kind: "replicaSet",
  cluster: "replicaSet web",
  criteria: "second_newest",
  manifestName: " ",
};
const byLabel: JsonObject = {
  account: "prod",
  kinds: ["deployment"],
  labelSelectors: {
    selectors: [
      { key: "app", kind: "EQUALS", values: ["web"] },
      { kind: "ANY" },
      { key: "a", kind: "EXISTS", values: [] },
    ],
  },
};

test.each<[string, JsonObject]>([
  ["deployManifest", {}],
  [
    "deployManifest",
    {
      account: "prod",
      source: "text",
      manifests: [{ kind: "Pod" }, "${ #readYaml(x) }", [{}]],
      moniker: { app: "shop", cluster: null, sequence: "3" },
      relationships: { loadBalancers: [] },
      labelSelectors: { selectors: [] },
      kinds: [],
      location: "",
      options: { cascading: true },
      requiredArtifactIds: ["id"],
      requiredArtifacts: [{ expectedArtifactId: "id" }, { artifact: { type: "docker/image" } }],
      trafficManagement: {
        enabled: "true",
        options: { enableTraffic: true, namespace: "shop", services: ["service a"], strategy: "RedBlack" },
      },
    },
  ],
  [
    "deployManifest",
    { trafficManagement: { enabled: false, options: { enableTraffic: false, services: [], strategy: "" } } },
  ],
  ["deleteManifest", { ...byLabel, options: { cascading: true, gracePeriodSeconds: 30 } }],
  [
    "deleteManifest",
    { ...named, options: { cascading: "orphan", orphanDependents: "false", gracePeriodSeconds: null } },
  ],
  ["scaleManifest", { ...dynamic, replicas: "1" }],
  ["patchManifest", { ...named, patchBody: { spec: {} }, options: { strategy: "merge" } }],
  ["patchManifest", { ...named, patchBody: [{}, {}], options: { mergeStrategy: "json", record: true } }],
  ["undoRolloutManifest", { ...named, numRevisionsBack: 1 }],
  ["rollingRestartManifest", named],
  ["pauseRolloutManifest", { manifestName: "${ outputs.name }" }],
  ["disableManifest", { ...dynamic, loadBalancers: ["service a"] }],
  ["findArtifactsFromResource", dynamic],
  ["runJobManifest", { manifest: { kind: "Job" }, consumeArtifactSource: "propertyFile", propertyFile: "main" }],
  ["runJob:kubernetes", { consumeArtifactSource: "" }],
  ["bakeManifest", { templateRenderer: "helm3", inputArtifacts: [{ id: "a", account: "b" }], overrides: { a: 1 } }],
  ["bakeManifest", { templateRenderer: "CF", inputArtifact: { artifact: { type: "git/repo" } } }],
])("%s accepts %j", (type, stage) => {
  expect(check(type, stage)).toEqual([]);
});

test.each<[string, JsonObject, string, string]>([
  ["deployManifest", { source: "file" }, "/source", "must be one of"],
  ["deployManifest", { manifests: {} }, "/manifests", "must be a list"],
  ["deployManifest", { versioned: "perhaps" }, "/versioned", "must be true or false"],
  [
    "deployManifest",
    { trafficManagement: { options: { strategy: "canary" } } },
    "/trafficManagement/options/strategy",
    "must be one of",
  ],
  [
    "deployManifest",
    { trafficManagement: { options: { services: "a" } } },
    "/trafficManagement/options/services",
    "must be a list",
  ],
  [
    "deployManifest",
    { labelSelectors: { selectors: [{ kind: "EQUALS", values: ["a"] }] } },
    "/labelSelectors/selectors/0/key",
    "is required",
  ],
  [
    "deployManifest",
    { labelSelectors: { selectors: [{ kind: "CONTAINS", key: "a" }] } },
    "/labelSelectors/selectors/0/values",
    "needs a value",
  ],
  [
    "deployManifest",
    { labelSelectors: { selectors: [{ kind: "LIKE", key: "a" }] } },
    "/labelSelectors/selectors/0/kind",
    "must be one of",
  ],
  ["deleteManifest", {}, "/manifestName", "is required"],
  ["deleteManifest", { manifestName: "web" }, "/manifestName", "must be a kind and a name"],
  ["deleteManifest", { criteria: "newest", kind: "pod" }, "/cluster", "is required beside criteria"],
  ["scaleManifest", named, "/replicas", "is required"],
  ["scaleManifest", { ...named, replicas: -1 }, "/replicas", "must"],
  ["scaleManifest", { ...dynamic, criteria: "biggest" }, "/criteria", "must be one of"],
  ["patchManifest", { ...named, patchBody: [{}, {}] }, "/patchBody", "must hold one patch"],
  ["patchManifest", { ...named, patchBody: "x" }, "/patchBody", "must be a list of objects"],
  ["patchManifest", { ...named, options: { mergeStrategy: "three" } }, "/options/mergeStrategy", "must be one of"],
  ["undoRolloutManifest", named, "/numRevisionsBack", "is required"],
  ["runJobManifest", { manifest: [] }, "/manifest", "must be an object"],
  ["bakeManifest", { inputArtifacts: [{ id: "a" }] }, "/templateRenderer", "is required"],
  ["bakeManifest", { templateRenderer: "HELM3" }, "/inputArtifacts", "needs at least one artifact"],
  ["bakeManifest", { templateRenderer: "JSONNET", inputArtifact: {} }, "/templateRenderer", "must be one of"],
])("%s refuses %j at %s", (type, stage, pointer, words) => {
  expect(check(type, stage)).toEqual([{ pointer, reason: expect.stringContaining(words) }]);
});
