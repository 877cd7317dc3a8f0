import { expect, test } from "vitest";
import { KubeError } from "@gennaker/kube-client/errors.ts";
import type { TaskContext, TaskError } from "../../../../engine/api.ts";
import { onCluster } from "./cluster-task.ts";
import { clusterWords } from "./cluster-words.ts";

const said = (message: string, code = 403, reason = "Forbidden") => new KubeError({ code, reason, message });

test.each([
  [
    'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: context deadline exceeded',
    "webhookFailed",
    "check.example.com of the cluster did not answer",
  ],
  [
    'admission webhook "check.example.com" denied the request: no latest tags',
    "webhookDenied",
    "no latest tags. Change the manifest",
  ],
  [
    "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'no-a' with binding 'all' denied request: not this one",
    "policyDenied",
    "the admission policy no-a",
  ],
  [
    'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    "namespaceTerminating",
    "The namespace shop is being deleted",
  ],
  ['namespaces "shop" not found', "namespaceMissing", "There is no namespace shop"],
  [
    'pods "a" is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5',
    "quota",
    "The quota small",
  ],
  ['Deployment.apps "web" is invalid: spec.selector: Invalid value: {}: field is immutable', "immutable", "recreate"],
  ["etcdserver: request is too large", "tooLarge", "split it"],
  [
    'clusterroles.rbac.authorization.k8s.io is forbidden: User "ci" cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope',
    "forbidden",
    "may not create clusterroles.rbac.authorization.k8s.io",
  ],
  ["something else", "forbidden", "something else"],
])("%s", (message, code, words) => {
  const told = clusterWords(said(message));
  expect([told.code, told.message]).toEqual([code, expect.stringContaining(words)]);
});

test("a webhook that does not answer is tried again for two minutes, an API server as long as the task", async () => {
  const start = Date.parse("2026-01-01T00:00:00Z");
  const after = (ms: number) =>
    ({ task: { startTime: new Date(start).toISOString() }, now: () => new Date(start + ms) }) as unknown as TaskContext;
  const retried = async (error: KubeError, ms: number): Promise<boolean> =>
    onCluster("Deploying", () => Promise.reject(error), after(ms)).catch((thrown: TaskError) => thrown.retryable);
  const webhook = said('failed calling webhook "a": timeout', 500, "InternalError");
  expect([await retried(webhook, 1_000), await retried(webhook, 121_000)]).toEqual([true, false]);
  expect(await retried(said("etcd has no leader", 500, "InternalError"), 600_000)).toBe(true);
  expect(await retried(said("not allowed"), 0)).toBe(false);
});
