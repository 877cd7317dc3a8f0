import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Runner } from "../../../deliver/stages/testing/run-stage.ts";
import type { Scene } from "../testing/scene.ts";
import { openScene, service, skipped } from "../testing/scene.ts";
import { at } from "./testing/fake-cluster.ts";
import { createScene } from "./testing/scene.ts";
import { unhurried } from "./testing/unhurried.ts";

const image = "registry.example/app";

describe.skipIf(skipped !== "")("stages on a real cluster", () => {
  const held: { scene?: Scene } = {};
  beforeAll(async () => {
    held.scene = await openScene();
  });
  afterAll(() => held.scene?.close());

  const scene = (): Scene => {
    if (held.scene === undefined) throw new Error("the scene is not open");
    return held.scene;
  };
  const run = (type: string, context: JsonObject, crash = false): ReturnType<Runner["run"]> =>
    createScene({ cluster: unhurried(scene().port) }).run(type, { context: { account: "test", ...context }, crash });
  const get = async (kind: string, name: string): Promise<JsonObject | null> =>
    (await scene().port.get("test", { kind, name, namespace: scene().namespace })) as unknown as JsonObject | null;
  const named = (kind: string, name: string, more: JsonObject): JsonObject => ({
    apiVersion: kind === "ConfigMap" ? "v1" : kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name, namespace: scene().namespace },
    ...more,
  });
  const config = (name: string, data: JsonObject): JsonObject => named("ConfigMap", name, { data });
  const workload = (kind: string, name: string, tag: string, from = "settings"): JsonObject =>
    named(kind, name, {
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [
              { name: "main", image: `${image}:${tag}`, envFrom: [{ configMapRef: { name: from, optional: true } }] },
            ],
          },
        },
      },
    });
  const deploy = (manifests: JsonObject[], more: JsonObject = {}, crash = false) =>
    run("deployManifest", { moniker: { app: "shop" }, manifests, ...more }, crash);

  test("a configMap is versioned, used again and bound into the deployment", { timeout: 120_000 }, async () => {
    const first = await deploy([workload("Deployment", "web", "1"), config("settings", { a: "1" })], {}, true);
    expect([first.stage.status, first.stage.failure]).toEqual(["SUCCEEDED", null]);
    expect(
      at(
        await get("deployment", "web"),
        "spec",
        "template",
        "spec",
        "containers",
        "0",
        "envFrom",
        "0",
        "configMapRef",
        "name",
      ),
    ).toBe("settings-v000");
    const again = await deploy([workload("Deployment", "web", "1"), config("settings", { a: "1" })]);
    expect(again.stage.outputs["outputs.manifestNamesByNamespace"]).toEqual(
      first.stage.outputs["outputs.manifestNamesByNamespace"],
    );
    expect(at(await get("deployment", "web"), "metadata", "generation")).toBe(1);
    await deploy([workload("Deployment", "web", "2"), config("settings", { a: "2" })]);
    expect(await get("configMap", "settings-v001")).not.toBeNull();
    const undone = await run("undoRolloutManifest", {
      location: scene().namespace,
      manifestName: "deployment web",
      numRevisionsBack: 1,
    });
    expect([undone.stage.status, undone.stage.failure]).toEqual(["SUCCEEDED", null]);
    expect(JSON.stringify(at(await get("deployment", "web"), "spec", "template"))).toContain(`${image}:1`);
  });

  test("red/black switches traffic to the new replicaSet, highlander leaves one", { timeout: 120_000 }, async () => {
    const { namespace, port } = scene();
    await port.apply("test", service(namespace, "front", { lb: "front" }));
    const traffic = (strategy: string): JsonObject => ({
      trafficManagement: { enabled: true, options: { enableTraffic: true, services: ["service front"], strategy } },
    });
    for (const tag of ["1", "2"]) {
      const { stage } = await deploy([workload("ReplicaSet", "blue", tag)], traffic("redblack"), true);
      expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
    }
    const pods = async (version: string) =>
      (await port.list("test", "pod", namespace, `moniker.spinnaker.io/sequence=${version},app=blue`)).map(
        ({ metadata }) => metadata.labels?.["lb"],
      );
    expect([await pods("0"), await pods("1")]).toEqual([
      [undefined, undefined],
      ["front", "front"],
    ]);
    await deploy([workload("ReplicaSet", "blue", "3")], traffic("highlander"));
    const left = await port.list("test", "replicaSet", namespace, "app.kubernetes.io/managed-by=spinnaker");
    const blue = left.map(({ metadata }) => metadata.name ?? "").filter((name) => name.startsWith("blue"));
    expect(blue).toEqual(["blue-v002"]);
  });

  test("a job runs to its end, and again under the same name", { timeout: 120_000 }, async () => {
    const job = named("Job", "migrate", {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: `${image}:1` }] } } },
    });
    for (const _time of [1, 2]) {
      const { stage } = await run("runJobManifest", { application: "shop", manifest: job }, true);
      expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
    }
  });

  test(
    "fields that went away are removed, lists are merged by their keys, patches and scaling work",
    { timeout: 120_000 },
    async () => {
      const { namespace } = scene();
      const two = workload("Deployment", "merge", "1");
      const containers = at(two, "spec", "template", "spec", "containers") as JsonObject[];
      containers.push({ name: "side", image: `${image}:1`, env: [{ name: "A", value: "1" }] });
      await deploy([two]);
      await deploy([workload("Deployment", "merge", "1")]);
      expect(at(await get("deployment", "merge"), "spec", "template", "spec", "containers")).toHaveLength(1);
      const target = { location: namespace, manifestName: "deployment merge" };
      const patched = await run("patchManifest", { ...target, patchBody: [{ metadata: { labels: { x: "y" } } }] });
      const scaled = await run("scaleManifest", { ...target, replicas: 1 });
      const restarted = await run("rollingRestartManifest", target);
      expect([patched, scaled, restarted].map(({ stage }) => stage.failure)).toEqual([null, null, null]);
      expect(await get("deployment", "merge")).toMatchObject({
        metadata: { labels: { x: "y" } },
        spec: { replicas: 1 },
      });
      const labelSelectors = { selectors: [{ key: "x", kind: "EQUALS", values: ["y"] }] };
      await run("deleteManifest", { location: namespace, kinds: ["deployment"], labelSelectors });
      expect(await get("deployment", "merge")).toBeNull();
    },
  );

  test(
    "server-side apply names the field and its owner in a conflict, and takes it over by force",
    { timeout: 120_000 },
    async () => {
      const { namespace, port } = scene();
      const theirs = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "shared", namespace },
        data: { a: "theirs" },
      };
      await port.apply("test", theirs, { fieldManager: "other" });
      const mine = (value: string): JsonObject => ({
        ...config("shared", { a: "mine" }),
        metadata: {
          name: "shared",
          namespace,
          annotations: { "strategy.spinnaker.io/server-side-apply": value, "strategy.spinnaker.io/versioned": "false" },
        },
      });
      const refused = await deploy([mine("true")]);
      expect([refused.stage.status, refused.stage.failure?.message]).toEqual([
        "TERMINAL",
        expect.stringContaining("other"),
      ]);
      expect((await deploy([mine("force-conflicts")])).stage.status).toBe("SUCCEEDED");
      expect(at(await get("configMap", "shared"), "data", "a")).toBe("mine");
    },
  );
});
