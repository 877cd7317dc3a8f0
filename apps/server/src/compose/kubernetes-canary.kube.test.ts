import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { service, skipped } from "../providers/kubernetes/testing/scene.ts";
import { pipeline } from "./fixtures/kubernetes-documents.ts";
import { account, openKubernetesServer, type KubernetesServer } from "./fixtures/kubernetes-server.ts";

const app = "canaryapp";

describe.skipIf(skipped !== "")(`a canary on a real cluster ${skipped}`, () => {
  let server: KubernetesServer;
  let namespace: string;
  beforeAll(async () => {
    server = await openKubernetesServer();
    ({ namespace } = server);
    await server.scene.port.apply("test", service(namespace, "front", { lb: "front" }));
  });
  afterAll(() => server?.close());

  const cluster = (more: JsonObject): JsonObject => ({
    account,
    cloudProvider: "kubernetes",
    application: app,
    region: namespace,
    capacity: { min: 1, max: 1, desired: 1 },
    trafficManagement: { enabled: true, options: { enableTraffic: true, services: ["service front"] } },
    manifest: {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      spec: { template: { spec: { containers: [{ name: "main", image: "example.com/web" }] } } },
    },
    ...more,
  });
  const image = (tag: string): JsonObject => ({
    artifact: { type: "docker/image", name: "example.com/web", reference: `example.com/web:${tag}` },
  });
  const groups = async (): Promise<[string, string][]> =>
    (await server.scene.port.list("test", "replicaSet", namespace))
      .map(({ metadata, spec }): [string, string] => [
        metadata.name ?? "",
        /example.com\/web:\w+/.exec(JSON.stringify(spec))?.[0] ?? "",
      ])
      .toSorted(([a], [b]) => a.localeCompare(b));

  test(
    "baseline and canary run beside the live version, the baseline as it; without measurements they go and it stays",
    { timeout: 200_000 },
    async () => {
      const deploy = {
        refId: "1",
        type: "deploy",
        name: "Live",
        requisiteStageRefIds: [],
        clusters: [cluster(image("1"))],
      };
      const canary = {
        refId: "2",
        type: "kayentaCanary",
        name: "Canary",
        requisiteStageRefIds: ["1"],
        analysisType: "realTimeAutomatic",
        canaryConfig: {
          config: {
            name: "latency",
            metrics: [
              {
                name: "latency",
                query: { type: "gennaker", metric: "latency_ms", function: "mean" },
                groups: ["all"],
                analysisConfigurations: { canary: { direction: "increase" } },
              },
            ],
            classifier: { groupWeights: { all: 100 } },
          },
          lifetimeDuration: "PT6S",
          canaryAnalysisInterval: "PT3S",
          scopes: [{ step: 1 }],
        },
        deployments: {
          baseline: { account, application: app, cluster: app },
          serverGroupPairs: [
            {
              control: cluster({ freeFormDetails: "baseline" }),
              experiment: cluster({ freeFormDetails: "canary", ...image("2") }),
            },
          ],
        },
      };
      await server.importPipeline(pipeline(app, "Canary", [deploy, canary]));
      const id = await server.start(app, "Canary");
      const live: [string, string] = [`${app}-v000`, "example.com/web:1"];
      await expect
        .poll(groups, { timeout: 90_000 })
        .toEqual([[`${app}--baseline-v000`, "example.com/web:1"], [`${app}--canary-v000`, "example.com/web:2"], live]);
      const shown = (await server.call("GET", `/api/v1/applications/${app}/clusters`)).text;
      expect(shown).toContain(`${app}--canary`);
      const execution = await server.over(id);
      expect([execution["status"], await groups()]).toEqual(["TERMINAL", [live]]);
      expect(JSON.stringify(execution)).toContain('"verdict":"inconclusive"');
    },
  );
});
