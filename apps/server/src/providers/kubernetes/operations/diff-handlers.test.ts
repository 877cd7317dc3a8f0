import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { KubeError } from "@gennaker/kube-client/errors.ts";
import type { KubernetesDiff } from "@gennaker/contract/resources/kubernetes-diff.ts";
import { readManifests } from "../manifest/read-manifests.ts";
import { configMap, workload } from "../manifest/testing/builders.ts";
import { createScene } from "../stages/testing/scene.ts";
import { kubernetesDiffHandlers } from "./diff-handlers.ts";

const read = async (text: string) => readManifests(text);

function scene() {
  const made = createScene();
  const handler = kubernetesDiffHandlers(made.cluster.port, read).diffKubernetesManifests;
  const diff = async (body: JsonObject, account = "prod"): Promise<KubernetesDiff> =>
    (await handler?.({ params: { account }, body, signal: new AbortController().signal } as never)) as KubernetesDiff;
  const deploy = (manifests: JsonObject[]) =>
    made.run("deployManifest", {
      context: { account: "prod", moniker: { app: "shop" }, manifests: structuredClone(manifests) },
    });
  return { ...made, diff, deploy };
}
const shown = ({ objects }: KubernetesDiff) => objects.map(({ action, kind, name }) => `${action} ${kind} ${name}`);
const shop = { application: "shop" };

test("what a stage would deploy is told with versions and bindings, and nothing is changed", async () => {
  const { cluster, diff, deploy } = scene();
  const first = [workload("Deployment", "web"), configMap("settings", { a: "1" })];
  expect(shown(await diff({ ...shop, manifests: first }))).toEqual([
    "create ConfigMap settings-v000",
    "create Deployment web",
  ]);
  expect(cluster.names()).toEqual([]);
  await deploy(first);
  cluster.changes.length = 0;
  const same = await diff({ ...shop, manifests: first });
  expect([shown(same), same.summary]).toEqual([
    ["unchanged ConfigMap settings-v000", "unchanged Deployment web"],
    { create: 0, change: 0, delete: 0, unchanged: 2, refused: 0 },
  ]);
  const next = [workload("Deployment", "web", { image: "example.com/app:2" }), configMap("settings", { a: "2" })];
  const later = await diff({ ...shop, manifests: next });
  expect(shown(later)).toEqual(["create ConfigMap settings-v001", "change Deployment web"]);
  expect(later.objects[1]?.changes).toContainEqual({
    op: "change",
    path: "spec.template.spec.containers[main].image",
    before: "example.com/app:1",
    after: "example.com/app:2",
  });
  expect(later.objects[1]?.changes).toContainEqual({
    op: "change",
    path: "spec.template.spec.volumes[one].configMap.name",
    before: "settings-v000",
    after: "settings-v001",
  });
  expect(cluster.changes).toEqual([]);
});

test("the artifacts given are bound, and the stage's fields count", async () => {
  const { diff } = scene();
  const image = { type: "docker/image", name: "example.com/app", reference: "example.com/app@sha256:1" };
  const { objects } = await diff({
    ...shop,
    namespaceOverride: "other",
    artifacts: [image],
    manifests: [workload("Deployment", "web")],
  });
  expect(objects).toMatchObject([{ namespace: "other", after: { metadata: { namespace: "other" } } }]);
  expect(JSON.stringify(objects[0]?.after)).toContain("app@sha256:1");
});

test("without an application the manifests count as they stand", async () => {
  const { diff } = scene();
  const { objects } = await diff({ text: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n" });
  expect(objects).toMatchObject([
    { action: "create", name: "a", after: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } } },
  ]);
});

test("of a secret only the keys that change are told", async () => {
  const { diff, deploy } = scene();
  const secret = (value: string): JsonObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "keys", namespace: "shop", annotations: { "strategy.spinnaker.io/versioned": "false" } },
    data: { password: Buffer.from(value).toString("base64") },
  });
  await deploy([secret("hunter2")]);
  const answer = await diff({ ...shop, manifests: [secret("correct horse")] });
  expect(answer.objects[0]?.changes).toEqual([
    { op: "change", path: "data.password", before: "(hidden)", after: "(hidden)" },
  ]);
  for (const value of ["hunter2", "correct horse"])
    expect(JSON.stringify(answer)).not.toContain(Buffer.from(value).toString("base64"));
});

test("versions that go beyond the history are told as deleted, objects to be made anew as such", async () => {
  const { diff, deploy } = scene();
  const kept = (value: string) =>
    configMap("settings", { value }, { "strategy.spinnaker.io/max-version-history": "2" });
  await deploy([kept("1")]);
  await deploy([kept("2")]);
  expect(shown(await diff({ ...shop, manifests: [kept("3")] }))).toEqual([
    "create ConfigMap settings-v002",
    "delete ConfigMap settings-v000",
  ]);
  expect(shown(await diff({ ...shop, manifests: [kept("1")] }))).toEqual(["unchanged ConfigMap settings-v000"]);
  const anew = (image: string) =>
    workload("Deployment", "web", { image, annotations: { "strategy.spinnaker.io/recreate": "true" } });
  await deploy([anew("example.com/app:1")]);
  const { objects } = await diff({ ...shop, manifests: [anew("example.com/app:2")] });
  expect(objects).toMatchObject([{ action: "recreate", checked: false, error: null }]);
});

test("what the cluster refuses is told with its words, the rest goes on", async () => {
  const { cluster, diff } = scene();
  cluster.failOnce.set("create configMap a-v000", { reason: "Forbidden", code: 403 });
  const { objects, summary } = await diff({ ...shop, manifests: [configMap("a"), configMap("b")] });
  expect(objects).toMatchObject([
    { action: "refused", error: { code: "Forbidden", message: expect.stringContaining("was refused") } },
    { action: "create", error: null },
  ]);
  expect(summary).toMatchObject({ create: 1, refused: 1 });
});

test("what cannot be tried yet, as its namespace or kind comes with the same deploy, is told as not checked", async () => {
  const { cluster, diff } = scene();
  const { create } = cluster.port;
  cluster.port.create = async (account, manifest, options) => {
    const reason = manifest.kind === "Lamp" ? "UnknownKind" : "NotFound";
    if (["Lamp", "ConfigMap"].includes(manifest.kind)) throw new KubeError({ code: 404, reason, message: "not yet" });
    return await create(account, manifest, options);
  };
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "lamps.example.com" },
    spec: { group: "example.com", names: { kind: "Lamp", plural: "lamps" }, scope: "Namespaced" },
  };
  const lamp = { apiVersion: "example.com/v1", kind: "Lamp", metadata: { name: "one", namespace: "shop" } };
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
  const { objects } = await diff({ ...shop, manifests: [namespace, crd, lamp, configMap("a")] });
  expect(objects.map(({ action, checked, name }) => [action, checked, name])).toEqual([
    ["create", true, "shop"],
    ["create", true, "lamps.example.com"],
    ["create", false, "a-v000"],
    ["create", false, "one"],
  ]);
});

test.each<[string, JsonObject, string]>([
  ["a text that is no YAML", { text: "kind: A\nmetadata: [" }, "line "],
  ["no manifests", { manifests: [] }, "There are no manifests"],
  [
    "a manifest without a name",
    { manifests: [{ apiVersion: "v1", kind: "ConfigMap", metadata: {} }] },
    "metadata.name",
  ],
  ["a field of another type", { manifests: [configMap("a")], trafficManagement: "yes" }, "fields of the stage"],
  [
    "a rule that is broken",
    {
      ...shop,
      manifests: [
        workload("ReplicaSet", "a", { annotations: { "traffic.spinnaker.io/load-balancers": '["service none"]' } }),
      ],
    },
    "service none",
  ],
])("%s is told to the caller", async (_name, body, words) => {
  const { diff } = scene();
  await expect(diff(body)).rejects.toMatchObject({ code: "invalid_request", message: expect.stringContaining(words) });
});

test("an account that is not there is told", async () => {
  const { diff } = scene();
  await expect(diff({ manifests: [configMap("a")] }, "nope")).rejects.toMatchObject({ code: "not_found" });
  const none = kubernetesDiffHandlers(null, read).diffKubernetesManifests;
  await expect(none?.({ params: { account: "prod" }, body: {} } as never)).rejects.toMatchObject({ code: "not_found" });
});
