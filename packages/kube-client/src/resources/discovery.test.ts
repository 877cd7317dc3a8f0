import { afterEach, describe, expect, test } from "vitest";
import { startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";
import { readAggregated } from "./read-discovery.ts";
import { resourcePath } from "./resource.ts";

describe("discovery", () => {
  let cluster: FakeCluster;
  const definition = (scope: "Namespaced" | "Cluster", plural = "gadgets") => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.demo.io` },
    spec: {
      group: "demo.io",
      scope,
      names: { kind: "Gadget", plural, shortNames: ["gd"] },
      versions: [{ name: "v1", served: true }],
    },
  });
  const gadget = { apiVersion: "demo.io/v1", kind: "Gadget" };

  afterEach(() => cluster.close());

  test.each([true, false])("reads the same from both protocols (aggregated: %s)", async (aggregatedDiscovery) => {
    cluster = await startFakeCluster({ aggregatedDiscovery });
    const found = await cluster.client.discovery.find("deploy");
    expect(found).toMatchObject({
      group: "apps",
      apiVersion: "apps/v1",
      kind: "Deployment",
      plural: "deployments",
      namespaced: true,
      subresources: ["status", "scale"],
    });
    expect(found.verbs).toContain("watch");
    expect(await cluster.client.discovery.find("nodes")).toMatchObject({ namespaced: false });
    const requests = cluster.api.requests.filter(({ verb }) => verb === "discovery");
    expect(requests.length > 2).toBe(!aggregatedDiscovery);
  });

  test("sees a new definition at once, and asks rarely for what does not exist", async () => {
    cluster = await startFakeCluster({}, { discovery: { minRefreshMs: 60_000 } });
    await cluster.client.discovery.all();
    const asked = () => cluster.api.requests.filter(({ verb }) => verb === "discovery").length;
    for (let at = 0; at < 5; at += 1) {
      await expect(cluster.client.discovery.resolve(gadget)).rejects.toMatchObject({ reason: "UnknownKind" });
    }
    expect(asked()).toBe(2);
    await cluster.close();
    cluster = await startFakeCluster();
    await cluster.client.discovery.all();
    cluster.api.put(definition("Namespaced"));
    expect(await cluster.client.discovery.resolve(gadget)).toMatchObject({ plural: "gadgets" });
    expect(await cluster.client.discovery.find("gd")).toMatchObject({ kind: "Gadget" });
  });

  test("finds out that a definition has changed", async () => {
    cluster = await startFakeCluster({}, { discovery: { minRefreshMs: 60_000 } });
    cluster.api.put(definition("Namespaced"));
    await cluster.client.create({ ...gadget, metadata: { name: "a" } });
    cluster.api.remove("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gadgets.demo.io");
    cluster.api.put(definition("Cluster", "gadgetries"));
    await expect(cluster.client.create({ ...gadget, metadata: { name: "b" } })).rejects.toMatchObject({ code: 404 });
    await cluster.client.create({ ...gadget, metadata: { name: "b" } });
    expect(cluster.api.list("demo.io/v1", "Gadget").map(({ metadata }) => metadata.namespace)).toEqual([undefined]);
  });

  test("a group whose server is down hides no other group, and is named", async () => {
    cluster = await startFakeCluster({ aggregatedDiscovery: false }, { retries: 0 });
    cluster.api.faults.add({ status: 503, when: ({ path }) => path === "/apis/policy/v1" });
    const { problems, resources } = await cluster.client.discovery.all();
    expect(problems).toMatchObject([{ groupVersion: "policy/v1" }]);
    expect(resources.some(({ kind }) => kind === "Deployment")).toBe(true);
    const missing = cluster.client.discovery.resolve({ apiVersion: "policy/v1", kind: "PodDisruptionBudget" });
    await expect(missing).rejects.toMatchObject({ retryable: true, message: expect.stringContaining("cannot say") });
  });

  test("marks stale groups and reads the core group", async () => {
    cluster = await startFakeCluster();
    const version = (freshness: string) => ({
      version: "v1",
      freshness,
      resources: [{ resource: "things", responseKind: { kind: "Thing" }, scope: "Cluster", verbs: ["list"] }],
    });
    const answer = readAggregated({
      kind: "APIGroupDiscoveryList",
      items: [{ metadata: { name: "x.io" }, versions: [version("Stale")] }, { versions: [version("Current")] }],
    });
    expect(answer?.problems).toMatchObject([{ groupVersion: "x.io/v1" }]);
    expect(answer?.resources.map(({ apiVersion, singular }) => [apiVersion, singular])).toEqual([
      ["x.io/v1", "thing"],
      ["v1", "thing"],
    ]);
    expect(readAggregated({ kind: "APIGroupList" })).toBeNull();
  });

  test("addresses are escaped, and cluster-wide kinds have no namespace", async () => {
    cluster = await startFakeCluster();
    const pods = { group: "", version: "v1", plural: "pods", namespaced: true };
    expect(resourcePath(pods, { namespace: "a/b", name: "x?y", subresource: "log" })).toBe(
      "/api/v1/namespaces/a%2Fb/pods/x%3Fy/log",
    );
    const roles = { group: "rbac.authorization.k8s.io", version: "v1", plural: "clusterroles", namespaced: false };
    expect(resourcePath(roles, { namespace: "ignored", name: "view" })).toBe(
      "/apis/rbac.authorization.k8s.io/v1/clusterroles/view",
    );
  });
});
