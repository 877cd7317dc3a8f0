import type { JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import { callsOf } from "./calls.ts";

const kubernetes = { account: "prod", cloudProvider: "kubernetes" };
const cluster = { application: "shop", stack: "web", account: "main", region: "eu", cloudProvider: "aws" };

test.each<[string, JsonObject, string[]]>([
  ["wait", { waitTime: 30 }, ["waits 30 seconds"]],
  ["waitUntil", { epochMillis: "0" }, ["waits until 1970-01-01T00:00:00.000Z"]],
  ["manualJudgment", { instructions: "Look at it" }, ["asks a person to judge: Look at it"]],
  ["evaluateVariables", {}, ["calls nothing"]],
  ["checkPreconditions", { preconditions: [{ type: "expression" }] }, ["calls nothing"]],
  ["checkPreconditions", { preconditions: [{ type: "clusterSize" }] }, ["reads the size of a cluster"]],
  [
    "webhook",
    { url: "https://a@h/x", waitForCompletion: "true" },
    ["GET https://h/x", "polls the status until it ends"],
  ],
  [
    "webhook",
    { url: "http://h", cancelEndpoint: "http://h/stop?t=1" },
    ["GET http://h", "on cancel: POST http://h/stop?t=******"],
  ],
  [
    "webhook",
    { url: "http://h", method: "put", payload: { token: "t", a: 1 } },
    ['PUT http://h with the payload {"token":"******","a":1}'],
  ],
  [
    "pipeline",
    { application: "shop", pipeline: "p1", pipelineParameters: { v: 7 } },
    ['starts the pipeline p1 of shop with the parameters {"v":7}'],
  ],
  ["pipeline", { pipeline: "p1", waitForCompletion: false }, ["starts the pipeline p1 without waiting for its end"]],
  ["script", { command: ["ls", "-l"] }, ["runs on this server: ls -l"]],
  ["script", { scriptArtifactId: "s" }, ["runs the script of the artifact s on this server"]],
  [
    "kayentaCanary",
    { canaryConfig: { canaryConfigId: "c", scopes: [{ experimentScope: "new", controlScope: "old" }] } },
    ["judges by the canary config c with metrics of the account builtin", "compares new with old"],
  ],
  [
    "findArtifactFromExecution",
    { application: "shop", pipeline: "p" },
    ["reads the artifacts of a run of the pipeline p of shop"],
  ],
  [
    "deployManifest",
    {
      ...kubernetes,
      manifests: [
        { kind: "Service", metadata: { name: "web", namespace: "shop" } },
        [{ kind: "List", items: [{ kind: "Pod", metadata: { generateName: "p-" } }] }],
        "${x}",
      ],
    },
    ["applies Service web (shop), Pod p-, ${x} in the account prod"],
  ],
  [
    "deployManifest",
    {
      ...kubernetes,
      manifests: [{ kind: "ReplicaSet", metadata: { name: "web" } }],
      namespaceOverride: "n",
      trafficManagement: { enabled: true, options: { strategy: "redblack" } },
    },
    ["applies ReplicaSet web in the namespace n with the strategy redblack in the account prod"],
  ],
  [
    "deployManifest",
    { ...kubernetes, source: "artifact", manifestArtifactId: "m1" },
    ["applies the manifests of the artifact m1 in the account prod"],
  ],
  [
    "runJobManifest",
    { ...kubernetes, manifest: { kind: "Job", metadata: { name: "migrate" } } },
    ["runs Job migrate in the account prod"],
  ],
  [
    "deleteManifest",
    { ...kubernetes, manifestName: "deployment web", location: "shop" },
    ["deletes deployment web in the namespace shop in the account prod"],
  ],
  [
    "scaleManifest",
    { account: "prod", criteria: "second_newest", cluster: "replicaSet web", replicas: "3" },
    ["scales the second newest of replicaSet web to 3 replicas in the account prod"],
  ],
  ["patchManifest", { manifestName: "secret s", patchBody: [{ spec: 1 }] }, ['patches secret s with [{"spec":1}]']],
  ["disableManifest", { kinds: ["pod"], labelSelectors: {} }, ["takes out of traffic pod chosen by their labels"]],
  [
    "bakeManifest",
    {
      templateRenderer: "HELM3",
      outputName: "web",
      namespace: "shop",
      inputArtifacts: [{ id: "chart" }, { id: "values" }],
      overrides: { tag: "7", dbPassword: "x" },
    },
    [
      "HELM3: helm template web <artifact chart> --namespace shop --set-string tag=7,dbPassword=****** --values <artifact values>",
      "gives the manifests as a base64 artifact",
    ],
  ],
  [
    "bakeManifest",
    { templateRenderer: "KUSTOMIZE", inputArtifact: { artifact: { reference: "git" } } },
    ["KUSTOMIZE: kustomize build <artifact git>", "gives the manifests as a base64 artifact"],
  ],
  [
    "deploy",
    {
      clusters: [
        { ...cluster, strategy: "redblack", capacity: { desired: 2 }, amiName: "ami-1" },
        { application: "shop", availabilityZones: { us: [] } },
      ],
    },
    [
      "creates a server group of shop-web of 2 instances of the image ami-1 with the strategy redblack (aws, account main, eu)",
      "creates a server group of shop (us)",
    ],
  ],
  [
    "resizeServerGroup",
    {
      cluster: "shop-web",
      target: "current_asg_dynamic",
      credentials: "main",
      regions: ["eu"],
      action: "scale_up",
      scaleNum: 1,
    },
    ["resizes the current server group of shop-web (scale up) by 1 (account main, eu)"],
  ],
  ["destroyServerGroup", { serverGroupName: "shop-v001" }, ["destroys shop-v001"]],
  [
    "shrinkCluster",
    { cluster: "shop-web", region: "eu" },
    ["destroys all but the newest of the cluster shop-web (eu)"],
  ],
  [
    "bake",
    { cloudProviderType: "aws", cloudProvider: "aws", account: "main" },
    ["the aws provider: bake in the account main"],
  ],
  ["jenkins", {}, ["runs the stage type jenkins"]],
])("%s %j", (type, context, calls) => {
  expect(callsOf(type, context)).toEqual(calls);
});

test("long values are cut and say how long they are", () => {
  const [call] = callsOf("webhook", { url: "http://h", payload: "x".repeat(5_000) });
  expect(call?.length).toBeLessThan(400);
  expect(call).toContain("(5000 characters)");
});
