import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { service, workload } from "../../manifest/testing/builders.ts";
import { at } from "../testing/fake-cluster.ts";
import { createScene } from "../testing/scene.ts";

const context = (manifests: JsonObject[], more: JsonObject = {}): JsonObject => ({
  account: "prod",
  cloudProvider: "kubernetes",
  source: "text",
  moniker: { app: "shop" },
  manifests,
  ...more,
});

const traffic = (strategy: string, enableTraffic = true): JsonObject => ({
  trafficManagement: {
    enabled: true,
    options: { enableTraffic, namespace: "shop", services: ["service front"], strategy },
  },
});
const labelsOf = (object: JsonObject | undefined) => at(object, "spec", "template", "metadata", "labels") ?? {};

async function twoVersions(strategy: string, before: (scene: ReturnType<typeof createScene>) => void = () => {}) {
  const scene = createScene();
  scene.cluster.put(service("front"));
  await scene.run("deployManifest", { context: context([workload("ReplicaSet", "web")], traffic(strategy)) });
  scene.cluster.put({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      namespace: "shop",
      labels: { app: "web", lb: "front" },
      ownerReferences: [
        {
          kind: "ReplicaSet",
          name: "web-v000",
          uid: at(scene.cluster.object("replicaSet web-v000"), "metadata", "uid") ?? null,
        },
      ],
    },
  });
  before(scene);
  const second = workload("ReplicaSet", "web", { image: "example.com/app:2" });
  return { ...scene, ...(await scene.run("deployManifest", { context: context([second], traffic(strategy)) })) };
}

test("red/black: the new version gets traffic, then the old one is disabled with its pods", async () => {
  const { cluster, stages, stage } = await twoVersions(
    "redblack",
    ({ cluster: { put, object } }) =>
      void put({ ...object("replicaSet web-v000"), status: { readyReplicas: 2, availableReplicas: 2 } }),
  );
  expect([stage.status, stages.map(({ type, status }) => [type, status])]).toEqual([
    "SUCCEEDED",
    [
      ["deployManifest", "SUCCEEDED"],
      ["disableManifest", "SUCCEEDED"],
    ],
  ]);
  expect(labelsOf(cluster.object("replicaSet web-v001"))).toMatchObject({ lb: "front" });
  expect(labelsOf(cluster.object("replicaSet web-v000"))).not.toHaveProperty("lb");
  expect(at(cluster.object("pod p"), "metadata", "labels")).toEqual({ app: "web" });
  expect(stages[1]?.context).toMatchObject({
    account: "prod",
    app: "shop",
    cloudProvider: "kubernetes",
    location: "shop",
    manifestName: "replicaSet web-v000",
  });
});

test("red/black deletes an old version that never came up", async () => {
  const { cluster, stages } = await twoVersions(
    "bluegreen",
    ({ cluster: { put, object } }) => void put({ ...object("replicaSet web-v000"), status: { replicas: 2 } }),
  );
  expect(stages.map(({ type }) => type)).toEqual(["deployManifest", "deleteManifest"]);
  expect(cluster.names()).not.toContain("replicaSet web-v000");
});

test("highlander disables and then deletes every older version", async () => {
  const { cluster, stages } = await twoVersions("highlander");
  expect(stages.map(({ type }) => type)).toEqual(["deployManifest", "disableManifest", "deleteManifest"]);
  expect(cluster.names().filter((name) => name.startsWith("replicaSet"))).toEqual(["replicaSet web-v001"]);
});

test("with the strategy none the old version stays as it is", async () => {
  const { stages, cluster } = await twoVersions("none");
  expect(stages).toHaveLength(1);
  expect(labelsOf(cluster.object("replicaSet web-v000"))).toMatchObject({ lb: "front" });
});

test("a dark rollout gives the new version no traffic and takes none from anybody", async () => {
  const { cluster, run } = createScene();
  const { stage } = await run("deployManifest", {
    context: context([workload("ReplicaSet", "web")], traffic("none", false)),
  });
  expect(stage.status).toBe("SUCCEEDED");
  expect(labelsOf(cluster.object("replicaSet web-v000"))).not.toHaveProperty("lb");
  expect(
    at(cluster.object("replicaSet web-v000"), "metadata", "annotations", "traffic.spinnaker.io/load-balancers"),
  ).toBe('["service front"]');
});
