import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { service, workload } from "../../manifest/testing/builders.ts";
import { at } from "../testing/fake-cluster.ts";
import { createScene } from "../testing/scene.ts";

const target: JsonObject = { account: "prod", location: "shop", manifestName: "replicaSet web-v000" };

function scene() {
  const made = createScene();
  const annotations = { "traffic.spinnaker.io/load-balancers": '["service front"]' };
  made.cluster.put(service("front"));
  made.cluster.put(service("back", { tier: "back" }));
  made.cluster.put({
    ...workload("ReplicaSet", "web", { annotations }),
    metadata: { name: "web-v000", namespace: "shop", uid: "web-v000", annotations },
  });
  const pod = (name: string, owner: string): JsonObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "shop",
      labels: { app: "web" },
      ownerReferences: [{ kind: "ReplicaSet", name: owner, uid: owner }],
    },
  });
  made.cluster.put(pod("mine", "web-v000"));
  made.cluster.put(pod("other", "web-v001"));
  return made;
}

test("enabling gives the service's labels to the template and the pods it owns; twice is the same", async () => {
  const { cluster, run } = scene();
  const { stage } = await run("enableManifest", { context: target, crash: true });
  expect(stage.status).toBe("SUCCEEDED");
  expect(at(cluster.object("replicaSet web-v000"), "spec", "template", "metadata", "labels")).toEqual({
    app: "web",
    lb: "front",
  });
  expect(at(cluster.object("pod mine"), "metadata", "labels")).toEqual({ app: "web", lb: "front" });
  expect(at(cluster.object("pod other"), "metadata", "labels")).toEqual({ app: "web" });
});

test("disabling takes them away again", async () => {
  const { cluster, run } = scene();
  await run("enableManifest", { context: target });
  cluster.changes.length = 0;
  const { stage } = await run("disableManifest", { context: target, crash: true });
  expect([stage.status, cluster.changes]).toEqual([
    "SUCCEEDED",
    ["patch json replicaSet web-v000", "patch json pod mine"],
  ]);
  expect(at(cluster.object("pod mine"), "metadata", "labels")).toEqual({ app: "web" });
});

test("labels of the workload's own selector stay, whatever a service selects", async () => {
  const { cluster, run } = scene();
  cluster.put(service("both", { app: "web", lane: "one" }));
  const context = { ...target, loadBalancers: ["service both"] };
  await run("enableManifest", { context });
  expect(at(cluster.object("pod mine"), "metadata", "labels")).toEqual({ app: "web", lane: "one" });
  await run("disableManifest", { context });
  expect(at(cluster.object("pod mine"), "metadata", "labels")).toEqual({ app: "web" });
});

test("the stage's load balancers go before the annotation", async () => {
  const { cluster, run } = scene();
  await run("enableManifest", { context: { ...target, loadBalancers: ["service back"] } });
  expect(at(cluster.object("pod mine"), "metadata", "labels")).toEqual({ app: "web", tier: "back" });
});

test("a pod that goes away meanwhile is no trouble", async () => {
  const { cluster, run } = scene();
  cluster.failOnce.set("patch json pod mine", { reason: "NotFound", code: 404 });
  expect((await run("enableManifest", { context: target })).stage.status).toBe("SUCCEEDED");
});

test("a workload behind nothing is left as it is; a load balancer that is missing or no service ends the stage", async () => {
  const { cluster, run } = scene();
  cluster.put(workload("ReplicaSet", "alone"));
  cluster.changes.length = 0;
  expect(
    (await run("disableManifest", { context: { ...target, manifestName: "replicaSet alone" } })).stage.status,
  ).toBe("SUCCEEDED");
  expect(cluster.changes).toEqual([]);
  const failure = async (name: string) =>
    (await run("enableManifest", { context: { ...target, loadBalancers: [name] } })).stage.failure?.message;
  expect(await failure("service gone")).toContain('there is none in the namespace "shop"');
  expect(await failure("ingress front")).toContain("Name a service");
  expect(await failure("front")).toContain('Write "kind name"');
});
