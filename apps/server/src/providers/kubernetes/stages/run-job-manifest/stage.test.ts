import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { at } from "../testing/fake-cluster.ts";
import type { Scene } from "../testing/scene.ts";
import { base64, createScene } from "../testing/scene.ts";

const job = (metadata: JsonObject = { name: "migrate", namespace: "shop" }): JsonObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata,
  spec: { template: { metadata: {}, spec: { containers: [{ name: "main", image: "example.com/app" }] } } },
});
const context = (more: JsonObject = {}): JsonObject => ({
  account: "prod",
  application: "shop",
  cloudProvider: "kubernetes",
  source: "text",
  manifest: job(),
  ...more,
});
const succeeded: JsonObject = { succeeded: 1, completionTime: "2026-01-01T00:10:00Z" };
const failed: JsonObject = {
  failed: 1,
  conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }],
};

/** The job ends, with one pod. */
const end =
  ({ cluster }: Scene, status: JsonObject, name = "migrate") =>
  (): void => {
    const live = cluster.object(`job ${name}`) ?? {};
    cluster.put({ ...live, status });
    cluster.put({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `${name}-p`, namespace: "shop", labels: { "job-name": name } },
      status: {
        phase: status === failed ? "Failed" : "Succeeded",
        containerStatuses: [{ name: "main", state: { terminated: { exitCode: status === failed ? 2 : 0 } } }],
      },
    });
  };

test("a job is made, waited for, and its outcome told", async () => {
  const scene = createScene();
  const { stage, waits } = await scene.run("runJobManifest", { context: context(), onWait: end(scene, succeeded) });
  expect([stage.status, stage.failure, scene.cluster.changes]).toEqual(["SUCCEEDED", null, ["create job migrate"]]);
  expect(waits.map(({ message }) => message)).toEqual(["Waits for job migrate in prod/shop to end"]);
  expect(stage.context["deploy.jobs"]).toEqual({ shop: ["job migrate"] });
  expect(stage.outputs).toMatchObject({
    jobStatus: { name: "migrate", jobState: "Succeeded", location: "shop", mostRecentPodName: "migrate-p" },
    completionDetails: { exitCode: "0" },
    "outputs.manifests": [{ kind: "Job" }],
  });
  const annotations = at(scene.cluster.object("job migrate"), "metadata", "annotations");
  expect(annotations).toMatchObject({
    "strategy.spinnaker.io/recreate": "true",
    "moniker.spinnaker.io/application": "shop",
    "moniker.spinnaker.io/cluster": "job migrate",
  });
});

test("a job of a fixed name is made anew each time, once per run even after crashes", async () => {
  const scene = createScene();
  await scene.run("runJobManifest", { context: context(), onWait: end(scene, succeeded) });
  scene.cluster.changes.length = 0;
  const { stage } = await scene.run("runJob:kubernetes", {
    context: context(),
    onWait: end(scene, succeeded),
    crash: true,
  });
  expect([stage.status, scene.cluster.changes]).toEqual(["SUCCEEDED", ["delete job migrate", "create job migrate"]]);
});

test("a generated name is chosen once", async () => {
  const scene = createScene();
  const manifest = job({ generateName: "run-", namespace: "shop" });
  const { stage } = await scene.run("runJobManifest", {
    context: context({ manifest }),
    crash: true,
    onWait: (_waiting, { context: seen }) =>
      end(scene, succeeded, String(at(seen["deploy.jobs"], "shop", "0")).replace("job ", ""))(),
  });
  expect([stage.status, scene.cluster.changes.length, scene.cluster.changes[0]]).toEqual([
    "SUCCEEDED",
    1,
    expect.stringMatching(/^create job run-.{5}$/),
  ]);
});

test("properties of a container's log become outputs", async () => {
  const scene = createScene();
  scene.cluster.logs.set(
    "migrate-p/main",
    'SPINNAKER_PROPERTY_Version=1.2\nnoise\nSPINNAKER_CONFIG_JSON={"rows":{"new":3}}',
  );
  const { stage } = await scene.run("runJobManifest", {
    context: context({ propertyFile: "main" }),
    onWait: end(scene, succeeded),
  });
  expect(stage.outputs).toMatchObject({
    version: "1.2",
    rows: { new: 3 },
    propertyFileContents: { version: "1.2", rows: { new: 3 } },
  });
});

test.each([
  ["nothing here", "main", "its log holds no SPINNAKER_PROPERTY_"],
  ["SPINNAKER_CONFIG_JSON={", "main", "SPINNAKER_CONFIG_JSON cannot be read"],
  ["x", "other", "has no container other"],
])("a job that succeeded without the properties it should have fails the stage: %s", async (log, container, words) => {
  const scene = createScene();
  scene.cluster.logs.set("migrate-p/main", log);
  const { stage } = await scene.run("runJobManifest", {
    context: context({ propertyFile: container }),
    onWait: end(scene, succeeded),
  });
  expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining(words)]);
});

test("a failed job says why, and its properties are kept where there are some", async () => {
  const scene = createScene();
  scene.cluster.logs.set("migrate-p/main", "SPINNAKER_PROPERTY_STEP=3");
  const { stage } = await scene.run("runJobManifest", {
    context: context({ propertyFile: "main" }),
    onWait: end(scene, failed),
  });
  expect(stage).toMatchObject({
    status: "TERMINAL",
    failure: {
      message:
        'Job migrate failed. Reason: BackoffLimitExceeded. Details: too often. Pod "migrate-p": container "main" ended with exit code 2.',
    },
    outputs: { step: "3", jobStatus: { jobState: "Failed" } },
  });
});

test("a job that is deleted before its end fails the stage", async () => {
  const scene = createScene();
  const { stage } = await scene.run("runJobManifest", {
    context: context(),
    onWait: () => void scene.cluster.port.delete("prod", { kind: "job", namespace: "shop", name: "migrate" }),
  });
  expect(stage.failure?.message).toBe("job migrate in prod/shop was deleted before it ended.");
});

test("canceling deletes the job with its pods", async () => {
  const scene = createScene();
  const { stage } = await scene.run("runJobManifest", { context: context(), onWait: () => "cancel" });
  expect([stage.status, scene.cluster.changes]).toEqual([
    "CANCELED",
    ["create job migrate", "delete job migrate background"],
  ]);
});

test("canceling leaves a job alone that was there before and was not replaced yet", async () => {
  const scene = createScene();
  scene.cluster.put(job());
  scene.cluster.lingering.add("job migrate");
  await scene.run("runJobManifest", { context: context(), onWait: () => "cancel" });
  expect(scene.cluster.changes).toEqual(["delete job migrate"]);
});

test("not waiting for completion ends the stage when the job is there", async () => {
  const scene = createScene();
  const { stage, waits } = await scene.run("runJobManifest", { context: context({ waitForCompletion: false }) });
  expect([stage.status, waits]).toEqual(["SUCCEEDED", []]);
});

test("images are bound, the manifest may come from an artifact, results from another one", async () => {
  const scene = createScene();
  const image = { type: "docker/image", name: "example.com/app", reference: "example.com/app:5" };
  const result = { ...base64('{"rows": 4, "none": null}'), name: "result" };
  const trigger = {
    artifacts: [image],
    resolvedExpectedArtifacts: [
      { id: "i", boundArtifact: image },
      { id: "r", boundArtifact: result },
    ],
  };
  const { manifest, source: _source, ...rest } = context();
  const more = {
    manifestArtifact: base64(JSON.stringify(manifest)),
    source: "artifact",
    requiredArtifactIds: ["i"],
    consumeArtifactSource: "artifact",
    consumeArtifactId: "r",
  };
  const { stage } = await scene.run("runJobManifest", {
    context: { ...rest, ...more },
    execution: { trigger },
    onWait: end(scene, succeeded),
  });
  expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
  expect(JSON.stringify(scene.cluster.object("job migrate"))).toContain("example.com/app:5");
  expect([stage.outputs["rows"], "none" in stage.outputs]).toEqual([4, false]);
});

test.each<[JsonObject, string]>([
  [
    { manifest: { ...job(), kind: "Deployment", apiVersion: "apps/v1" } },
    "The stage runs jobs, and it was given deployment migrate",
  ],
  [{ manifest: null, manifests: [job(), job()] }, "it was given 2 manifests"],
  [{ manifest: null, source: null }, "The stage has no manifests"],
])("%j is TERMINAL", async (more, words) => {
  const { run } = createScene();
  expect((await run("runJobManifest", { context: context(more) })).stage.failure?.message).toContain(words);
});
