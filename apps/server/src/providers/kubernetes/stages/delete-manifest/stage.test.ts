import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { configMap, workload } from "../../manifest/testing/builders.ts";
import { createScene } from "../testing/scene.ts";
import { deleteOptions } from "./run.ts";

const base: JsonObject = { account: "prod", location: "shop" };

function scene() {
  const made = createScene();
  const labelled = (name: string, canary: string): JsonObject => {
    const object = workload("Deployment", name);
    return { ...object, metadata: { name, namespace: "shop", labels: { canary } } };
  };
  made.cluster.put(labelled("web", "false"));
  made.cluster.put(labelled("canary-1", "true"));
  made.cluster.put(labelled("canary-2", "true"));
  made.cluster.put(configMap("settings"));
  return made;
}

test("an object is deleted by name; the outputs name it", async () => {
  const { cluster, run } = scene();
  const { stage } = await run("deleteManifest", { context: { ...base, manifestName: "deployment web" }, crash: true });
  expect([stage.status, cluster.changes]).toEqual(["SUCCEEDED", ["delete deployment web"]]);
  expect(stage.outputs).toEqual({ "outputs.manifestNamesByNamespace": { shop: ["deployment web"] } });
});

test("what is not there is no error", async () => {
  const { cluster, run } = scene();
  const { stage } = await run("deleteManifest", { context: { ...base, manifestName: "deployment gone" } });
  expect([stage.status, cluster.changes, stage.outputs]).toEqual([
    "SUCCEEDED",
    [],
    { "outputs.manifestNamesByNamespace": {} },
  ]);
});

test("all objects of some kinds are deleted by their labels", async () => {
  const { cluster, run } = scene();
  const labelSelectors = { selectors: [{ key: "canary", kind: "EQUALS", values: ["true"] }] };
  const { stage } = await run("deleteManifest", {
    context: { ...base, mode: "label", kinds: ["deployment", "configMap"], labelSelectors },
  });
  expect([stage.status, cluster.names()]).toEqual(["SUCCEEDED", ["configMap settings", "deployment web"]]);
});

test("kinds without a condition on labels are refused: that would be all of them", async () => {
  const { cluster, run } = scene();
  for (const labelSelectors of [{}, { selectors: [{ kind: "ANY" }] }]) {
    const { stage } = await run("deleteManifest", { context: { ...base, kinds: ["deployment"], labelSelectors } });
    expect(stage.failure?.message).toContain("would delete every deployment there is");
  }
  expect(cluster.changes).toEqual([]);
});

test("it waits until the object is gone and says what holds it", async () => {
  const { cluster, run } = scene();
  cluster.put({
    ...configMap("settings"),
    metadata: { name: "settings", namespace: "shop", finalizers: ["example.com/guard"] },
  });
  cluster.lingering.add("configMap settings");
  const { stage, waits } = await run("deleteManifest", {
    context: { ...base, manifestName: "configMap settings" },
    onWait: () => cluster.finish(),
  });
  expect(waits.map(({ message }) => message)).toEqual([
    "Waits for configMap settings in prod/shop (held by example.com/guard) to be gone",
  ]);
  expect([stage.status, cluster.changes]).toEqual(["SUCCEEDED", ["delete configMap settings"]]);
});

test("one that was made anew meanwhile is left alone", async () => {
  const { cluster, run } = scene();
  cluster.lingering.add("deployment web");
  await run("deleteManifest", {
    context: { ...base, manifestName: "deployment web" },
    onWait: () => {
      cluster.finish();
      cluster.put(workload("Deployment", "web"));
    },
  });
  expect([cluster.changes, cluster.names().includes("deployment web")]).toEqual([["delete deployment web"], true]);
});

test.each<[Record<string, string>, JsonObject]>([
  [{}, {}],
  [{ cascading: "true" }, { cascade: "background" }],
  [{ cascading: "false" }, { cascade: false }],
  [{ cascading: "foreground" }, { cascade: "foreground" }],
  [{ cascading: "Background" }, { cascade: "background" }],
  [{ cascading: "orphan" }, { cascade: false }],
  [{ cascading: "false", orphanDependents: "false" }, { cascade: true }],
  [{ cascading: "true", orphanDependents: "TRUE" }, { cascade: false }],
  [{ gracePeriodSeconds: "30" }, { gracePeriod: 30 }],
  [{ gracePeriodSeconds: "soon" }, {}],
])("the options %j mean %j", (options, meaning) => {
  expect(deleteOptions(options)).toEqual(meaning);
});

test("a word that cascading does not know is refused", () => {
  expect(() => deleteOptions({ cascading: "sideways" })).toThrow('options.cascading is "sideways"');
});
