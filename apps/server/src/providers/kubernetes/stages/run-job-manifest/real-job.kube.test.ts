import { startKubernetes, type Kubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import { whyNoNode } from "@gennaker/testkit/kubernetes/node/probe.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { openScene, type Scene } from "../../testing/scene.ts";
import { createScene } from "../testing/scene.ts";
import { unhurried } from "../testing/unhurried.ts";

const skipped = await whyNoNode();

describe.skipIf(skipped !== null)(`jobs that really run (${skipped ?? ""})`, () => {
  let cluster: Kubernetes;
  let scene: Scene;
  let image = "";
  beforeAll(async () => {
    cluster = await startKubernetes({ realNode: true, fakeNodes: 0 });
    image = (await cluster.node?.addWeb("v1")) ?? "";
    scene = await openScene({ kubeconfigFile: cluster.kubeconfig });
  });
  afterAll(async () => {
    await scene?.provider.stop();
    await cluster?.stop();
  });

  async function run(name: string, args: string[], more: JsonObject = {}) {
    const containers = [{ name: "main", image, args }];
    const manifest = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace: scene.namespace },
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers } } },
    };
    const stages = createScene({ cluster: unhurried(scene.port) });
    const { stage } = await stages.run("runJobManifest", {
      context: { account: "test", application: "jobs", manifest, ...more },
      crash: true,
    });
    return stage;
  }
  const properties = { consumeArtifactSource: "propertyFile", propertyFile: "main" };

  test("the properties in a job's log join the run", { timeout: 120_000 }, async () => {
    const plain = await run("plain", ["args", "SPINNAKER_PROPERTY_RELEASE=7"], properties);
    expect([plain.status, plain.failure, plain.outputs["propertyFileContents"]]).toEqual([
      "SUCCEEDED",
      null,
      { release: "7" },
    ]);
    const json = await run("json", ["args", 'SPINNAKER_CONFIG_JSON={"a":{"b":[1]}}'], properties);
    expect(json.outputs).toMatchObject({ propertyFileContents: { a: { b: [1] } } });
    const none = await run("none", ["args", "nothing"], properties);
    expect([none.status, none.failure?.message]).toEqual(["TERMINAL", expect.stringContaining("gave no properties")]);
  });

  test(
    "a job that fails ends the stage with its exit code, and what it wrote is kept",
    { timeout: 120_000 },
    async () => {
      const stage = await run("broken", ["exit", "3", "the database is away"]);
      expect([stage.status, stage.failure?.message]).toEqual([
        "TERMINAL",
        expect.stringContaining('container "main" ended with exit code 3'),
      ]);
      expect(stage.context).toMatchObject({ jobStatus: { jobState: "Failed", name: "broken" } });
    },
  );
});
