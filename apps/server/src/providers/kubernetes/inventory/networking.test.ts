import { describe, expect, it } from "vitest";
import { heldCaches } from "../testing/held-caches.ts";
import { ingressTo, pod, replicaSet, serviceOf, sliceOf } from "../testing/objects.ts";
import { createAccountInventory } from "./account-inventory.ts";

const settings = { name: "prod", onlySpinnakerManaged: false, namespaces: [] };

describe("load balancers and network policies", () => {
  const set = replicaSet("web-v001", { labels: { app: "web" } });
  const policy = (name: string, podSelector: object) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: "shop", labels: { app: "web" } },
    spec: { podSelector, policyTypes: ["Ingress", "Egress"] },
  });
  const caches = heldCaches(
    set,
    pod("a", set),
    serviceOf("web", { app: "web" }),
    serviceOf("other", { app: "other" }),
    sliceOf("web", "a"),
    ingressTo("front", "web"),
    policy("all", {}),
    policy("some", { matchLabels: { app: "web" } }),
    policy("none", { matchLabels: { app: "x" } }),
  );
  const inventory = createAccountInventory(caches, settings);

  it("lead to the server groups they select", () => {
    const found = inventory.loadBalancers("web");
    expect(
      found.map(({ name, serverGroups, services, addresses }) => [name, serverGroups, services, addresses]),
    ).toEqual([
      ["service web", ["replicaSet web-v001"], [], ["10.96.0.7"]],
      ["service other", [], [], ["10.96.0.7"]],
      ["ingress front", ["replicaSet web-v001"], ["service web"], ["web.example.com"]],
    ]);
    expect(found.map(({ health }) => health.status)).toEqual(["stable", "progressing", "stable"]);
  });

  it("select Pods by label, an empty selector all of the namespace", () => {
    expect(inventory.networkPolicies("web").map(({ name, serverGroups }) => [name, serverGroups])).toEqual([
      ["networkPolicy all", ["replicaSet web-v001"]],
      ["networkPolicy some", ["replicaSet web-v001"]],
      ["networkPolicy none", []],
    ]);
    expect(inventory.networkPolicies("else")).toEqual([]);
  });

  it("are found by their names in any case", async () => {
    expect(await inventory.serverGroups({ application: "WEB" })).toHaveLength(1);
    expect(inventory.serverGroup({ region: "shop", name: "replicaset web-v001" })?.name).toBe("replicaSet web-v001");
    expect(inventory.serverGroup({ region: "shop", name: "deployment web" })).toBeNull();
    expect(inventory.namespaces()).toEqual(["shop"]);
  });

  it("are hidden where only what Spinnaker wrote is shown", async () => {
    const strict = createAccountInventory(caches, { ...settings, onlySpinnakerManaged: true });
    expect(await strict.serverGroups({})).toEqual([]);
    expect(strict.loadBalancers()).toEqual([]);
  });
});
