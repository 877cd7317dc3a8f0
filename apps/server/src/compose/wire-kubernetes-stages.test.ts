import { expect, test } from "vitest";
import type { Artifacts } from "../deliver/artifacts/api.ts";
import { createRunner } from "../deliver/stages/testing/run-stage.ts";
import { readManifests } from "../providers/kubernetes/manifest/read-manifests.ts";
import { createFakeCluster } from "../providers/kubernetes/stages/testing/fake-cluster.ts";
import type { Providers } from "./wire-providers.ts";
import { wireKubernetesStages } from "./wire-kubernetes-stages.ts";

const artifacts = {} as Artifacts;
const work = { readManifests: async (text: string) => readManifests(text) };
const configMap = (text: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "shop" },
  data: { text },
});

function scene(kubernetes: Providers["kubernetes"]) {
  return createRunner(wireKubernetesStages({ data: "/nowhere" }, { kubernetes }, artifacts, work), { ms: 0 });
}

test("without accounts the stages are there and say that there is none", async () => {
  const { run } = scene(null);
  const { stage } = await run("deployManifest", { context: { account: "prod", manifests: [configMap("x")] } });
  expect([stage.status, stage.failure?.message]).toEqual([
    "TERMINAL",
    'There is no Kubernetes account "prod". Configured are: none. Correct the stage, or add the account to the configuration.',
  ]);
});

test.each([
  [undefined, "SUCCEEDED"],
  [true, "TERMINAL"],
])(
  "an expression of a manifest that fails is kept as it is, with failOnFailedExpressions %s the stage is %s",
  async (flag, status) => {
    const cluster = createFakeCluster();
    const { run } = scene({ cluster: cluster.port } as Providers["kubernetes"]);
    const manifests = [configMap("${ 1 + 1 } ${ nope.nope }")];
    const context = { account: "prod", manifests, ...(flag === undefined ? {} : { failOnFailedExpressions: flag }) };
    const { stage } = await run("deployManifest", { context });
    expect([stage.status, Object.keys(stage.context["expressionEvaluationSummary"] ?? {}).length]).toEqual([status, 1]);
  },
);
