import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { service, skipped } from "../providers/kubernetes/testing/scene.ts";
import { pipeline } from "./fixtures/kubernetes-documents.ts";
import { account, openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

describe.skipIf(skipped !== "")(`deployment strategies on a real cluster ${skipped}`, () => {
  let server: KubernetesServer;
  let namespace: string;
  beforeAll(async () => {
    server = await openKubernetesServer();
    ({ namespace } = server);
    await server.scene.port.apply("test", service(namespace, "front", { lb: "front" }));
  });
  afterAll(() => server?.close());

  const behind = async (): Promise<string[]> => {
    const pods = await server.scene.port.list("test", "pod", namespace, "lb=front");
    return [...new Set(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? ""))].toSorted();
  };
  const sizes = async (): Promise<string[]> =>
    (await server.scene.port.list("test", "replicaSet", namespace))
      .map(({ metadata, spec }) => `${metadata.name} ${String((spec as JsonObject)["replicas"])}`)
      .toSorted();
  const clusterOf = (strategy: string, tag: string, more: JsonObject): JsonObject => ({
    account,
    cloudProvider: "kubernetes",
    application: "strategies",
    region: namespace,
    strategy,
    capacity: { min: 2, max: 2, desired: 2 },
    artifact: { type: "docker/image", name: "example.com/web", reference: `example.com/web:${tag}` },
    trafficManagement: { enabled: true, options: { enableTraffic: true, services: ["service front"] } },
    manifest: {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      spec: { template: { spec: { containers: [{ name: "main", image: "example.com/web" }] } } },
    },
    ...more,
  });
  async function run(strategy: string, tag: string, more: JsonObject = {}): Promise<JsonObject> {
    const clusters = [clusterOf(strategy, tag, more)];
    const stage = { refId: "1", type: "deploy", name: "Deploy", requisiteStageRefIds: [], clusters };
    await server.importPipeline(pipeline("strategies", `Deploy ${tag}`, [stage]));
    return server.run("strategies", `Deploy ${tag}`);
  }
  const failure = (execution: JsonObject) =>
    (execution["stages"] as JsonObject[])
      .filter(({ status }) => status === "TERMINAL")
      .map(({ type, context }) => [type, (context as JsonObject)["exception"]]);

  test(
    "none, red/black, rolling red/black and highlander raise the new replicaSet and take the old ones away",
    { timeout: 300_000 },
    async () => {
      const ok = async (execution: JsonObject) =>
        expect([execution["status"], failure(execution)]).toEqual(["SUCCEEDED", []]);
      await ok(await run("none", "1"));
      expect([await behind(), await sizes()]).toEqual([["strategies-v000"], ["strategies-v000 2"]]);
      await ok(await run("redblack", "2", { maxRemainingAsgs: 2, scaleDown: true }));
      expect([await behind(), await sizes()]).toEqual([
        ["strategies-v001"],
        ["strategies-v000 0", "strategies-v001 2"],
      ]);
      await ok(await run("rollingredblack", "3", { targetPercentages: [50, 100] }));
      expect(await behind()).toEqual(["strategies-v002"]);
      await ok(await run("highlander", "4"));
      expect([await behind(), await sizes()]).toEqual([["strategies-v003"], ["strategies-v003 2"]]);
      const live = await server.scene.port.get("test", { kind: "replicaSet", name: "strategies-v003", namespace });
      expect(live?.metadata.annotations).toMatchObject({
        "moniker.spinnaker.io/application": "strategies",
        "moniker.spinnaker.io/cluster": "strategies",
        "artifact.spinnaker.io/name": "strategies",
        "artifact.spinnaker.io/version": "v003",
        "traffic.spinnaker.io/load-balancers": '["service front"]',
      });
    },
  );

  test("a rollback puts the older replicaSet back into traffic", { timeout: 200_000 }, async () => {
    expect((await run("redblack", "5"))["status"]).toBe("SUCCEEDED");
    expect(await behind()).toEqual(["strategies-v004"]);
    const rolled = await server.task("strategies", [
      {
        type: "rollbackServerGroup",
        rollbackType: "EXPLICIT",
        cloudProvider: "kubernetes",
        credentials: account,
        account,
        region: namespace,
        regions: [namespace],
        rollbackContext: {
          rollbackServerGroupName: "replicaSet strategies-v004",
          restoreServerGroupName: "replicaSet strategies-v003",
          targetHealthyRollbackPercentage: 100,
        },
      },
    ]);
    expect(rolled["status"]).toBe("SUCCEEDED");
    expect(await behind()).toEqual(["strategies-v003"]);
  });

  test("a cluster that cannot be deployed is refused before anything is made", { timeout: 100_000 }, async () => {
    const before = await sizes();
    await expect(run("redblack", "6", { trafficManagement: { enabled: false } })).rejects.toThrow("not imported");
    const stage = { type: "deploy", clusters: [clusterOf("redblack", "7", { trafficManagement: { enabled: false } })] };
    const failed = await server.task("strategies", [stage]);
    expect([failed["status"], JSON.stringify(failed)]).toEqual([
      "TERMINAL",
      expect.stringContaining("needs options.services for the strategy redblack"),
    ]);
    expect(await sizes()).toEqual(before);
  });
});
