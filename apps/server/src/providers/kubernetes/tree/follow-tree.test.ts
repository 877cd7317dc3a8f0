import type { KubernetesNode, KubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { kubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startFakeApi, type FakeApi } from "@gennaker/testkit/fakes/kube-api/with-kubeconfig.ts";
import { openScene, type Scene } from "../testing/scene.ts";
import { shopObjects } from "@gennaker/testkit/fakes/kube-api/shop.ts";
import type { TreeOptions } from "./follow-tree.ts";

describe("the tree of an application", () => {
  let fake: FakeApi;
  let scene: Scene;
  beforeEach(async () => {
    fake = await startFakeApi();
    fake.put(...shopObjects());
    scene = await openScene({ kubeconfigFile: fake.kubeconfigFile }, { namespace: "shop" });
  });
  afterEach(async () => {
    await scene.close();
    await fake.close();
  });

  const follow = (options: Partial<TreeOptions> = {}) =>
    scene.provider.tree(["test"], {
      application: "shop",
      follow: true,
      sees: async () => () => true,
      signal: AbortSignal.timeout(20_000),
      ...options,
    });

  async function whole(options: Partial<TreeOptions> = {}) {
    const nodes = new Map<string, KubernetesNode>();
    let state: KubernetesTreeLine | undefined;
    for await (const line of follow({ follow: false, ...options })) {
      expect(kubernetesTreeLine.parse(line)).toEqual(line);
      apply(nodes, line);
      if (line.type === "state") state = line;
    }
    return { nodes, state, at: (kind: string, name: string) => find(nodes, kind, name) };
  }

  test("has what belongs to it by annotations, labels and owners, with traffic and configuration", async () => {
    const { nodes, state, at } = await whole();
    expect(state).toMatchObject({
      complete: true,
      truncated: false,
      problems: [],
      accounts: [{ account: "test", reachable: true }],
    });
    expect([...nodes.values()].map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      "ConfigMap settings-v000",
      "ConfigMap settings-v001",
      "Deployment web",
      "EndpointSlice web-x",
      "Ingress front",
      "Pod web-2-0",
      "Pod web-2-1",
      "ReplicaSet web-1",
      "ReplicaSet web-2",
      "Secret keys-v000",
      "Service web",
    ]);
    expect(at("Ingress", "front")?.leadsTo).toEqual([{ uid: at("Service", "web")?.uid, percent: 100 }]);
    expect(at("Service", "web")?.leadsTo).toEqual([{ uid: at("EndpointSlice", "web-x")?.uid, percent: null }]);
    expect(at("EndpointSlice", "web-x")?.leadsTo).toHaveLength(2);
    expect(at("ReplicaSet", "web-2")).toMatchObject({
      version: "2.1",
      sequence: 2,
      replicas: { ready: 2, desired: 2 },
      traffic: [{ service: "web", percent: 100 }],
      health: { state: "stable", decidedBy: { source: "kind", rule: "apps/ReplicaSet" } },
    });
    const used = at("ReplicaSet", "web-2")?.uses;
    expect(used).toEqual([at("Secret", "keys-v000")?.uid, at("ConfigMap", "settings-v001")?.uid]);
    expect(at("ReplicaSet", "web-1")?.uses).toEqual([]);
    expect(at("ConfigMap", "settings-v001")).toMatchObject({ baseName: "settings", sequence: 1 });
    expect(JSON.stringify([...nodes.values()])).not.toContain("hunter2");
  });

  test("tells what comes, changes and goes, without being asked again", async () => {
    const nodes = new Map<string, KubernetesNode>();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const line of follow({ signal: stop.signal })) apply(nodes, line);
    })();
    await expect.poll(() => nodes.size, { timeout: 10_000 }).toBe(11);
    const pod = shopObjects().find(({ metadata }) => metadata.name === "web-2-0");
    const waiting = {
      name: "web",
      ready: false,
      state: { waiting: { reason: "ImagePullBackOff", message: "no such" } },
    };
    if (pod === undefined) throw new Error("there is no Pod");
    fake.put({ ...pod, status: { phase: "Pending", containerStatuses: [waiting] } });
    await expect.poll(() => find(nodes, "Pod", "web-2-0")?.health.state, { timeout: 5_000 }).toBe("failed");
    expect(find(nodes, "Pod", "web-2-0")?.health.signs[0]?.code).toBe("image.pull");
    fake.api.remove("v1", "ConfigMap", "settings-v000", "shop");
    await expect.poll(() => find(nodes, "ConfigMap", "settings-v000"), { timeout: 5_000 }).toBeUndefined();
    stop.abort();
    await reading;
  });

  test("shows to a reader only what they may see, and of an account everything of all applications", async () => {
    const all = await whole({ application: undefined });
    expect(all.at("ConfigMap", "other")?.application).toBe("other");
    const seen = await whole({ application: undefined, sees: async () => (application) => application === "other" });
    expect([...seen.nodes.values()].map(({ name }) => name)).toEqual(["other"]);
    await expect(
      whole({
        sees: async () => {
          throw new Error("the login is over");
        },
      }),
    ).rejects.toThrow("the login is over");
  });

  test("is whole although the kubeconfig of an account cannot be read, and says so", async () => {
    const broken = await openScene({ kubeconfigFile: "/nowhere/kubeconfig" }, { namespace: "shop" });
    const states: KubernetesTreeLine[] = [];
    const options = { application: "shop", follow: false, signal: AbortSignal.timeout(10_000) };
    for await (const line of broken.provider.tree(["test"], { ...options, sees: async () => () => true }))
      if (line.type === "state") states.push(line);
    expect(states.at(-1)).toMatchObject({
      complete: true,
      accounts: [{ reachable: false, reason: expect.stringContaining("/nowhere/kubeconfig") }],
    });
    await broken.close();
  });

  test("says that a cluster does not answer, and keeps what was known", async () => {
    const lines: KubernetesTreeLine[] = [];
    const nodes = new Map<string, KubernetesNode>();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const line of follow({ signal: stop.signal })) {
        apply(nodes, line);
        lines.push(line);
      }
    })();
    await expect.poll(() => nodes.size, { timeout: 10_000 }).toBe(11);
    await fake.api.close();
    const last = () => lines.findLast((line) => line.type === "state");
    await expect.poll(last, { timeout: 15_000 }).toMatchObject({ accounts: [{ reachable: false }] });
    expect(nodes.size).toBe(11);
    stop.abort();
    await reading;
  });
});

function apply(nodes: Map<string, KubernetesNode>, line: KubernetesTreeLine): void {
  if (line.type === "set") for (const node of line.nodes) nodes.set(node.id, node);
  if (line.type === "gone") for (const id of line.ids) nodes.delete(id);
}

function find(nodes: ReadonlyMap<string, KubernetesNode>, kind: string, name: string): KubernetesNode | undefined {
  return [...nodes.values()].find((node) => node.kind === kind && node.name === name);
}
