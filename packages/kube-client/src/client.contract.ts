import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { KubeClient } from "./client.ts";
import { KubeError } from "./errors.ts";
import type { KubeObject } from "./objects.ts";

const configMapKind = { apiVersion: "v1", kind: "ConfigMap" };
const deploymentKind = { apiVersion: "apps/v1", kind: "Deployment" };

/** What every API server must do for this client: run on the fake one and on a real one. */
export function describeKubeClient(
  name: string,
  connect: () => Promise<{ client: KubeClient; close(): Promise<void> }>,
): void {
  describe(`the Kubernetes client on ${name}`, () => {
    let client: KubeClient;
    let close: () => Promise<void>;
    const namespace = `contract-${Date.now().toString(36)}`;
    const map = (
      mapName: string,
      data: Record<string, string>,
      labels: Record<string, string> = { suite: "contract" },
    ) => ({
      ...configMapKind,
      metadata: { name: mapName, namespace, labels },
      data,
    });

    beforeAll(async () => {
      ({ client, close } = await connect());
      await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    });
    afterEach(async () => {
      await client.deleteAll(configMapKind, { namespace, labelSelector: "suite=contract" });
    });
    afterAll(async () => {
      await client.delete({ apiVersion: "v1", kind: "Namespace", name: namespace });
      await close();
    });

    test("creates, reads, patches, replaces and deletes", async () => {
      const created = await client.create(map("one", { a: "1" }));
      const ref = { ...configMapKind, name: "one", namespace };
      expect(created.metadata.uid).toBeTypeOf("string");
      await client.patch(ref, "merge", { data: { b: "2" } });
      await client.patch(ref, "json", [{ op: "replace", path: "/data/a", value: "3" }]);
      await client.patch(ref, "strategic", { data: { c: "4" } });
      const patched = await client.get(ref);
      expect(patched["data"]).toEqual({ a: "3", b: "2", c: "4" });
      await client.replace({ ...patched, data: { only: "this" } });
      expect((await client.get(ref))["data"]).toEqual({ only: "this" });
      expect(await client.delete(ref)).toBe(true);
      expect(await client.delete(ref)).toBe(false);
      expect(await client.find(ref)).toBeNull();
    });

    test("refuses to replace over a newer version, and to delete another object", async () => {
      const created = await client.create(map("race", { a: "1" }));
      const ref = { ...configMapKind, name: "race", namespace };
      await client.patch(ref, "merge", { data: { a: "2" } });
      const late = client.replace({ ...created, data: { a: "late" } });
      await expect(late).rejects.toMatchObject({ code: 409, reason: "Conflict", retryable: false });
      const other = client.delete(ref, { preconditions: { uid: "00000000-0000-0000-0000-000000000000" } });
      await expect(other).rejects.toMatchObject({ code: 409 });
      expect((await client.get(ref))["data"]).toEqual({ a: "2" });
    });

    test("applies with owners: a conflict names field and manager, force takes over", async () => {
      const mine = {
        ...map("owned", { shared: "mine", own: "x" }),
        metadata: { name: "owned", namespace, labels: { suite: "contract" } },
      };
      await client.apply(mine, { fieldManager: "first" });
      const other: KubeObject = {
        ...configMapKind,
        metadata: { name: "owned", namespace },
        data: { shared: "theirs" },
      };
      const refused = await client.apply(other, { fieldManager: "second" }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(KubeError);
      expect((refused as KubeError).conflicts).toMatchObject([{ field: ".data.shared", manager: "first" }]);
      expect((refused as KubeError).message).toContain("first owns .data.shared");
      const forced = await client.apply(other, { fieldManager: "second", force: true });
      expect(forced["data"]).toEqual({ shared: "theirs", own: "x" });
      const dropped = await client.apply({ ...mine, data: {} }, { fieldManager: "first" });
      expect(dropped["data"]).toEqual({ shared: "theirs" });
    });

    test("a dry run changes nothing", async () => {
      const planned = await client.apply(map("planned", { a: "1" }), { dryRun: true });
      expect(planned["data"]).toEqual({ a: "1" });
      expect(await client.find({ ...configMapKind, name: "planned", namespace })).toBeNull();
    });

    test("lists by pages and by selectors", async () => {
      for (let at = 0; at < 7; at += 1)
        await client.create(map(`page-${at}`, {}, { suite: "contract", half: at < 3 ? "a" : "b" }));
      const paged = await client.list(configMapKind, { namespace, labelSelector: "suite=contract", pageSize: 2 });
      expect(paged.items.map((item) => item.metadata.name)).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `page-${at}`));
      expect(paged.items[0]).toMatchObject(configMapKind);
      const half = await client.list(configMapKind, { namespace, labelSelector: "half in (a),suite" });
      expect(half.items).toHaveLength(3);
      const one = await client.list(configMapKind, { namespace, fieldSelector: "metadata.name=page-4" });
      expect(one.items).toHaveLength(1);
    });

    test("watches from a version on", async () => {
      const { resourceVersion } = await client.list(configMapKind, { namespace });
      const stop = new AbortController();
      const seen: string[] = [];
      const watched = (async () => {
        for await (const event of client.watch(configMapKind, { namespace, resourceVersion, signal: stop.signal })) {
          if (event.type !== "BOOKMARK") seen.push(`${event.type} ${event.object.metadata.name}`);
          if (event.type === "DELETED") stop.abort(new Error("seen enough"));
        }
      })();
      // It may end before anybody waits for it.
      watched.catch(() => {});
      await client.create(map("watched", {}));
      await client.patch({ ...configMapKind, name: "watched", namespace }, "merge", { data: { a: "1" } });
      await client.delete({ ...configMapKind, name: "watched", namespace });
      await expect(watched).rejects.toThrow("seen enough");
      expect(seen).toEqual(["ADDED watched", "MODIFIED watched", "DELETED watched"]);
    });

    test("scales by the subresource, and writes a status only by its own", async () => {
      const labels = { app: "scaled" };
      const web: KubeObject = {
        ...deploymentKind,
        metadata: { name: "scaled", namespace },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "localhost/none:1" }] } },
        },
      };
      const ref = { ...deploymentKind, name: "scaled", namespace };
      await client.create(web);
      await client.scale(ref, 2);
      expect((await client.get(ref))["spec"]).toMatchObject({ replicas: 2 });
      const scale = await client.get(ref, { subresource: "scale" });
      expect(scale).toMatchObject({ kind: "Scale", spec: { replicas: 2 } });
      await client.scale(ref, 0);
      await client.delete(ref, { propagation: "Foreground" });
    });

    test("finds kinds by what people type", async () => {
      expect(await client.discovery.find("deploy")).toMatchObject({
        plural: "deployments",
        group: "apps",
        namespaced: true,
      });
      expect(await client.discovery.find("ConfigMap")).toMatchObject({ plural: "configmaps", group: "" });
      expect(await client.discovery.find("leases.coordination.k8s.io")).toMatchObject({ kind: "Lease" });
      const unknown = client.discovery.find("unicorn");
      await expect(unknown).rejects.toMatchObject({ reason: "UnknownKind" });
    });

    test("names invalid fields", async () => {
      const bad = client.create({ ...configMapKind, metadata: { name: "Not Valid", namespace } });
      await expect(bad).rejects.toMatchObject({ code: 422, reason: "Invalid", causes: [{ field: "metadata.name" }] });
    });
  });
}
