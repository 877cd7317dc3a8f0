import { describe, expect, it } from "vitest";
import { heldCaches } from "../testing/held-caches.ts";
import { pod, replicaSet, serviceOf } from "../testing/objects.ts";
import { createAccountInventory } from "./account-inventory.ts";

const ignored = { "caching.spinnaker.io/ignore": "true" };
const settings = { name: "prod", onlySpinnakerManaged: false, namespaces: [] };

describe("what an account shows", () => {
  it("leaves out what is marked to be ignored, Pods and Services too", async () => {
    const shown = replicaSet("web-v001");
    const hidden = replicaSet("web-v002", { annotations: ignored });
    const service = serviceOf("hidden", { app: "web" });
    const secret = pod("b", shown);
    const caches = heldCaches(
      shown,
      hidden,
      pod("a", shown),
      serviceOf("web", { app: "web" }),
      { ...service, metadata: { ...service.metadata, annotations: ignored } },
      { ...secret, metadata: { ...secret.metadata, annotations: ignored } },
    );
    const inventory = createAccountInventory(caches, settings);
    const groups = await inventory.serverGroups({});
    expect(groups.map(({ name, instances }) => [name, instances.map(({ id }) => id)])).toEqual([
      ["replicaSet web-v001", ["a"]],
    ]);
    expect(inventory.loadBalancers().map(({ name }) => name)).toEqual(["service web"]);
    expect(inventory.serverGroup({ region: "shop", name: "replicaSet web-v002" })).toBeNull();
    expect(inventory.byKey({ kind: "ReplicaSet", namespace: "shop", name: "web-v002" })).toBeNull();
  });

  it("is chosen by application, namespace and cluster", async () => {
    const annotations = { "moniker.spinnaker.io/application": "Other", "moniker.spinnaker.io/cluster": "replicaSet x" };
    const caches = heldCaches(replicaSet("web-v001"), replicaSet("x-v000", { namespace: "there", annotations }));
    const inventory = createAccountInventory(caches, settings);
    const names = async (filter: Parameters<typeof inventory.serverGroups>[0]) =>
      (await inventory.serverGroups(filter)).map(({ name }) => name);
    expect(await names({ application: "OTHER" })).toEqual(["replicaSet x-v000"]);
    expect(await names({ region: "there" })).toEqual(["replicaSet x-v000"]);
    expect(await names({ cluster: "replicaSet x" })).toEqual(["replicaSet x-v000"]);
    expect(await names({ account: "another" })).toEqual([]);
    const managed = createAccountInventory(caches, { ...settings, onlySpinnakerManaged: true });
    expect((await managed.serverGroups({})).map(({ name }) => name)).toEqual(["replicaSet x-v000"]);
  });

  it("scrapes the groups that ask for it", () => {
    const set = replicaSet("web-v001");
    const template = { metadata: { annotations: { "metrics.gennaker.io/path": "/metrics" } } };
    const caches = heldCaches(replicaSet("quiet"), { ...set, spec: { ...(set["spec"] as object), template } });
    const scraped = createAccountInventory(caches, settings).scraped();
    expect(scraped.map(({ name, metricsPath }) => [name, metricsPath])).toEqual([["replicaSet web-v001", "/metrics"]]);
  });
});
