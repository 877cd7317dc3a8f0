import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, openScene, skipped, type Scene } from "./testing/scene.ts";

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "lamps.light.example.com" },
  spec: {
    group: "light.example.com",
    scope: "Namespaced",
    names: { plural: "lamps", singular: "lamp", kind: "Lamp" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        subresources: { status: {} },
      },
    ],
  },
};

describe.skipIf(skipped !== "")(`the stages' port on a real cluster ${skipped}`, () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(async () => {
    await scene?.port.delete("test", { kind: "customResourceDefinition", name: definition.metadata.name });
    await scene?.close();
  });

  const map = (name: string, data: Record<string, string>, labels: Record<string, string> = { tier: "" }) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: scene.namespace, labels },
    data,
  });

  it("knows kinds by Spinnaker's names and takes new custom resources at once", async () => {
    const { port, namespace } = scene;
    expect(await port.kind("test", "replicaSet")).toEqual({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      namespaced: true,
    });
    await expect(port.kind("test", "Lamp.light.example.com")).rejects.toMatchObject({ reason: "UnknownKind" });
    await port.apply("test", definition);
    const ref = { kind: "customResourceDefinition", name: definition.metadata.name };
    await port.waitStable("test", ref, AbortSignal.timeout(20_000));
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const lamp = { apiVersion: "light.example.com/v1", kind: "Lamp", metadata: { name: "desk", namespace }, on: true };
    await port.create("test", lamp);
    expect(await port.list("test", "Lamp.light.example.com", namespace)).toMatchObject([{ on: true }]);
    const desk = { kind: "Lamp.light.example.com", name: "desk", namespace };
    expect((await port.stability("test", desk))?.state).toBe("stable");
    const ready = [{ type: "Ready", status: "False", reason: "NoPower", message: "there is no power" }];
    await port.patch("test", desk, { status: { conditions: ready } }, "merge", { subresource: "status" });
    expect(await port.stability("test", desk)).toMatchObject({ state: "progressing" });
  });

  it("lists by selectors, creates by generated names, and refuses a name that is taken", async () => {
    const { port, namespace } = scene;
    await port.apply("test", map("one", { a: "1" }, { tier: "x" }));
    await port.apply("test", map("two", { a: "2" }, { tier: "y" }));
    const found = await port.list("test", "configMap", namespace, "tier in (x)");
    expect(found.map(({ metadata }) => metadata.name)).toEqual(["one"]);
    const everywhere = await port.list("test", "configmaps", null, "tier in (x,y)");
    expect(everywhere.map(({ metadata }) => metadata.name ?? "").sort()).toEqual(["one", "two"]);
    const { name: _name, ...generated } = map("", {}).metadata;
    const made = await port.create("test", { ...map("", {}), metadata: { ...generated, generateName: "run-" } });
    expect(made.metadata.name).toMatch(/^run-/);
    await expect(port.create("test", map("one", {}))).rejects.toMatchObject({ reason: "AlreadyExists" });
  });

  it("tells conflicts by field and owner, and takes over when asked", async () => {
    const { port } = scene;
    await port.apply("test", map("owned", { a: "1" }), { fieldManager: "first" });
    const refused = port.apply("test", map("owned", { a: "2" }), { fieldManager: "second" });
    await expect(refused).rejects.toMatchObject({ code: 409, conflicts: [{ field: ".data.a", manager: "first" }] });
    const forced = await port.apply("test", map("owned", { a: "2" }), { fieldManager: "second", force: true });
    expect(forced["data"]).toEqual({ a: "2" });
    const planned = await port.apply("test", map("owned", { a: "3" }), { fieldManager: "second", dryRun: true });
    expect(planned["data"]).toEqual({ a: "3" });
    expect(await port.get("test", { kind: "configMap", name: "owned", namespace: scene.namespace })).toMatchObject({
      data: { a: "2" },
    });
  });

  it("orphans what it is asked to leave", async () => {
    const { port, namespace } = scene;
    await port.apply("test", deployment(namespace, "left", { replicas: 1 }));
    const ref = { kind: "deployment", name: "left", namespace };
    await port.waitStable("test", ref, AbortSignal.timeout(30_000));
    await port.delete("test", ref, { cascade: false });
    await port.waitGone("test", ref, { signal: AbortSignal.timeout(30_000) });
    const sets = await port.list("test", "replicaSet", namespace, "run=left");
    expect(sets).toHaveLength(1);
    expect(sets[0]?.metadata.ownerReferences ?? []).toEqual([]);
  });

  it("keeps to what the account is configured for", async () => {
    const { namespace } = scene;
    const limited = await openScene({ namespaces: [namespace], omitKinds: ["secret"], readOnly: true }, { namespace });
    try {
      const { port } = limited;
      await expect(port.apply("test", map("no", {}))).rejects.toMatchObject({ code: "forbidden" });
      const secret = port.get("test", { kind: "secret", name: "x", namespace });
      await expect(secret).rejects.toMatchObject({ code: "forbidden" });
      await expect(port.list("test", "pods", "default")).rejects.toMatchObject({ code: "forbidden" });
      const maps = await port.list("test", "configMap", null);
      expect(new Set(maps.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
      await expect(port.get("nowhere", { kind: "pod", name: "x" })).rejects.toMatchObject({ code: "not_found" });
      expect(await limited.provider.accounts()).toMatchObject([{ regions: [{ name: namespace }] }]);
    } finally {
      await limited.close();
    }
  });
});
