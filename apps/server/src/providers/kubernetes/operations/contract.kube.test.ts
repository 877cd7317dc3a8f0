import { describe } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { describeProvider } from "../../port/contract-suite.ts";
import { openScene, service, skipped } from "../testing/scene.ts";

/** A cluster of a `deploy` stage on Kubernetes, behind the Service `front`. */
function cluster(namespace: string, overrides: JsonObject = {}): JsonObject {
  const image = `registry.example/web@sha256:${"a".repeat(64)}`;
  return {
    cloudProvider: "kubernetes",
    account: "test",
    region: namespace,
    application: "contract",
    capacity: { min: 0, max: 5, desired: 1 },
    manifest: {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { annotations: { "traffic.spinnaker.io/load-balancers": '["service front"]' } },
      spec: { template: { spec: { containers: [{ name: "main", image }] } } },
    },
    ...overrides,
  };
}

describe.skipIf(skipped !== "")(`on a real cluster ${skipped}`, () => {
  describeProvider("kubernetes", async () => {
    const scene = await openScene();
    const { namespace } = scene;
    await scene.port.apply("test", service(namespace, "front", { lb: "front" }));
    return {
      provider: scene.provider,
      cluster: (overrides) => cluster(namespace, overrides),
      dispose: () => scene.close(),
    };
  });
});
