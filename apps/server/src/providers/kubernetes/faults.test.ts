import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeKubeApi, type FakeKubeApi } from "@gennaker/testkit/fakes/kube-api/start.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, openScene, type Scene } from "./testing/scene.ts";
import { pod, replicaSet, serviceOf, sliceOf } from "./testing/objects.ts";

const never = new AbortController().signal;
const namespace = "shop";

describe("the provider on an API server with faults", () => {
  let folder: string;
  let api: FakeKubeApi;
  let scene: Scene;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gennaker-kubernetes-faults-"));
    api = await startFakeKubeApi();
    const config = {
      clusters: [{ name: "c", cluster: { server: api.url } }],
      users: [{ name: "u", user: { token: [...api.tokens.keys()][0] } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    };
    writeFileSync(join(folder, "kubeconfig"), JSON.stringify(config));
    scene = await openScene({ kubeconfigFile: join(folder, "kubeconfig") }, { namespace });
  });
  afterEach(async () => {
    await scene.close();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const reachable = async () => (await scene.provider.accounts())[0]?.reachable;
  const web = { kind: "deployment", name: "web", namespace };
  /** What the controller would write. */
  function settle(generation: number): void {
    const held = api.list("apps/v1", "Deployment").find(({ metadata }) => metadata.name === "web");
    if (held === undefined) throw new Error("there is no Deployment");
    const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
    api.put({ ...held, status: { observedGeneration: generation, ...counts } });
  }

  it("says stable only when the newest generation was seen", async () => {
    await scene.port.apply("test", deployment(namespace, "web"));
    settle(1);
    expect(await scene.port.waitStable("test", web, never)).toMatchObject({ state: "stable" });
    await scene.port.apply("test", deployment(namespace, "web", { image: "registry.example/nginx:2" }));
    const states: string[] = [];
    const waiting = scene.port.waitStable("test", web, never, { onVerdict: ({ state }) => states.push(state) });
    await expect.poll(() => states).toEqual(["progressing"]);
    settle(2);
    expect(await waiting).toMatchObject({ state: "stable" });
  });

  it("goes on waiting over broken watches, errors and a forgotten past", async () => {
    await scene.port.apply("test", deployment(namespace, "web"));
    const waiting = scene.port.waitStable("test", web, never);
    await expect.poll(() => api.watches.count("deployments.apps")).toBeGreaterThan(1);
    api.faults.add({ status: 500, times: 3, when: ({ verb }) => verb === "watch" });
    api.watches.dropAll();
    api.compact();
    settle(1);
    expect(await waiting).toMatchObject({ state: "stable" });
    await expect.poll(reachable).toBe(true);
  });

  it("shows an account whose login is refused, and what it may not watch", async () => {
    await expect.poll(reachable).toBe(true);
    api.rules.allow = ({ resource }) => resource !== "networkpolicies.networking.k8s.io";
    api.watches.dropAll();
    await expect
      .poll(async () => (await scene.provider.accounts())[0], { timeout: 5_000 })
      .toMatchObject({ reachable: true, reason: expect.stringContaining("NetworkPolicy") });
    api.tokens.clear();
    api.breakConnections();
    await expect.poll(reachable, { timeout: 10_000 }).toBe(false);
  });

  it("wakes what waits for the account when a Deployment changes, which is no server group", async () => {
    await scene.port.apply("test", deployment(namespace, "web"));
    await expect.poll(() => scene.events.at(-1)).toMatchObject({ data: { read: true } });
    await expect.poll(() => reachable()).toBe(true);
    scene.woken.length = 0;
    settle(1);
    await expect.poll(() => scene.woken).toContain("account:test");
  });

  it("tells the change of a server group to everybody, and of one that goes", async () => {
    await expect.poll(() => scene.events.at(-1)).toMatchObject({ type: "account.changed", data: { read: true } });
    const heard: string[] = [];
    const off = scene.provider.onChange(({ ref, application }) => heard.push(`${application} ${ref.name}`));
    const set = api.put(replicaSet("web-v001", { labels: { app: "web" } }));
    api.put(pod("a", set));
    await expect.poll(() => heard).toContain("web replicaSet web-v001");
    await expect
      .poll(() => scene.events.at(-1))
      .toMatchObject({ type: "serverGroup.changed", application: "web", data: { health: { status: "stable" } } });
    api.put(serviceOf("web", { app: "web" }));
    await expect.poll(() => scene.events.at(-1)).toMatchObject({ data: { health: { code: "endpoints.missing" } } });
    api.put(sliceOf("web", "a"));
    await expect.poll(() => scene.events.at(-1)).toMatchObject({ data: { health: { status: "stable" } } });
    off();
    api.remove("apps/v1", "ReplicaSet", "web-v001", namespace);
    await expect.poll(() => scene.events.at(-1)).toMatchObject({ application: "web", data: { gone: true } });
    expect(await scene.provider.serverGroups({})).toEqual([]);
  });
});
