import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { openScene, skipped, type Scene } from "../testing/scene.ts";
import { at } from "./testing/fake-cluster.ts";
import { createScene } from "./testing/scene.ts";
import { unhurried } from "./testing/unhurried.ts";

const image = "example.com/library/alpine";
const docker = (tag: string): JsonObject => ({
  type: "docker/image",
  name: image,
  reference: `${image}:${tag}`,
  version: tag,
});

/** What Clouddriver's integration tests ask of a cluster after its operations. */
describe.skipIf(skipped !== "")(`deploy, delete and patch as Clouddriver does ${skipped}`, () => {
  let scene: Scene;
  let namespace: string;
  beforeAll(async () => {
    scene = await openScene();
    ({ namespace } = scene);
  });
  afterAll(async () => {
    await scene?.port.delete("test", { kind: "customResourceDefinition", name: `crons.${namespace}.example.com` });
    await scene?.port.delete("test", { kind: "customResourceDefinition", name: `wides.${namespace}.example.com` });
    await scene?.close();
  });

  async function run(type: string, context: JsonObject, artifacts: JsonObject[] = []) {
    const stages = createScene({ cluster: unhurried(scene.port) });
    return stages.run(type, { context: { account: "test", ...context }, execution: { trigger: { artifacts } } });
  }
  async function ok(type: string, context: JsonObject, artifacts: JsonObject[] = []): Promise<JsonObject> {
    const { stage } = await run(type, context, artifacts);
    expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
    return stage.context;
  }
  const deploy = (manifests: JsonObject[], more: JsonObject = {}, artifacts: JsonObject[] = []) =>
    ok("deployManifest", { moniker: { app: "parity" }, manifests, ...more }, artifacts);
  const get = async (kind: string, name: string, at_ = namespace): Promise<JsonObject | null> =>
    (await scene.port.get("test", { kind, name, namespace: at_ })) as unknown as JsonObject | null;
  const names = async (kind: string, selector: string): Promise<string[]> =>
    (await scene.port.list("test", kind, namespace, selector)).map(({ metadata }) => metadata.name ?? "").toSorted();
  const workload = (kind: string, name: string, more: JsonObject = {}, replicas = 1): JsonObject => ({
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace, ...more },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image }] } },
    },
  });
  const imageOf = (object: JsonObject | null, ...path: string[]) =>
    at(object ?? {}, "spec", ...path, "template", "spec", "containers", "0", "image");
  const config = (name: string, labels: JsonObject = {}, annotations: JsonObject = {}): JsonObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels, annotations },
    data: { a: "1" },
  });

  test("a manifest without a namespace goes to the stage's, or to the login's own", { timeout: 60_000 }, async () => {
    const bare = workload("Deployment", `bare-${namespace}`);
    delete (bare["metadata"] as JsonObject)["namespace"];
    await deploy([bare], { namespaceOverride: namespace });
    expect(await get("deployment", `bare-${namespace}`)).not.toBeNull();
    await deploy([bare]);
    expect(await get("deployment", `bare-${namespace}`, "default")).not.toBeNull();
    await ok("deleteManifest", {
      location: "default",
      manifestName: `deployment bare-${namespace}`,
      options: { cascading: true },
    });
  });

  test(
    "label selectors choose among the manifests; nothing chosen fails unless allowed",
    { timeout: 60_000 },
    async () => {
      const manifests = [config("chosen", { pick: "me" }), config("left", { pick: "not" })];
      const labelSelectors = { selectors: [{ kind: "EQUALS", key: "pick", values: ["me"] }] };
      const context = await deploy(manifests, { labelSelectors });
      expect(context["outputs.manifestNamesByNamespace"]).toEqual({ [namespace]: ["configMap chosen-v000"] });
      expect(await get("configMap", "left-v000")).toBeNull();
      const none = { selectors: [{ kind: "EQUALS", key: "pick", values: ["nobody"] }] };
      expect((await run("deployManifest", { manifests, labelSelectors: none })).stage.failure?.code).toBe(
        "manifest.nothingSelected",
      );
      await deploy(manifests, { labelSelectors: none, allowNothingSelected: true });
    },
  );

  test(
    "images are bound: optional ones, required before optional, none where it is switched off, in cron jobs as well",
    { timeout: 90_000 },
    async () => {
      await deploy([workload("Deployment", "optional")], {}, [docker("3.11")]);
      expect(imageOf(await get("deployment", "optional"))).toBe(`${image}:3.11`);
      await deploy([workload("Deployment", "required")], { requiredArtifacts: [docker("3.12")] }, [docker("3.11")]);
      expect(imageOf(await get("deployment", "required"))).toBe(`${image}:3.12`);
      await deploy([workload("Deployment", "off")], {
        requiredArtifacts: [docker("3.12")],
        enableArtifactBinding: false,
      });
      expect(imageOf(await get("deployment", "off"))).toBe(image);
      const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image }] } };
      const cron = {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "cron", namespace },
        spec: { schedule: "0 0 1 1 *", jobTemplate: { spec: { template } } },
      };
      await deploy([cron], { requiredArtifacts: [docker("3.12")] });
      expect(imageOf(await get("cronJob", "cron"), "jobTemplate", "spec")).toBe(`${image}:3.12`);
    },
  );

  test(
    "a definition and its resource go in one stage, namespaced and cluster-wide, and are patched and deleted",
    { timeout: 90_000 },
    async () => {
      const group = `${namespace}.example.com`;
      const definition = (kind: string, plural: string, scope: string): JsonObject => ({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${group}` },
        spec: {
          group,
          scope,
          names: { kind, plural, singular: kind.toLowerCase(), shortNames: [plural.slice(0, 2)] },
          versions: [
            {
              name: "v1",
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
            },
          ],
        },
      });
      const resource = (kind: string, metadata: JsonObject): JsonObject => ({
        apiVersion: `${group}/v1`,
        kind,
        metadata,
        spec: { image: "one" },
      });
      await deploy([resource("Cron", { name: "a", namespace }), definition("Cron", "crons", "Namespaced")]);
      await deploy([resource("Wide", { name: "b" }), definition("Wide", "wides", "Cluster")], {
        namespaceOverride: namespace,
      });
      expect([at(await get(`Cron.${group}`, "a"), "spec"), at(await get(`Wide.${group}`, "b", ""), "spec")]).toEqual([
        { image: "one" },
        { image: "one" },
      ]);
      const target = { location: namespace, manifestName: `Cron.${group} a` };
      await ok("patchManifest", {
        ...target,
        patchBody: [{ spec: { image: "two" } }],
        options: { mergeStrategy: "merge" },
      });
      expect(at(await get(`Cron.${group}`, "a"), "spec", "image")).toBe("two");
      await ok("patchManifest", {
        manifestName: `customResourceDefinition crons.${group}`,
        patchBody: [{ spec: { names: { shortNames: ["cn"] } } }],
        options: { mergeStrategy: "merge" },
      });
      expect(at(await get("customResourceDefinition", `crons.${group}`, ""), "spec", "names", "shortNames")).toEqual([
        "cn",
      ]);
      await ok("deleteManifest", { ...target, options: { cascading: true } });
      await ok("deleteManifest", {
        manifestName: `customResourceDefinition crons.${group}`,
        options: { cascading: true },
      });
      expect(await get("customResourceDefinition", `crons.${group}`, "")).toBeNull();
    },
  );

  test(
    "the size of what runs is kept where the manifest asks for it, versioned or not",
    { timeout: 90_000 },
    async () => {
      for (const [kind, name, annotations] of [
        ["Deployment", "keep", {}],
        ["ReplicaSet", "keeprs", { "strategy.spinnaker.io/versioned": "true" }],
      ] as const) {
        const keep = { annotations: { ...annotations, "strategy.spinnaker.io/use-source-capacity": "true" } };
        await deploy([workload(kind, name, keep, 2)]);
        await deploy([workload(kind, name, keep, 5)]);
        const live = kind === "ReplicaSet" ? "keeprs-v001" : "keep";
        expect(at(await get(kind, live), "spec", "replicas")).toBe(2);
      }
    },
  );

  test("server-side apply leaves no record of its own, client-side apply does", { timeout: 60_000 }, async () => {
    const record = "kubectl.kubernetes.io/last-applied-configuration";
    for (const [name, value, recorded] of [
      ["ssa", "true", false],
      ["csa", "false", true],
    ] as const) {
      await deploy([
        workload("Deployment", name, { annotations: { "strategy.spinnaker.io/server-side-apply": value } }),
      ]);
      expect(Object.hasOwn(at(await get("deployment", name), "metadata", "annotations") as object, record)).toBe(
        recorded,
      );
    }
  });

  test("delete by criterion takes the one that is meant", { timeout: 120_000 }, async () => {
    for (const [criteria, left] of [
      ["newest", "v000"],
      ["second_newest", "v001"],
      ["oldest", "v001"],
      ["largest", "v000"],
      ["smallest", "v001"],
    ] as const) {
      const name = `by-${criteria.replace("_", "-")}`;
      for (const replicas of [1, 2]) await deploy([workload("ReplicaSet", name, {}, replicas)]);
      await ok("deleteManifest", {
        app: "parity",
        location: namespace,
        mode: "dynamic",
        kind: "replicaSet",
        cluster: `replicaSet ${name}`,
        criteria,
        manifestName: " ",
        options: { cascading: true },
      });
      expect(await names("replicaSet", `app.kubernetes.io/name=parity`)).toContain(`${name}-${left}`);
      expect(
        (await names("replicaSet", `app.kubernetes.io/name=parity`)).filter((each) => each.startsWith(`${name}-v`)),
      ).toHaveLength(1);
    }
    const missing = await run("deleteManifest", {
      app: "parity",
      location: namespace,
      kind: "replicaSet",
      cluster: "replicaSet none",
      criteria: "smallest",
    });
    expect(missing.stage.failure?.code).toBe("manifest.noTarget");
  });

  test(
    "delete as its options say: dependents stay or go, an odd word is refused, what is gone is fine",
    { timeout: 90_000 },
    async () => {
      await scene.port.apply("test", workload("Deployment", "alone") as unknown as KubeObject);
      await scene.port.waitStable(
        "test",
        { kind: "deployment", name: "alone", namespace },
        AbortSignal.timeout(30_000),
      );
      const target = { location: namespace, manifestName: "deployment alone" };
      expect((await run("deleteManifest", { ...target, options: { cascading: "sideways" } })).stage.status).toBe(
        "TERMINAL",
      );
      await ok("deleteManifest", { ...target, options: { cascading: false } });
      expect([await get("deployment", "alone"), (await names("replicaSet", "app=alone")).length]).toEqual([null, 1]);
      await ok("deleteManifest", { ...target, options: { cascading: true } });
    },
  );

  test("patches are bound as well", { timeout: 60_000 }, async () => {
    await deploy([workload("Deployment", "patched")]);
    const target = { location: namespace, manifestName: "deployment patched" };
    const template = {
      spec: {
        template: { metadata: { labels: { testPatch: "success" } }, spec: { containers: [{ name: "main", image }] } },
      },
    };
    const patchBody = [template];
    const options = { mergeStrategy: "strategic", record: true };
    await ok("patchManifest", { ...target, patchBody, requiredArtifacts: [docker("3.12")], options });
    const live = await get("deployment", "patched");
    expect([imageOf(live), at(live, "spec", "template", "metadata", "labels", "testPatch")]).toEqual([
      `${image}:3.12`,
      "success",
    ]);
  });
});
