import type { KubernetesNode, KubernetesTreeLine } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, openScene, service, skipped, type Scene } from "../testing/scene.ts";

describe.skipIf(skipped !== "")(`the tree of an application on a real cluster ${skipped}`, () => {
  let scene: Scene;
  const nodes = new Map<string, KubernetesNode>();
  const stop = new AbortController();
  let state: KubernetesTreeLine | undefined;
  let reading: Promise<void>;
  beforeAll(async () => {
    scene = await openScene();
    const stream = scene.provider.tree(["test"], {
      application: scene.namespace,
      follow: true,
      sees: async () => () => true,
      signal: stop.signal,
    });
    reading = (async () => {
      for await (const line of stream) {
        if (line.type === "set") for (const node of line.nodes) nodes.set(node.id, node);
        if (line.type === "gone") for (const id of line.ids) nodes.delete(id);
        if (line.type === "state") state = line;
      }
    })();
  });
  afterAll(async () => {
    stop.abort();
    await reading;
    await scene?.close();
  });
  const of = (kind: string) => [...nodes.values()].filter((node) => node.kind === kind);

  it("follows a rollout from the Deployment to the Pods behind the Service, without being asked again", async () => {
    const { port, namespace } = scene;
    const annotations = { "moniker.spinnaker.io/application": namespace };
    for (const name of ["settings-v000", "settings-v001"])
      await port.apply("test", {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace, annotations },
        data: { greeting: "hello" },
      });
    const web = deployment(namespace, "web", { replicas: 3 });
    const spec = web["spec"] as { template: { spec: { containers: object[] } } };
    spec.template.spec.containers = spec.template.spec.containers.map((container) => ({
      ...container,
      envFrom: [{ configMapRef: { name: "settings-v001" } }],
    }));
    await port.apply("test", web);
    await port.apply("test", service(namespace, "web", { run: "web" }));
    await expect
      .poll(() => of("Pod").filter(({ health }) => health.state === "stable").length, { timeout: 30_000 })
      .toBe(3);
    const [top] = of("Deployment");
    const [set] = of("ReplicaSet");
    expect([set?.owners, of("Pod")[0]?.owners]).toEqual([[top?.uid], [set?.uid]]);
    expect(top).toMatchObject({ version: "1.27", replicas: { ready: 3, desired: 3 }, manifestName: "deployment web" });
    const used = nodes.get(`test/${set?.uses[0] ?? ""}`);
    expect([used?.name, used?.baseName]).toEqual(["settings-v001", "settings"]);
    await expect
      .poll(() => of("ReplicaSet")[0]?.traffic, { timeout: 20_000 })
      .toEqual([{ service: "web", percent: 100 }]);
    expect(of("Service")[0]?.leadsTo).toEqual([{ uid: of("EndpointSlice")[0]?.uid, percent: null }]);
    await expect
      .poll(() => state, { timeout: 30_000 })
      .toMatchObject({ complete: true, problems: [], truncated: false });
  });

  it("tells what fails and what goes", async () => {
    const { port, namespace } = scene;
    await port.delete("test", { kind: "configMap", name: "settings-v000", namespace });
    await expect.poll(() => of("ConfigMap").map(({ name }) => name), { timeout: 10_000 }).toEqual(["settings-v001"]);
    await port.scale("test", { kind: "deployment", name: "web", namespace }, 1);
    await expect.poll(() => of("Pod").length, { timeout: 20_000 }).toBe(1);
    await port.patch("test", { kind: "deployment", name: "web", namespace }, { spec: { paused: true } }, "merge");
    await expect
      .poll(() => of("Deployment")[0], { timeout: 10_000 })
      .toMatchObject({ paused: true, health: { state: "paused", decidedBy: { source: "kind" } } });
  });
});
