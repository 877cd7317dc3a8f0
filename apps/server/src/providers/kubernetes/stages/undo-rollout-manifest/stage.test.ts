import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { workload } from "../../manifest/testing/builders.ts";
import { at } from "../testing/fake-cluster.ts";
import { createScene } from "../testing/scene.ts";

const target: JsonObject = { account: "prod", location: "shop", manifestName: "deployment web" };

function scene() {
  const made = createScene();
  made.cluster.put({
    ...workload("Deployment", "web", { image: "a:3" }),
    metadata: { name: "web", namespace: "shop", uid: "u" },
  });
  for (const number of [1, 2, 3]) {
    const name = `web-${number}`;
    const annotations = { "deployment.kubernetes.io/revision": String(number) };
    const metadata = {
      name,
      namespace: "shop",
      annotations,
      ownerReferences: [{ uid: "u", name: "web", kind: "Deployment" }],
    };
    const revision = workload("ReplicaSet", "web", { image: `a:${number}` });
    made.cluster.put({ ...revision, metadata });
  }
  return made;
}
const image = (object: JsonObject | undefined) => at(object, "spec", "template", "spec", "containers", "0", "image");

test.each<[JsonObject, string]>([
  [{ numRevisionsBack: 1 }, "a:2"],
  [{ numRevisionsBack: "2" }, "a:1"],
  [{ revision: 1 }, "a:1"],
])("%j brings %s back, once", async (which, back) => {
  const { cluster, run } = scene();
  const { stage } = await run("undoRolloutManifest", { context: { ...target, ...which }, crash: true });
  expect([stage.status, image(cluster.object("deployment web")), cluster.changes]).toEqual([
    "SUCCEEDED",
    back,
    ["patch json deployment web"],
  ]);
  expect(stage.context["outputs.manifestNamesByNamespace"]).toEqual({ shop: ["deployment web"] });
});

test("a revision that got a new number when it was brought back is not looked for again", async () => {
  const { cluster, run, types } = scene();
  expect(
    types
      .get("undoRolloutManifest")
      ?.tasks({} as never)
      .map(({ name }) => name),
  ).toEqual(["resolveTargetManifest", "chooseRevision", "undoRolloutManifest", "waitForManifestToStabilize"]);
  cluster.verdicts.set("deployment web", { state: "progressing", message: "" });
  const { stage } = await run("undoRolloutManifest", {
    context: { ...target, numRevisionsBack: 1 },
    onWait: () => cluster.verdicts.clear(),
  });
  expect([stage.status, stage.context["kubernetes.revision"]]).toEqual(["SUCCEEDED", 2]);
});

test("a history that is too short, a paused deployment and a kind without one end the stage", async () => {
  const { cluster, run } = scene();
  const failure = async (more: JsonObject) =>
    (await run("undoRolloutManifest", { context: { ...target, ...more } })).stage.failure?.message;
  expect(await failure({ numRevisionsBack: 3 })).toContain("There are 3 revisions in all");
  cluster.put(workload("Job", "once"));
  expect(await failure({ manifestName: "job once", revision: 1 })).toContain("A job cannot be rolled back");
});

test("every pod is restarted, once per stage", async () => {
  const { cluster, run } = scene();
  const { stage } = await run("rollingRestartManifest", { context: target, crash: true });
  expect(stage.status).toBe("SUCCEEDED");
  const time = at(
    cluster.object("deployment web"),
    "spec",
    "template",
    "metadata",
    "annotations",
    "kubectl.kubernetes.io/restartedAt",
  );
  expect(time).toMatch(/^2026-/);
  cluster.put(workload("ReplicaSet", "web"));
  expect(
    (await run("rollingRestartManifest", { context: { ...target, manifestName: "replicaSet web" } })).stage.failure
      ?.message,
  ).toContain("cannot be restarted");
});

test("a rollout is paused and resumed; only deployments can be", async () => {
  const { cluster, run } = scene();
  await run("pauseRolloutManifest", { context: target });
  expect(at(cluster.object("deployment web"), "spec", "paused")).toBe(true);
  const restart = await run("rollingRestartManifest", { context: target });
  expect(restart.stage.failure?.message).toContain("deployment web is paused. Resume its rollout");
  await run("resumeRolloutManifest", { context: target });
  expect(at(cluster.object("deployment web"), "spec", "paused")).toBe(false);
  cluster.put(workload("DaemonSet", "agent"));
  expect(
    (await run("pauseRolloutManifest", { context: { ...target, manifestName: "daemonSet agent" } })).stage.failure
      ?.message,
  ).toContain("only a deployment's can");
});
