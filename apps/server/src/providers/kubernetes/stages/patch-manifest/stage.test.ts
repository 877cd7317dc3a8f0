import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { configMap, workload } from "../../manifest/testing/builders.ts";
import { at } from "../testing/fake-cluster.ts";
import { base64, createScene } from "../testing/scene.ts";

const target: JsonObject = { account: "prod", location: "shop", manifestName: "deployment web" };
const imagePatch = (image: string): JsonObject => ({
  spec: { template: { spec: { containers: [{ name: "main", image }] } } },
});

function scene() {
  const made = createScene();
  made.cluster.put(workload("Deployment", "web"));
  return made;
}
const mainImage = (object: JsonObject | undefined) =>
  at(object, "spec", "template", "spec", "containers", "0", "image");

test("a strategic patch with an image from an artifact; the cause of the change is recorded", async () => {
  const { cluster, run } = scene();
  const image = { type: "docker/image", name: "example.com/app", reference: "example.com/app:9" };
  const trigger = { artifacts: [image], resolvedExpectedArtifacts: [{ id: "i", boundArtifact: image }] };
  const context = { ...target, patchBody: [imagePatch("example.com/app")], requiredArtifactIds: ["i"] };
  const { stage } = await run("patchManifest", { context, execution: { trigger }, crash: true });
  expect([stage.status, mainImage(cluster.object("deployment web"))]).toEqual(["SUCCEEDED", "example.com/app:9"]);
  expect(at(cluster.object("deployment web"), "metadata", "annotations", "kubernetes.io/change-cause")).toContain(
    "patchManifest of",
  );
  expect(stage.outputs).toMatchObject({
    "outputs.manifestNamesByNamespace": { shop: ["deployment web"] },
    "outputs.boundArtifacts": [image],
  });
});

test("merge and json patches; old files call the strategy `strategy` and hold one object", async () => {
  const { cluster, run } = scene();
  await run("patchManifest", {
    context: {
      ...target,
      patchBody: { spec: { replicas: 7, paused: true } },
      options: { strategy: "merge", record: false },
    },
  });
  const json = [
    { op: "remove", path: "/spec/paused" },
    { op: "add", path: "/metadata/labels", value: { a: "b" } },
  ];
  await run("patchManifest", {
    context: { ...target, patchBody: json, options: { mergeStrategy: "json", record: "false" } },
  });
  expect(cluster.changes).toEqual(["patch merge deployment web", "patch json deployment web"]);
  expect(cluster.object("deployment web")).toMatchObject({ spec: { replicas: 7 }, metadata: { labels: { a: "b" } } });
  expect(at(cluster.object("deployment web"), "spec", "paused")).toBeUndefined();
});

test("custom kinds take merge patches only", async () => {
  const { cluster, run } = scene();
  cluster.put({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a", namespace: "shop" } });
  const context = {
    ...target,
    manifestName: "Widget.example.com a",
    patchBody: [{ spec: { size: 3 } }],
    options: { record: false },
  };
  await run("patchManifest", { context });
  expect(cluster.changes).toEqual(["patch merge Widget.example.com a"]);
});

test("a patch may come from an artifact", async () => {
  const { cluster, run } = scene();
  const context = { ...target, source: "artifact", manifestArtifact: base64("spec:\n  replicas: 4\n") };
  expect((await run("patchManifest", { context })).stage.status).toBe("SUCCEEDED");
  expect(at(cluster.object("deployment web"), "spec", "replicas")).toBe(4);
});

test.each<[JsonObject, string]>([
  [{ patchBody: [] }, "The stage has no patch"],
  [{ patchBody: [{}, { a: 1 }, { b: 2 }] }, "only one makes sense"],
  [{ patchBody: [{ a: 1 }], manifestName: "deployment gone" }, "There is no deployment gone in prod/shop"],
  [
    { patchBody: [{ a: 1 }], requiredArtifacts: [{ artifact: { type: "docker/image", name: "x" } }] },
    "named by no manifest: docker/image x",
  ],
])("%j is TERMINAL", async (more, words) => {
  const { cluster, run } = scene();
  const { stage } = await run("patchManifest", { context: { ...target, ...more } });
  expect([stage.status, stage.failure?.message, cluster.changes]).toEqual([
    "TERMINAL",
    expect.stringContaining(words),
    [],
  ]);
});

test("artifacts are taken from an object of the cluster, secrets never", async () => {
  const { cluster, run } = scene();
  const expectedArtifacts = [{ id: "e", matchArtifact: { type: "docker/image", name: "example.com/app" } }];
  const { stage } = await run("findArtifactsFromResource", { context: { ...target, expectedArtifacts } });
  expect(stage.outputs).toMatchObject({
    manifest: { kind: "Deployment" },
    artifacts: [{ reference: "example.com/app:1" }],
    resolvedExpectedArtifacts: [{ id: "e", boundArtifact: { reference: "example.com/app:1" } }],
  });
  cluster.put({ ...configMap("s"), kind: "Secret", data: { p: "aGlkZGVu" } });
  const secret = await run("findArtifactsFromResource", { context: { ...target, manifestName: "secret s" } });
  expect(JSON.stringify(secret.stage)).not.toContain("aGlkZGVu");
  const gone = await run("findArtifactsFromResource", { context: { ...target, manifestName: "pod gone" } });
  expect(gone.stage.failure?.message).toContain("There is no pod gone in prod/shop");
});
