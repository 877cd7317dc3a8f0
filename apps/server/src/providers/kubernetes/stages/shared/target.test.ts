import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { workload } from "../../manifest/testing/builders.ts";
import { at } from "../testing/fake-cluster.ts";
import { createScene } from "../testing/scene.ts";

const annotations = { "moniker.spinnaker.io/application": "shop", "moniker.spinnaker.io/cluster": "replicaSet web" };

function scene() {
  const made = createScene();
  for (const [index, replicas] of [5, 9, 1].entries()) {
    const object = workload("ReplicaSet", `web-v00${index}`, { annotations });
    made.cluster.put({ ...object, spec: { ...(object["spec"] as JsonObject), replicas } });
  }
  made.cluster.put(workload("ReplicaSet", "stranger"));
  return made;
}

const dynamic = {
  account: "prod",
  app: "shop",
  location: "shop",
  kind: "replicaSet",
  cluster: "replicaSet web",
  manifestName: " ",
};

test.each([
  ["newest", "web-v002"],
  ["second_newest", "web-v001"],
  ["oldest", "web-v000"],
  ["largest", "web-v001"],
  ["smallest", "web-v002"],
])("the %s of a cluster is %s", async (criteria, name) => {
  const { run } = scene();
  const { stage } = await run("resolveTargetManifest", { context: { ...dynamic, criteria } });
  expect(stage.outputs).toEqual({ manifestName: `replicaSet ${name}` });
});

test("a cluster with too few objects ends the stage", async () => {
  const { run } = scene();
  const { stage } = await run("resolveTargetManifest", {
    context: { ...dynamic, cluster: "replicaSet other", criteria: "newest" },
  });
  expect(stage.failure?.message).toContain(
    'Cluster "replicaSet other" of application shop has no newest replicaSet in prod/shop',
  );
});

test("scaling a dynamic target waits for that object", async () => {
  const { cluster, run } = scene();
  cluster.verdicts.set("replicaSet web-v001", { state: "progressing", message: "3 of 4 replicas" });
  const { stage, waits } = await run("scaleManifest", {
    context: { ...dynamic, criteria: "second_newest", replicas: "4" },
    onWait: () => cluster.verdicts.clear(),
  });
  expect([stage.status, cluster.changes, waits.length]).toEqual(["SUCCEEDED", ["scale replicaSet web-v001 4"], 1]);
  expect(stage.context).toMatchObject({
    "manifest.account.name": "prod",
    "manifest.name": "replicaSet web-v001",
    "manifest.location": "shop",
    "outputs.manifestNamesByNamespace": { shop: ["replicaSet web-v001"] },
  });
});

test("a target that is not there, no name, or cannot be scaled", async () => {
  const { cluster, run } = scene();
  const failure = async (manifestName: string, replicas = 1) =>
    (await run("scaleManifest", { context: { account: "prod", location: "shop", manifestName, replicas } })).stage
      .failure?.message;
  cluster.put(workload("DaemonSet", "agent"));
  expect(await failure("deployment gone")).toContain("There is no deployment gone in prod/shop");
  expect(await failure("deployment")).toContain("which is no kind and name");
  expect(await failure("daemonSet agent")).toContain("A daemonSet cannot be scaled");
});

test("a restart of the stage does not count what an earlier wait saw", async () => {
  const { cluster, run } = scene();
  cluster.verdicts.set("replicaSet web-v000", { state: "failed", message: "again" });
  const context = {
    account: "prod",
    location: "shop",
    manifestName: "replicaSet web-v000",
    replicas: 1,
    stableManifests: [{ manifestName: "replicaSet web-v000", location: "shop" }],
    exception: { details: { errors: ["old"] } },
  };
  const { stage } = await run("scaleManifest", { context });
  expect(stage.failure?.message).toBe("'replicaSet web-v000' in 'shop' for account prod: again");
});

test("a cluster-wide object has the location _ in Spinnaker", async () => {
  const { cluster, run } = scene();
  cluster.put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  const context = {
    account: "prod",
    location: "_",
    manifestName: "namespace shop",
    patchBody: [{ metadata: { labels: { a: "b" } } }],
  };
  const { stage } = await run("patchManifest", { context });
  expect([stage.status, at(cluster.object("namespace shop"), "metadata", "labels")]).toEqual(["SUCCEEDED", { a: "b" }]);
});

test("trouble on the way to the cluster is tried again, a refusal is not", async () => {
  const { cluster, types } = scene();
  const task = types.get("scaleManifest")?.tasks({ execution: {} as never, stage: { context: {} } as never })[1];
  const context = {
    stage: {
      type: "scaleManifest",
      context: { account: "prod", location: "shop", manifestName: "replicaSet web-v000", replicas: 3 },
    },
    signal: new AbortController().signal,
  };
  const thrown = async (reason: string, code: number, retryable: boolean) => {
    cluster.failOnce.set("scale replicaSet web-v000 3", { reason, code, retryable });
    return await task?.run(context as never).catch((error: unknown) => error);
  };
  expect(await thrown("Unreachable", 0, true)).toMatchObject({
    retryable: true,
    explanation: { code: "kubernetes.unreachable" },
  });
  expect(await thrown("Forbidden", 403, false)).toMatchObject({
    retryable: false,
    explanation: { code: "kubernetes.forbidden" },
  });
});
