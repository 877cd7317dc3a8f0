import { afterEach, describe, expect, test } from "vitest";
import { FakeStatus } from "@gennaker/testkit/fakes/kube-api/status.ts";
import { configMap, configMapKind, startFakeCluster, type FakeCluster } from "../testing/fake-cluster.ts";
import { until } from "../testing/until.ts";
import { createInformer, type Informer, type InformerOptions } from "./informer.ts";
import { byLabel, byNamespace } from "./object-store.ts";

const quick = { backoff: { firstMs: 1, maxMs: 10 } };
describe("informers", () => {
  let cluster: FakeCluster;
  let informer: Informer;

  async function start(
    server: Parameters<typeof startFakeCluster>[0] = {},
    options: Partial<InformerOptions> = {},
    seed = 3,
  ) {
    cluster = await startFakeCluster(server);
    for (let at = 0; at < seed; at += 1) cluster.api.put(configMap(`seed-${at}`));
    informer = createInformer(cluster.client, { kind: configMapKind, ...quick, ...options });
    const changes: string[] = [];
    informer.onChange((change) => changes.push(`${change.type} ${change.object.metadata.name}`));
    await informer.synced();
    await until(() => cluster.api.watches.count("configmaps") === 1, "a watch");
    return changes;
  }

  function watchRequests() {
    return cluster.api.requests.filter((request) => request.verb === "watch");
  }

  afterEach(async () => {
    await informer.stop();
    await cluster.close();
  });

  describe.each([true, false])("an informer (server streams the initial state: %s)", (watchList) => {
    test("holds what is there and follows what changes", async () => {
      const changes = await start({ watchList });
      expect(changes).toEqual(["added seed-0", "added seed-1", "added seed-2"]);
      cluster.api.put(configMap("new", { a: "1" }));
      cluster.api.put(configMap("new", { a: "2" }));
      cluster.api.remove("v1", "ConfigMap", "seed-0", "default");
      await until(() => changes.length === 6, "three changes");
      expect(changes.slice(3)).toEqual(["added new", "updated new", "deleted seed-0"]);
      expect(informer.get("default/new")?.["data"]).toEqual({ a: "2" });
      expect(informer.status()).toMatchObject({ phase: "synced", served: true, objects: 3, error: null });
    });

    test("tells only what differs after the history was lost", async () => {
      const changes = await start({ watchList });
      const untouched = informer.get("default/seed-1");
      const away = cluster.api.faults.add({ status: 500, when: ({ verb }) => verb === "watch" || verb === "list" });
      cluster.api.watches.dropAll();
      cluster.api.put(configMap("seed-0", { changed: "yes" }));
      cluster.api.remove("v1", "ConfigMap", "seed-2", "default");
      cluster.api.put(configMap("late"));
      cluster.api.compact();
      away();
      await until(() => changes.length === 6, "the difference");
      expect(changes.slice(3).toSorted()).toEqual(["added late", "deleted seed-2", "updated seed-0"]);
      expect(informer.get("default/seed-1")).toBe(untouched);
    });

    test("tells an object that was made anew as deleted and added", async () => {
      const changes = await start({ watchList });
      cluster.api.faults.add({ status: 500, times: 1, when: ({ verb }) => verb === "watch" || verb === "list" });
      cluster.api.watches.dropAll();
      cluster.api.remove("v1", "ConfigMap", "seed-1", "default");
      cluster.api.put(configMap("seed-1"));
      cluster.api.compact();
      await until(() => changes.length === 5, "two changes");
      expect(changes.slice(3)).toEqual(["deleted seed-1", "added seed-1"]);
    });
  });

  describe("an informer in trouble", () => {
    test("opens a silent watch anew without listing again", async () => {
      const changes = await start({ bookmarkEveryMs: 20 }, { silenceMs: 150 });
      cluster.api.watches.stallAll();
      cluster.api.put(configMap("unheard"));
      await until(() => changes.includes("added unheard"), "the change behind the stall");
      expect(informer.status()).toMatchObject({ relists: 1, phase: "synced" });
    });

    test("finds out that the server was restored from a backup", async () => {
      const changes = await start({ bookmarkEveryMs: 20 }, { silenceMs: 80 });
      for (let at = 0; at < 9; at += 1) cluster.api.put(configMap("often", { at: String(at) }));
      await until(() => informer.get("default/often")?.["data"] !== undefined && changes.length === 12, "the present");
      cluster.api.rewind();
      cluster.api.breakConnections();
      cluster.api.put(configMap("often", { at: "restored" }));
      await until(
        () => JSON.stringify(informer.get("default/often")?.["data"]) === '{"at":"restored"}',
        "the other history",
      );
    });

    test("stays on one watch while bookmarks come", async () => {
      await start({ bookmarkEveryMs: 10 }, { silenceMs: 200 });
      const before = informer.status().resourceVersion;
      cluster.api.put({ apiVersion: "v1", kind: "Secret", metadata: { name: "elsewhere" } });
      await until(() => informer.status().resourceVersion !== before, "a bookmark");
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(watchRequests()).toHaveLength(1);
    });

    test("goes on after an ERROR event, garbage and broken connections, and says what is wrong meanwhile", async () => {
      const changes = await start();
      const phases: string[] = [];
      informer.onStatus((status) => phases.push(`${status.phase} ${status.error?.reason ?? ""}`.trim()));
      cluster.api.watches.errorAll(new FakeStatus(500, "InternalError", "etcdserver: leader changed"));
      await until(() => cluster.api.watches.count() === 1, "the second watch");
      cluster.api.watches.writeAll("<html>");
      await until(() => phases.includes("retrying Protocol") && cluster.api.watches.count() === 1, "the third watch");
      cluster.api.breakConnections();
      cluster.api.put(configMap("after"));
      await until(() => changes.includes("added after"), "the change after it all");
      expect(phases).toContain("retrying InternalError");
      expect(informer.status()).toMatchObject({ phase: "synced", relists: 1 });
    });

    test("waits as long as the server asks", async () => {
      await start();
      cluster.api.faults.add({ status: 429, retryAfterSeconds: 1, times: 1, when: ({ verb }) => verb === "watch" });
      const began = performance.now();
      cluster.api.watches.dropAll();
      await until(() => informer.status().error?.reason === "TooManyRequests", "the refusal");
      await until(() => informer.status().error === null || cluster.api.watches.count() === 1, "the next watch");
      expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    });

    test("does not ask in a tight loop when watches end at once", async () => {
      await start({}, { backoff: { firstMs: 60, maxMs: 60 } });
      const restarts = informer.status().restarts;
      for (let at = 0; at < 3; at += 1) {
        await until(() => cluster.api.watches.count() === 1, "a watch");
        cluster.api.watches.endAll();
        await until(() => informer.status().restarts > restarts + at, "a pause");
      }
      expect(informer.status().error?.message).toContain("ended at once");
    });

    test("empties when its kind is removed and fills again when it returns", async () => {
      cluster = await startFakeCluster();
      const kind = { apiVersion: "demo.io/v1", kind: "Gadget" };
      cluster.api.put(gadgetDefinition());
      cluster.api.put({ ...kind, metadata: { name: "one" } });
      informer = createInformer(cluster.client, { kind, ...quick });
      await informer.synced();
      expect(informer.list()).toHaveLength(1);
      cluster.api.remove("apiextensions.k8s.io/v1", "CustomResourceDefinition", "gadgets.demo.io");
      cluster.api.watches.endAll();
      await until(() => informer.status().served === false, "the removal");
      expect(informer.list()).toEqual([]);
      cluster.api.put(gadgetDefinition());
      cluster.api.put({ ...kind, metadata: { name: "two" } });
      await until(() => informer.get("default/two") !== undefined, "the return");
      expect(informer.status()).toMatchObject({ served: true, phase: "synced" });
    });

    test("is ready and empty while its kind does not exist", async () => {
      cluster = await startFakeCluster();
      informer = createInformer(cluster.client, { kind: { apiVersion: "demo.io/v1", kind: "Gadget" }, ...quick });
      await informer.synced();
      expect(informer.status()).toMatchObject({ served: false, objects: 0, error: { reason: "UnknownKind" } });
    });

    test("a forbidden kind keeps it trying, with the reason", async () => {
      cluster = await startFakeCluster();
      cluster.api.rules.allow = ({ resource }) => resource !== "configmaps";
      informer = createInformer(cluster.client, { kind: configMapKind, ...quick });
      await until(() => informer.status().error !== null, "the refusal");
      expect(informer.status()).toMatchObject({ phase: "starting", error: { reason: "Forbidden" } });
      cluster.api.rules.allow = () => true;
      await informer.synced();
    });

    test("lists again when pages expire in the middle", async () => {
      cluster = await startFakeCluster();
      for (let at = 0; at < 9; at += 1) cluster.api.put(configMap(`m-${at}`));
      let pages = 0;
      cluster.api.rules.allow = ({ verb }) => {
        if (verb === "list" && (pages += 1) === 2) cluster.api.expirePages();
        return true;
      };
      informer = createInformer(cluster.client, { kind: configMapKind, pageSize: 4, initial: "list", ...quick });
      await informer.synced();
      expect(informer.list()).toHaveLength(9);
      expect(pages).toBe(5);
    });

    test("a listener that throws harms nobody", async () => {
      const failures: unknown[] = [];
      const changes = await start({}, { onListenerError: (error) => failures.push(error) });
      informer.onChange(() => {
        throw new Error("listener");
      });
      const last: string[] = [];
      informer.onChange((change) => last.push(change.object.metadata.name ?? ""));
      cluster.api.put(configMap("x"));
      await until(() => last.length === 1, "the later listener");
      expect(changes).toContain("added x");
      expect(failures).toHaveLength(1);
    });

    test("stops for good", async () => {
      const changes = await start();
      await informer.stop();
      cluster.api.put(configMap("never"));
      await until(() => cluster.api.watches.count() === 0, "the end of the watch");
      expect(changes).not.toContain("added never");
      expect(informer.status().phase).toBe("stopped");
    });
  });

  test("indexes, selectors and replay", async () => {
    await start({}, { labelSelector: "app=web", indexes: { namespace: byNamespace, tier: byLabel("tier") } }, 0);
    const labelled = (name: string, tier: string) => configMap(name, {}, { app: "web", tier });
    cluster.api.put(labelled("a", "front"));
    cluster.api.put(labelled("b", "back"));
    cluster.api.put(configMap("other", {}, { app: "db", tier: "front" }));
    await until(() => informer.list().length === 2, "two");
    expect(informer.byIndex("tier", "front").map((object) => object.metadata.name)).toEqual(["a"]);
    cluster.api.put(labelled("a", "back"));
    await until(() => informer.byIndex("tier", "back").length === 2, "the move");
    expect(informer.indexValues("tier")).toEqual(["back"]);
    cluster.api.put(configMap("b", {}, { app: "gone" }));
    await until(() => informer.byIndex("namespace", "default").length === 1, "the leave");
    const replayed: string[] = [];
    informer.onChange((change) => replayed.push(change.object.metadata.name ?? ""), { replay: true });
    expect(replayed).toEqual(["a"]);
    expect(() => informer.byIndex("nope", "x")).toThrow(/There is no index "nope"/);
  });
});

function gadgetDefinition() {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "gadgets.demo.io" },
    spec: {
      group: "demo.io",
      scope: "Namespaced",
      names: { kind: "Gadget", plural: "gadgets", shortNames: ["gd"] },
      versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} } }],
    },
  };
}
