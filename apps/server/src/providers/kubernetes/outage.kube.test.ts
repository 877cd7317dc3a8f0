import { findPrograms } from "@gennaker/testkit/kubernetes/programs.ts";
import { startKubernetes, type Kubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, openScene, type Scene } from "./testing/scene.ts";

const programs = findPrograms();

describe.skipIf(programs === null)("a cluster whose API server dies (needs the programs of Kubernetes)", () => {
  let cluster: Kubernetes;
  let scene: Scene;
  beforeAll(async () => {
    cluster = await startKubernetes({ fakeNodes: 1 });
    scene = await openScene({ kubeconfigFile: cluster.kubeconfig });
  });
  afterAll(async () => {
    await scene?.provider.stop();
    await cluster?.stop();
  });

  it("is shown as unreachable with what was last known, and as it is when it is back", async () => {
    const { port, provider, namespace, events } = scene;
    await port.apply("test", deployment(namespace, "web", { replicas: 1 }));
    const ref = { kind: "deployment", name: "web", namespace };
    const never = new AbortController().signal;
    await port.waitStable("test", ref, never);
    const version = "registry.example/nginx:2.0";
    await port.apply("test", deployment(namespace, "late", { replicas: 1, annotations: { "test/fail": "wait" } }));
    const waiting = port.waitStable("test", { ...ref, name: "late" }, never);

    await cluster.killApiServer();
    await expect.poll(async () => (await provider.accounts())[0]?.reachable, { timeout: 20_000 }).toBe(false);
    expect((await provider.accounts())[0]?.reason).toContain("does not answer");
    const shown = await provider.serverGroups({ application: namespace, cluster: "deployment web" });
    expect(shown.map(({ instances }) => instances.length)).toEqual([1]);
    expect(events.findLast(({ type }) => type === "account.changed")).toMatchObject({ data: { reachable: false } });

    await cluster.startApiServer();
    await expect.poll(async () => (await provider.accounts())[0]?.reachable, { timeout: 60_000 }).toBe(true);
    await port.apply("test", deployment(namespace, "late", { replicas: 1, image: version }), { force: true });
    const { state, message } = await waiting;
    expect(state, message).toBe("stable");
    await expect
      .poll(
        async () => {
          const groups = await provider.serverGroups({ cluster: "deployment late" });
          return groups.filter(({ instances }) => instances.length > 0).map(({ artifact }) => artifact.reference);
        },
        { timeout: 20_000 },
      )
      .toEqual([version]);
  });

  it("is left alone by an account whose kubeconfig does not exist, which says so", async () => {
    const other = openScene({ kubeconfigFile: "/nowhere/kubeconfig" }, { namespace: "default" });
    const { provider } = await other;
    await expect
      .poll(async () => (await provider.accounts())[0])
      .toMatchObject({ reachable: false, reason: expect.stringContaining("/nowhere/kubeconfig") });
    expect(await provider.serverGroups({})).toEqual([]);
    await provider.stop();
  });
});
