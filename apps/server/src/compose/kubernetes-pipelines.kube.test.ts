import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { service, skipped } from "../providers/kubernetes/testing/scene.ts";
import { openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

const folder = new URL("../../../../packages/pipeline-model/src/import/fixtures/pipelines/", import.meta.url);
const exported = (file: string): JsonObject => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as JsonObject;

describe.skipIf(skipped !== "")(
  `pipelines exported from Spinnaker, by a real server on a real cluster ${skipped}`,
  () => {
    let server: KubernetesServer;
    let namespace: string;
    beforeAll(async () => {
      server = await openKubernetesServer();
      ({ namespace } = server);
    });
    afterAll(() => server?.close());

    const get = async (kind: string, name: string): Promise<KubeObject | null> =>
      server.scene.port.get("test", { kind, name, namespace });
    const names = async (kind: string, selector: string): Promise<string[]> =>
      (await server.scene.port.list("test", kind, namespace, selector))
        .map(({ metadata }) => metadata.name ?? "")
        .toSorted();
    const podsBehind = async (label: string): Promise<string[]> => {
      const pods = await server.scene.port.list("test", "pod", namespace, label);
      return [...new Set(pods.map(({ metadata }) => metadata.ownerReferences?.[0]?.name ?? ""))].toSorted();
    };
    /** Only what Spinnaker writes: its annotations and labels. */
    const written = (object: KubeObject | null) => ({
      annotations: Object.fromEntries(
        Object.entries(object?.metadata.annotations ?? {}).filter(([key]) => key.includes("spinnaker.io")),
      ),
      labels: object?.metadata.labels,
    });
    const succeeded = (execution: JsonObject): void => {
      const stages = (execution["stages"] as JsonObject[]).map(({ name, status, context }) => [
        name,
        status,
        (context as JsonObject)["exception"] ?? null,
      ]);
      expect([
        execution["status"],
        stages.filter(([, status]) => status !== "SUCCEEDED" && status !== "SKIPPED"),
      ]).toEqual(["SUCCEEDED", []]);
    };

    test(
      "blue/green with versioned replicaSets: made, switched, scaled, kept to two versions, and rolled back",
      { timeout: 180_000 },
      async () => {
        await server.scene.port.apply("test", service(namespace, "hellosvc", { frontedBy: "hellosvc" }));
        await server.importPipeline(exported("bluegreen.json"));
        const run = (hellotag: string) => server.run("helloworld", "bluegreen", { parameters: { hellotag } });

        // The first run has no second newest to switch off: Spinnaker's stage ends the pipeline there as well.
        const first = await run("v1");
        expect(first["status"]).toBe("TERMINAL");
        const v000 = await get("replicaSet", "helloworld-v000");
        expect(written(v000)).toEqual({
          annotations: {
            "artifact.spinnaker.io/location": namespace,
            "artifact.spinnaker.io/name": "helloworld",
            "artifact.spinnaker.io/type": "kubernetes/replicaSet",
            "artifact.spinnaker.io/version": "v000",
            "moniker.spinnaker.io/application": "helloworld",
            "moniker.spinnaker.io/cluster": "replicaSet helloworld",
            "moniker.spinnaker.io/sequence": "0",
            "strategy.spinnaker.io/max-version-history": "2",
            "traffic.spinnaker.io/load-balancers": '["service hellosvc"]',
          },
          labels: {
            "app.kubernetes.io/managed-by": "spinnaker",
            "app.kubernetes.io/name": "helloworld",
            "moniker.spinnaker.io/sequence": "0",
            tier: "helloworld",
          },
        });
        expect(v000?.["spec"]).toMatchObject({
          template: {
            metadata: {
              annotations: {
                "artifact.spinnaker.io/location": namespace,
                "artifact.spinnaker.io/name": "helloworld",
                "artifact.spinnaker.io/type": "kubernetes/replicaSet",
                "artifact.spinnaker.io/version": "v000",
                "moniker.spinnaker.io/application": "helloworld",
                "moniker.spinnaker.io/cluster": "replicaSet helloworld",
                "moniker.spinnaker.io/sequence": "0",
              },
              labels: {
                app: "helloworld",
                "app.kubernetes.io/managed-by": "spinnaker",
                "app.kubernetes.io/name": "helloworld",
                frontedBy: "hellosvc",
                "moniker.spinnaker.io/sequence": "0",
                tier: "helloworld",
              },
            },
            spec: { containers: [{ image: "us-docker.pkg.dev/spinnaker-community/codelabs/helloworld:v1" }] },
          },
        });

        const second = await run("v2");
        succeeded(second);
        expect(await names("replicaSet", "tier=helloworld")).toEqual(["helloworld-v000", "helloworld-v001"]);
        expect(await podsBehind("frontedBy=hellosvc")).toEqual(["helloworld-v001"]);
        expect((await get("replicaSet", "helloworld-v000"))?.["spec"]).toMatchObject({ replicas: 1 });
        const [deployed, disabled] = second["stages"] as JsonObject[];
        expect(deployed?.["context"]).toMatchObject({
          "outputs.manifestNamesByNamespace": { [namespace]: ["replicaSet helloworld-v001"] },
          "outputs.createdArtifacts": [
            {
              type: "kubernetes/replicaSet",
              name: "helloworld",
              version: "v001",
              reference: "helloworld-v001",
              location: namespace,
              metadata: { account: "my-kubernetes-account" },
            },
          ],
          "deploy.account.name": "my-kubernetes-account",
          stableManifests: [{ manifestName: "replicaSet helloworld-v001", location: namespace }],
        });
        expect(disabled?.["context"]).toMatchObject({ manifestName: "replicaSet helloworld-v000" });

        succeeded(await run("v3"));
        expect(await names("replicaSet", "tier=helloworld")).toEqual(["helloworld-v001", "helloworld-v002"]);

        // Back: the older one takes the traffic again, the newer one leaves it.
        const target = { account: "my-kubernetes-account", cloudProvider: "kubernetes", location: namespace };
        const back = await server.task("helloworld", [
          { ...target, type: "scaleManifest", manifestName: "replicaSet helloworld-v001", replicas: 3 },
          { ...target, type: "enableManifest", manifestName: "replicaSet helloworld-v001" },
          { ...target, type: "disableManifest", manifestName: "replicaSet helloworld-v002" },
        ]);
        expect(back["status"]).toBe("SUCCEEDED");
        expect(await podsBehind("frontedBy=hellosvc")).toEqual(["helloworld-v001"]);
      },
    );

    test(
      "a configMap of one stage is versioned and bound by another, and a rollout is undone with it",
      { timeout: 180_000 },
      async () => {
        await server.importPipeline(exported("kayenta-simple-deploy.json"));
        const run = (successRate: string) => server.run("sampleapp", "Simple deploy", { parameters: { successRate } });
        const boundTo = async (): Promise<unknown> => {
          const spec = (await get("deployment", "sampleapp"))?.["spec"] as JsonObject;
          return JSON.stringify(spec["template"]).match(/sampleapp-config-prod[\w-]*/g);
        };
        const first = await run("50");
        succeeded(first);
        expect(await boundTo()).toEqual(["sampleapp-config-prod-v000"]);
        expect(written(await get("configMap", "sampleapp-config-prod-v000"))).toEqual({
          annotations: {
            "artifact.spinnaker.io/location": namespace,
            "artifact.spinnaker.io/name": "sampleapp-config-prod",
            "artifact.spinnaker.io/type": "kubernetes/configMap",
            "artifact.spinnaker.io/version": "v000",
            "moniker.spinnaker.io/application": "sampleapp",
            "moniker.spinnaker.io/cluster": "configMap sampleapp-config-prod",
            "moniker.spinnaker.io/sequence": "0",
          },
          labels: {
            app: "sampleapp",
            "app.kubernetes.io/managed-by": "spinnaker",
            "app.kubernetes.io/name": "sampleapp",
            "moniker.spinnaker.io/sequence": "0",
          },
        });
        expect(written(await get("deployment", "sampleapp"))).toEqual({
          annotations: {
            "artifact.spinnaker.io/location": namespace,
            "artifact.spinnaker.io/name": "sampleapp",
            "artifact.spinnaker.io/type": "kubernetes/deployment",
            "artifact.spinnaker.io/version": "",
            "moniker.spinnaker.io/application": "sampleapp",
            "moniker.spinnaker.io/cluster": "deployment sampleapp",
          },
          labels: {
            app: "sampleapp",
            "app.kubernetes.io/managed-by": "spinnaker",
            "app.kubernetes.io/name": "sampleapp",
          },
        });
        const bound = (first["stages"] as JsonObject[]).find(({ name }) => name === "Deploy")?.["context"];
        expect(bound).toMatchObject({
          "outputs.boundArtifacts": [
            { type: "kubernetes/configMap", name: "sampleapp-config-prod", reference: "sampleapp-config-prod-v000" },
          ],
          "outputs.manifestNamesByNamespace": { [namespace]: ["service sampleapp", "deployment sampleapp"] },
        });

        succeeded(await run("50"));
        expect((await get("deployment", "sampleapp"))?.metadata["generation"]).toBe(1);
        succeeded(await run("90"));
        expect(await boundTo()).toEqual(["sampleapp-config-prod-v001"]);
        const undone = await server.task("sampleapp", [
          {
            type: "undoRolloutManifest",
            account: "my-kubernetes-account",
            cloudProvider: "kubernetes",
            location: namespace,
            manifestName: "deployment sampleapp",
            numRevisionsBack: 1,
          },
        ]);
        expect(undone["status"]).toBe("SUCCEEDED");
        expect(await boundTo()).toEqual(["sampleapp-config-prod-v000"]);
      },
    );
  },
);
