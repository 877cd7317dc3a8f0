import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { jobState, jobStatus, propertiesIn, succeededPods } from "./job.ts";
import { chooseRevision, pausePatch, restartPatch, revisionsOf, undoPatch } from "./rollout.ts";
import { workload } from "./testing/builders.ts";

const owned = (object: JsonObject, uid = "u1"): JsonObject => {
  const metadata = object["metadata"] as JsonObject;
  metadata["ownerReferences"] = [{ kind: "Deployment", name: "web", uid }];
  return object;
};
const revision = (number: number, image: string, uid?: string): JsonObject => {
  const object = owned(
    workload("ReplicaSet", `web-${number}`, {
      image,
      annotations: { "deployment.kubernetes.io/revision": String(number), note: image },
    }),
    uid,
  );
  const labels = ((object["spec"] as { template: { metadata: JsonObject } }).template.metadata["labels"] ??
    {}) as JsonObject;
  labels["app"] = "web";
  labels["pod-template-hash"] = String(number);
  return object;
};
function deployment(image = "a:3", more: JsonObject = {}): JsonObject {
  const object = workload("Deployment", "web", {
    image,
    annotations: {
      note: "a:3",
      "deployment.kubernetes.io/revision": "3",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    },
  });
  (object["metadata"] as JsonObject)["uid"] = "u1";
  Object.assign(object["spec"] as JsonObject, more);
  return object;
}
const history = [
  revision(3, "a:3"),
  revision(1, "a:1"),
  revision(2, "a:2"),
  revision(7, "b:1", "other"),
  workload("ReplicaSet", "x"),
];

test("revisions are the owned replicaSets by their number", () => {
  expect(revisionsOf(deployment(), history).map(({ number }) => number)).toEqual([1, 2, 3]);
});

test("a revision is chosen by number or counted back from the newest", () => {
  const all = revisionsOf(deployment(), history);
  const chosen = [{ numRevisionsBack: 1 }, { numRevisionsBack: 2 }, { revision: 1 }, { numRevisionsBack: 0 }].map(
    (wanted) => chooseRevision(all, wanted).number,
  );
  expect(chosen).toEqual([2, 1, 1, 3]);
  expect(() => chooseRevision(all, { numRevisionsBack: 3 })).toThrow(
    "There are 3 revisions in all, so it cannot be rolled back by 3",
  );
  expect(() => chooseRevision(all, { revision: 9 })).toThrow("There is no revision 9. There are: 1, 2, 3.");
  expect(() => chooseRevision(all, {})).toThrow("neither numRevisionsBack nor revision");
});

test("undoing brings the template and the annotations of the revision back, not the deployment's own", () => {
  const target = chooseRevision(revisionsOf(deployment(), history), { revision: 1 });
  expect(undoPatch(deployment(), target)).toEqual({
    type: "json",
    patch: [
      {
        op: "replace",
        path: "/spec/template",
        value: (workload("Deployment", "web", { image: "a:1" })["spec"] as JsonObject)["template"],
      },
      {
        op: "add",
        path: "/metadata/annotations",
        value: {
          note: "a:1",
          "deployment.kubernetes.io/revision": "3",
          "kubectl.kubernetes.io/last-applied-configuration": "{}",
        },
      },
    ],
  });
});

test("undone already is nothing to do; a paused deployment is refused", () => {
  const target = { number: 1, object: revision(1, "a:1") };
  expect(undoPatch(deployment("a:1"), target)).toBeNull();
  expect(() => undoPatch(deployment("a:3", { paused: true }), target)).toThrow("deployment web is paused");
});

test("statefulSets and daemonSets have controllerRevisions", () => {
  const set = { ...deployment(), kind: "StatefulSet" };
  const object = owned({
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "r" },
    revision: 4,
    data: { spec: { template: { $patch: "replace" } } },
  });
  const [found] = revisionsOf(set, [object]);
  expect(found?.number).toBe(4);
  expect(undoPatch(set, { number: 4, object })).toEqual({ type: "strategic", patch: object["data"] });
});

test("a restart and a pause", () => {
  expect(restartPatch(deployment(), "2026-01-01T00:00:00Z")).toEqual({
    spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" } } } },
  });
  expect(() => restartPatch(deployment("a", { paused: true }), "x")).toThrow("is paused");
  expect([pausePatch(deployment(), true), pausePatch(deployment(), false)]).toEqual([
    { spec: { paused: true } },
    { spec: { paused: false } },
  ]);
  expect(() => pausePatch({ ...deployment(), kind: "DaemonSet" }, true)).toThrow("only a deployment's can");
});

const job = (status: JsonObject | null, completions?: number): JsonObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "j", namespace: "shop", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: completions === undefined ? {} : { completions },
  ...(status === null ? {} : { status }),
});
const failed = {
  conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }],
};

test.each<[JsonObject, string]>([
  [job(null), "Running"],
  [job({}), "Running"],
  [job({ succeeded: 1 }), "Succeeded"],
  [job({ succeeded: 1 }, 2), "Running"],
  [job({ succeeded: 2, ...failed }, 2), "Succeeded"],
  [job(failed), "Failed"],
  [job({ conditions: [{ type: "Failed", status: "False" }] }), "Running"],
])("%j is %s", (given, state) => {
  expect(jobState(given)).toBe(state);
});

const pod = (name: string, phase: string, statuses: JsonObject[]): JsonObject => ({
  metadata: { name, creationTimestamp: `2026-01-01T00:00:0${name.length}Z` },
  status: { phase, containerStatuses: statuses },
});

test("a failed job says which container failed and how", () => {
  const pods = [
    pod("p", "Failed", [
      { name: "ok", state: { terminated: { exitCode: 0 } } },
      { name: "main", state: { terminated: { exitCode: 3, reason: "Error", message: "boom" } } },
    ]),
  ];
  expect(jobStatus(job(failed), pods, "prod")).toMatchObject({
    jobState: "Failed",
    reason: "BackoffLimitExceeded",
    message: "too often",
    failureDetails: 'Pod "p": container "main" ended with exit code 3 (Error: boom).',
    mostRecentPodName: "p",
    location: "shop",
    completionDetails: { exitCode: "3", signal: "", message: "too often", reason: "BackoffLimitExceeded" },
  });
  const waiting = [
    pod("p", "Pending", [
      { name: "main", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } },
    ]),
  ];
  expect(jobStatus(job(failed), waiting, "prod")["failureDetails"]).toBe(
    'Pod "p": container "main" waits: ImagePullBackOff: no such image.',
  );
});

test("pods that ended well, oldest first", () => {
  const pods = [pod("ppp", "Succeeded", []), pod("p", "Failed", []), pod("pp", "Succeeded", [])];
  expect(succeededPods(pods).map((each) => (each["metadata"] as JsonObject)["name"])).toEqual(["pp", "ppp"]);
});

test.each<[string, JsonObject | null]>([
  ["SPINNAKER_PROPERTY_A=b", { a: "b" }],
  ["  SPINNAKER_PROPERTY_Some_Key = value  \nnoise", { some_key: "value" }],
  ["SPINNAKER_PROPERTY_A=b=c", {}],
  ["SPINNAKER_PROPERTY_A=", {}],
  ["x SPINNAKER_PROPERTY_A=b", {}],
  ['SPINNAKER_CONFIG_JSON={"a":{"b":[1]}}\nSPINNAKER_PROPERTY_C=d', { a: { b: [1] }, c: "d" }],
  ["SPINNAKER_CONFIG_JSON={", null],
  ["", {}],
])("the log %j has the properties %j", (log, properties) => {
  expect(propertiesIn(log)).toEqual(properties);
});
