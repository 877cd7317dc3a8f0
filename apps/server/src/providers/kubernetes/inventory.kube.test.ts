import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, openScene, service, skipped, type Scene } from "./testing/scene.ts";

const never = new AbortController().signal;

describe.skipIf(skipped !== "")(`Kubernetes inventory on a real cluster ${skipped}`, () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene?.close());

  const groups = () => scene.provider.serverGroups({ application: scene.namespace, region: scene.namespace });

  it("shows an account with its namespaces once its cluster has answered", async () => {
    await expect
      .poll(() => scene.provider.accounts(), { timeout: 20_000 })
      .toMatchObject([{ name: "test", cloudProvider: "kubernetes", reachable: true, reason: "" }]);
  });

  it("deploys, waits, and shows the server group, its instances and its load balancer", async () => {
    const { port, namespace } = scene;
    await port.apply("test", service(namespace, "web", { run: "web" }));
    const applied = await port.apply("test", deployment(namespace, "web"));
    expect(applied.metadata.generation).toBe(1);
    const said: string[] = [];
    const ref = { kind: "deployment", name: "web", namespace };
    const verdict = await port.waitStable("test", ref, never, { onVerdict: ({ state }) => said.push(state) });
    expect(verdict.state).toBe("stable");
    expect(said[0]).toBe("progressing");
    expect(await port.stability("test", ref)).toMatchObject({ state: "stable" });

    await expect.poll(async () => (await groups()).map(({ health }) => health.status)).toEqual(["stable"]);
    const [group] = await groups();
    expect(group).toMatchObject({
      account: "test",
      region: namespace,
      cluster: "deployment web",
      application: scene.namespace,
      sequence: 1,
      disabled: false,
      capacity: { desired: 2 },
      loadBalancers: ["service web"],
      artifact: { reference: "registry.example/nginx:1.27", version: "1.27" },
    });
    expect(group?.name).toMatch(/^replicaSet web-/);
    expect(group?.instances.map(({ state, port: open }) => [state, open])).toEqual([
      ["up", 8080],
      ["up", 8080],
    ]);
    expect(group?.zones.length).toBeGreaterThan(0);
    expect(scene.provider.loadBalancers({ application: scene.namespace })).toMatchObject([
      { name: "service web", serverGroups: [group?.name], health: { status: "stable" } },
    ]);
    await expect
      .poll(() => scene.events.findLast(({ subject }) => subject.includes(group?.name ?? "?")))
      .toMatchObject({
        type: "serverGroup.changed",
        application: scene.namespace,
        data: { desired: 2, health: { status: "stable" } },
      });
  });

  it("sees a new revision only when its own Pods serve", async () => {
    const { port, namespace } = scene;
    await port.apply("test", deployment(namespace, "web", { image: "registry.example/nginx:1.28" }));
    const ref = { kind: "deployment", name: "web", namespace };
    expect(await port.waitStable("test", ref, never)).toMatchObject({ state: "stable" });
    await expect
      .poll(async () =>
        (await groups()).map(({ artifact, instances }) => `${artifact.version}: ${instances.length}`).sort(),
      )
      .toEqual(["1.27: 0", "1.28: 2"]);
  });

  it("tells why a change will not work, long before its deadline", async () => {
    const { port, namespace } = scene;
    await port.apply("test", deployment(namespace, "bad", { annotations: { "test/fail": "image" } }));
    const verdict = await port.waitStable("test", { kind: "deployment", name: "bad", namespace }, never);
    expect(verdict.state).toBe("failed");
    expect(verdict.signs.map(({ code }) => code)).toContain("image.pull");
    await expect
      .poll(async () => (await groups()).find(({ cluster }) => cluster === "deployment bad")?.health)
      .toMatchObject({ status: "failed", code: "image.pull" });
  });

  it("scales through the Deployment that owns a server group, and removes what it is asked to", async () => {
    const { port, provider, namespace } = scene;
    const group = (await groups()).find(({ artifact }) => artifact.version === "1.28");
    if (group === undefined) throw new Error("the group is gone");
    const actor = { user: "test", roles: [], via: "system" as const };
    const operation = (key: string) => ({ key, signal: never, actor });
    await provider.resizeServerGroup(operation("resize"), group, { min: 3, max: 3, desired: 3 });
    await expect.poll(async () => (await provider.serverGroup(group))?.instances.length, { timeout: 10_000 }).toBe(3);
    const [first] = (await provider.serverGroup(group))?.instances ?? [];
    await provider.terminateInstance(operation("terminate"), group, first?.id ?? "");
    await expect
      .poll(async () => (await provider.serverGroup(group))?.instances.some(({ id }) => id === first?.id), {
        timeout: 10_000,
      })
      .toBe(false);
    const ref = { kind: "deployment", name: "web", namespace };
    expect(await port.delete("test", ref, { cascade: "foreground" })).toBe(true);
    await port.waitGone("test", ref, { signal: never });
    expect(await port.get("test", ref)).toBeNull();
    expect(await port.delete("test", ref)).toBe(false);
    await expect.poll(async () => await provider.serverGroup(group)).toBeNull();
    await provider.destroyServerGroup(operation("destroy"), group);
  });

  it("waits no longer for what is deleted meanwhile", async () => {
    const { port, namespace } = scene;
    await port.apply("test", deployment(namespace, "short", { annotations: { "test/fail": "wait" } }));
    const ref = { kind: "deployment", name: "short", namespace };
    const waited = port.waitStable("test", ref, never).catch((error: unknown) => error);
    await expect.poll(async () => (await port.events("test", ref)).map(({ reason }) => reason)).not.toEqual([]);
    await port.delete("test", ref);
    expect(await waited).toMatchObject({ code: "not_found" });
    const canceled = new AbortController();
    await port.apply("test", deployment(namespace, "long", { annotations: { "test/fail": "wait" } }));
    const long = port.waitStable("test", { ...ref, name: "long" }, canceled.signal).catch((error: unknown) => error);
    canceled.abort(new Error("canceled by somebody"));
    expect(await long).toMatchObject({ message: "canceled by somebody" });
  });
});
