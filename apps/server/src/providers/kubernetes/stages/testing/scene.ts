import { Buffer } from "node:buffer";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { readManifests } from "../../manifest/read-manifests.ts";
import { bindProducedArtifacts } from "../../../../deliver/stages/artifacts/bind-produced.ts";
import { evaluateFields } from "../../../../deliver/stages/expressions/evaluate-in-order.ts";
import type { Runner } from "../../../../deliver/stages/testing/run-stage.ts";
import { createRunner } from "../../../../deliver/stages/testing/run-stage.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { createKubernetesStages } from "../registry.ts";
import type { FakeCluster } from "./fake-cluster.ts";
import { createFakeCluster } from "./fake-cluster.ts";

export type Scene = { cluster: FakeCluster; run: Runner["run"]; types: Runner["types"]; clock: { ms: number } };

/** All stages of Kubernetes over a cluster in memory, a clock that moves only when a stage waits, and the account `prod`. */
export function createScene(more: Partial<KubernetesStageDeps> = {}): Scene {
  const clock = { ms: Date.parse("2026-02-01T00:00:00Z") };
  const cluster = createFakeCluster();
  const text = async (artifact: JsonObject): Promise<string> =>
    Buffer.from(String(artifact["reference"]), "base64").toString("utf8");
  const deps: KubernetesStageDeps = {
    cluster: cluster.port,
    artifacts: {
      text,
      fetch: async (artifact) => ({ digest: `sha256:${String(artifact["reference"])}`, size: 0, artifact }),
      async *read(digest) {
        yield Buffer.from(digest.slice("sha256:".length), "base64");
      },
    },
    evaluate: async (context, fields) => ({
      fields: evaluateFields(context, fields, context.stage.context),
      context: {},
      failure: null,
    }),
    readManifests: async (text) => readManifests(text),
    bindProducedArtifacts,
    bake: {
      directory: "/nowhere",
      find: async () => null,
      run: async () => ({ status: 1, output: "", errors: "" }),
    },
    ...more,
  };
  const runner = createRunner(createKubernetesStages(deps), clock);
  return { cluster, run: runner.run, types: runner.types, clock };
}

export const base64 = (text: string): JsonObject => ({
  type: "embedded/base64",
  name: "file",
  artifactAccount: "embedded-artifact",
  reference: Buffer.from(text).toString("base64"),
});
