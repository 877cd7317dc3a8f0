import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { openScene, service, skipped, type Scene } from "./testing/scene.ts";

/** A ReplicaSet as Spinnaker's deploy leaves it: attached to the Service `web` by a label of its own. */
function versioned(namespace: string, name: string): KubeObject {
  const annotations = {
    "moniker.spinnaker.io/application": "shop",
    "moniker.spinnaker.io/cluster": "replicaSet web",
    "traffic.spinnaker.io/load-balancers": '["service web"]',
  };
  const selector = { version: name };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace, annotations },
    spec: {
      replicas: 2,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector, lb: "web" }, annotations },
        spec: { containers: [{ name: "web", image: "registry.example/web:1" }] },
      },
    },
  };
}

describe.skipIf(skipped !== "")(`taking a ReplicaSet out of traffic on a real cluster ${skipped}`, () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });
  afterAll(() => scene?.close());
  const operation = () => ({
    key: randomUUID(),
    signal: AbortSignal.timeout(30_000),
    actor: { user: "test", roles: [], via: "system" as const },
  });

  it("disables, enables and destroys, each of it twice without harm", async () => {
    const { port, provider, namespace } = scene;
    await port.apply("test", service(namespace, "web", { lb: "web" }));
    await port.apply("test", versioned(namespace, "web-v000"));
    const live = { kind: "replicaSet", name: "web-v000", namespace };
    expect(await port.waitStable("test", live, AbortSignal.timeout(30_000))).toMatchObject({ state: "stable" });
    const ref = { account: "test", region: namespace, name: "replicaSet web-v000" };
    const shown = async () => {
      const group = await provider.serverGroup(ref);
      return [group?.disabled, group?.loadBalancers, group?.instances.map(({ state }) => state)];
    };
    await expect.poll(shown).toEqual([false, ["service web"], ["up", "up"]]);
    const before = (await port.list("test", "pods", namespace)).map(({ metadata }) => metadata.uid);

    await provider.disableServerGroup(operation(), ref);
    await provider.disableServerGroup(operation(), ref);
    await expect.poll(shown).toEqual([true, [], ["outOfService", "outOfService"]]);
    const pods = await port.list("test", "pods", namespace);
    expect(pods.map(({ metadata }) => metadata.labels)).toEqual([{ version: "web-v000" }, { version: "web-v000" }]);

    await provider.enableServerGroup(operation(), ref);
    await provider.enableServerGroup(operation(), ref);
    await expect.poll(shown).toEqual([false, ["service web"], ["up", "up"]]);
    expect((await port.list("test", "pods", namespace)).map(({ metadata }) => metadata.uid)).toEqual(before);

    await provider.resizeServerGroup(operation(), ref, { min: 0, max: 3, desired: 3 });
    await expect.poll(async () => (await provider.serverGroup(ref))?.instances.length).toBe(3);
    const wrong = provider.resizeServerGroup(operation(), ref, { min: 2, max: 1, desired: 1 });
    await expect(wrong).rejects.toMatchObject({ code: "invalid_request" });

    await provider.destroyServerGroup(operation(), ref);
    await provider.destroyServerGroup(operation(), ref);
    expect(await port.get("test", live)).toBeNull();
    await expect(provider.enableServerGroup(operation(), ref)).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses where no Services are attached, and does nothing once aborted", async () => {
    const { port, provider, namespace } = scene;
    const plain = versioned(namespace, "plain");
    await port.apply("test", { ...plain, metadata: { name: "plain", namespace } });
    const ref = { account: "test", region: namespace, name: "replicaSet plain" };
    await expect(provider.disableServerGroup(operation(), ref)).rejects.toThrow("no Services attached");
    const aborted = { ...operation(), signal: AbortSignal.abort(new Error("canceled")) };
    await expect(provider.destroyServerGroup(aborted, ref)).rejects.toThrow("canceled");
    expect(await port.get("test", { kind: "replicaSet", name: "plain", namespace })).not.toBeNull();
  });
});
