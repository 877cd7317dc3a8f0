import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../objects.ts";
import { byLabel, byNamespace, byOwner, createObjectStore } from "./object-store.ts";
import { applyEvent } from "./reconcile.ts";
import { compose, dropLastApplied, dropManagedFields, keepFields, shareTexts } from "./transforms.ts";

const object = (name: string, metadata: Partial<KubeObject["metadata"]> = {}, rest: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", uid: `uid-${name}`, ...metadata },
  ...rest,
});

describe("an object store", () => {
  test("its indexes always agree with its objects", () => {
    const names = fc.constantFrom("a", "b", "c", "d");
    const step = fc.record({ name: names, tier: fc.constantFrom("x", "y", undefined), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const store = createObjectStore({ tier: byLabel("tier") });
        for (const { name, tier, remove } of steps) {
          if (remove) store.delete(`default/${name}`);
          else store.set(object(name, tier === undefined ? {} : { labels: { tier } }));
        }
        const names = (list: KubeObject[]) => list.map(({ metadata }) => metadata.name ?? "").toSorted();
        for (const tier of ["x", "y"]) {
          const slow = store.all().filter(({ metadata }) => metadata.labels?.["tier"] === tier);
          expect(names(store.byIndex("tier", tier))).toEqual(names(slow));
        }
        expect(store.indexValues("tier").every((value) => store.byIndex("tier", value).length > 0)).toBe(true);
      }),
    );
  });

  test("finds by owner and by namespace", () => {
    const store = createObjectStore({ owner: byOwner, namespace: byNamespace });
    const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "rs", uid: "rs-1" };
    store.set(object("owned", { ownerReferences: [owner] }));
    store.set(object("free", { namespace: "shop" }));
    expect(store.byIndex("owner", "rs-1").map(({ metadata }) => metadata.name)).toEqual(["owned"]);
    expect(store.byIndex("namespace", "shop")).toHaveLength(1);
    expect(store.byIndex("owner", "none")).toEqual([]);
  });
});

describe("an event", () => {
  const same = (given: KubeObject) => given;
  const store = () => {
    const made = createObjectStore();
    made.set(object("a", { resourceVersion: "99" }));
    return made;
  };

  test.each([
    ["doubled", { type: "MODIFIED", object: object("a", { resourceVersion: "99" }) }],
    ["outdated", { type: "MODIFIED", object: object("a", { resourceVersion: "98" }) }],
    ["a deletion of the unknown", { type: "DELETED", object: object("b") }],
    ["a deletion of a predecessor", { type: "DELETED", object: object("a", { uid: "older" }) }],
  ])("%s changes nothing", (_name, event) => {
    const held = store();
    expect(applyEvent(held, event, same)).toBeNull();
    expect(held.get("default/a")?.metadata.resourceVersion).toBe("99");
  });

  test("versions are compared as numbers of any length", () => {
    const event = { type: "MODIFIED", object: object("a", { resourceVersion: "100" }) };
    expect(applyEvent(store(), event, same)).toMatchObject({ type: "updated" });
  });
});

describe("transforms", () => {
  test("drop what is not needed", () => {
    const given = object("a", {
      managedFields: [{}],
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", kept: "yes" },
    });
    const { metadata } = compose(dropManagedFields, dropLastApplied)(given);
    expect(metadata).toEqual({ name: "a", namespace: "default", uid: "uid-a", annotations: { kept: "yes" } });
  });

  test("keep only the fields that are named, through lists", () => {
    const given = object(
      "a",
      { labels: { l: "1" }, selfLink: "x" },
      {
        spec: { nodeName: "n", containers: [{ name: "c", image: "i", env: [1] }], volumes: [] },
        status: { phase: "Running", hostIP: "1" },
      },
    );
    expect(keepFields(["spec.containers.image", "status.phase", "spec.missing.deep"])(given)).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a", namespace: "default", uid: "uid-a", labels: { l: "1" } },
      spec: { containers: [{ image: "i" }] },
      status: { phase: "Running" },
    });
  });

  test("sharing texts changes no value", () => {
    const share = shareTexts(8, 3);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // Compared as texts: JSON has no negative zero.
        const before = JSON.stringify(value);
        expect(JSON.stringify(share(object("a", {}, { value }))["value"])).toBe(before);
      }),
    );
  });
});
