import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Operation } from "../../port/api.ts";
import { service, workload } from "../manifest/testing/builders.ts";
import { at, createFakeCluster } from "../stages/testing/fake-cluster.ts";
import { createGroupOperations } from "./group-operations.ts";
import { createMemoryOperations } from "./testing/memory-operations.ts";

function scene() {
  const fake = createFakeCluster();
  const operations = createGroupOperations({
    port: fake.port,
    store: createMemoryOperations(),
    shown: async () => {},
  });
  const annotations = { "traffic.spinnaker.io/load-balancers": '["service front"]' };
  fake.put(service("front"));
  fake.put({
    ...workload("ReplicaSet", "web", { annotations }),
    metadata: { name: "web-v000", namespace: "shop", uid: "u", annotations },
  });
  return { fake, operations };
}
const operation = (key: string = randomUUID()): Operation => ({
  key,
  signal: new AbortController().signal,
  actor: { user: "test", roles: [], via: "system" },
});
const ref = { account: "prod", region: "shop", name: "replicaSet web-v000" };
const size = (desired: number) => ({ min: 0, max: 9, desired });
const cluster = (more: JsonObject = {}): JsonObject => ({
  account: "prod",
  region: "shop",
  application: "shop",
  capacity: size(1),
  manifest: {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { annotations: { "traffic.spinnaker.io/load-balancers": '["service front"]' } },
    spec: { template: { spec: { containers: [{ name: "main", image: "example.com/web" }] } } },
  },
  ...more,
});

test("an operation that was done is not done again over a later change", async () => {
  const { fake, operations } = scene();
  const [old, disable] = [operation(), operation()];
  await operations.resizeServerGroup(old, ref, size(3));
  await operations.resizeServerGroup(operation(), ref, size(1));
  await operations.resizeServerGroup(old, ref, size(3));
  expect(at(fake.object(ref.name), "spec", "replicas")).toBe(1);
  await operations.disableServerGroup(disable, ref);
  await operations.enableServerGroup(operation(), ref);
  await operations.disableServerGroup(disable, ref);
  expect(at(fake.object(ref.name), "spec", "template", "metadata", "labels", "lb")).toBe("front");
});

test("one that failed half-way is done by its key", async () => {
  const { fake, operations } = scene();
  const again = operation();
  fake.failOnce.set(`scale ${ref.name} 3`, { reason: "InternalError", code: 500 });
  await expect(operations.resizeServerGroup(again, ref, size(3))).rejects.toThrow("refused");
  await operations.resizeServerGroup(again, ref, size(3));
  expect(at(fake.object(ref.name), "spec", "replicas")).toBe(3);
});

test("a creation whose answer was lost makes no second server group", async () => {
  const { fake, operations } = scene();
  const key = operation();
  const { create } = fake.port;
  let lost = true;
  fake.port.create = async (...call) => {
    const made = await create(...call);
    if (!lost) return made;
    lost = false;
    throw new Error("the connection broke");
  };
  await expect(operations.createServerGroup(key, cluster())).rejects.toThrow("broke");
  const made = await operations.createServerGroup(key, cluster());
  expect(made.name).toBe("replicaSet shop-v000");
  expect((await operations.createServerGroup(operation(), cluster())).name).toBe("replicaSet shop-v001");
  expect(fake.names().filter((name) => name.startsWith("replicaSet shop"))).toEqual([
    "replicaSet shop-v000",
    "replicaSet shop-v001",
  ]);
  expect(fake.object("replicaSet shop-v001")).toMatchObject({
    metadata: {
      annotations: {
        "moniker.spinnaker.io/application": "shop",
        "moniker.spinnaker.io/cluster": "shop",
        "moniker.spinnaker.io/sequence": "1",
        "artifact.spinnaker.io/version": "v001",
      },
    },
    spec: { template: { metadata: { labels: { app: "shop", lb: "front" } } } },
  });
});

test("the image is bound, and one that no container names is refused", async () => {
  const { fake, operations } = scene();
  const artifact = (reference: string): JsonObject => ({ artifact: { type: "docker/image", reference } });
  await operations.createServerGroup(operation(), cluster(artifact("example.com/web:7")));
  expect(JSON.stringify(fake.object("replicaSet shop-v000")?.["spec"])).toContain("example.com/web:7");
  await expect(operations.createServerGroup(operation(), cluster(artifact("example.com/other:7")))).rejects.toThrow(
    "named by no manifest",
  );
});

test("a share of the instances leaves, the same ones when asked again; enabling brings all back", async () => {
  const { fake, operations } = scene();
  for (const name of ["a", "b", "c"]) {
    const ownerReferences = [{ kind: "ReplicaSet", name: "web-v000", uid: "u" }];
    const labels = { app: "web", lb: "front" };
    fake.put({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "shop", labels, ownerReferences } });
  }
  const serving = () => ["a", "b", "c"].filter((name) => at(fake.object(`pod ${name}`), "metadata", "labels", "lb"));
  await operations.disableInstances?.(operation(), ref, 50);
  await operations.disableInstances?.(operation(), ref, 50);
  expect(serving()).toEqual(["c"]);
  await operations.disableInstances?.(operation(), ref, 10);
  expect(serving()).toEqual(["c"]);
  await operations.enableServerGroup(operation(), ref);
  expect(serving()).toEqual(["a", "b", "c"]);
  await operations.disableInstances?.(operation(), ref, 100);
  expect(serving()).toEqual([]);
});

test("a Service that is gone keeps nobody in traffic; to be put behind it is refused", async () => {
  const { fake, operations } = scene();
  await fake.port.delete("prod", { kind: "service", name: "front", namespace: "shop" });
  await operations.disableServerGroup(operation(), ref);
  await expect(operations.enableServerGroup(operation(), ref)).rejects.toMatchObject({ code: "not_found" });
});

test("destroying what is gone, and kinds that are no groups", async () => {
  const { operations } = scene();
  await operations.destroyServerGroup(operation(), ref);
  await operations.destroyServerGroup(operation(), ref);
  for (const name of ["service front", "web", "replicaSet gone"])
    await expect(operations.resizeServerGroup(operation(), { ...ref, name }, size(1))).rejects.toMatchObject({
      code: "not_found",
    });
  await expect(operations.createServerGroup(operation(), cluster({ manifest: null }))).rejects.toMatchObject({
    problems: [{ pointer: "/manifest" }],
  });
});
