import { afterEach, describe, expect, it } from "vitest";
import { heldCaches, type HeldCaches } from "../testing/held-caches.ts";
import { pod, replicaSet, serviceOf, sliceOf } from "../testing/objects.ts";
import { createAccountInventory } from "./account-inventory.ts";
import { followGroups, type ChangedGroups, type GroupChange } from "./changed-groups.ts";

describe("telling which server groups changed", () => {
  let follower: ChangedGroups | null = null;
  afterEach(() => follower?.stop());

  async function follow(caches: HeldCaches): Promise<GroupChange[]> {
    const told: GroupChange[] = [];
    const inventory = createAccountInventory(caches, { name: "prod", onlySpinnakerManaged: false, namespaces: [] });
    follower = followGroups({
      caches,
      read: (key) => inventory.byKey(key),
      refOf: ({ kind, namespace, name }) => ({ account: "prod", region: namespace, name: `${kind} ${name}` }),
      tell: (changes) => told.push(...changes),
    });
    await caches.ready();
    return told;
  }
  const labels = { app: "web" };

  it("tells nothing of the beginning, then each change once, gathered", async () => {
    const set = replicaSet("web-v001", { labels });
    const caches = heldCaches(set, pod("a", set, { ready: false }));
    const told = await follow(caches);
    caches.put(pod("a", set, { ready: true }), pod("a", set, { ready: true }), set);
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toMatchObject({
      application: "web",
      ref: { name: "ReplicaSet web-v001" },
      group: { instances: [{ state: "up" }] },
    });
    caches.put({ ...set, metadata: { ...set.metadata, resourceVersion: "9" } });
    caches.put(pod("b", set));
    await expect.poll(() => told.length).toBe(2);
    expect(told[1]?.group?.instances).toHaveLength(2);
  });

  it("reaches the groups of a Service and of its endpoints, and no others", async () => {
    const set = replicaSet("web-v001", { labels });
    const caches = heldCaches(set, pod("a", set));
    const told = await follow(caches);
    caches.put(serviceOf("elsewhere", { app: "other" }));
    caches.put(serviceOf("web", { app: "web" }));
    await expect.poll(() => told.map(({ group }) => group?.health.code)).toEqual(["endpoints.missing"]);
    caches.put(sliceOf("web", "a"));
    await expect.poll(() => told.map(({ group }) => group?.health.code)).toEqual(["endpoints.missing", "stable"]);
    caches.drop("Service", "shop", "web");
    await expect.poll(() => told.at(-1)?.group?.loadBalancers).toEqual([]);
  });

  it("tells that a group is gone, with its application", async () => {
    const set = replicaSet("web-v001", { labels });
    const caches = heldCaches(set);
    const told = await follow(caches);
    caches.drop("ReplicaSet", "shop", "web-v001");
    await expect.poll(() => told).toMatchObject([{ application: "web", group: null }]);
  });
});
