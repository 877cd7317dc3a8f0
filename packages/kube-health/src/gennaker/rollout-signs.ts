import { asText, at, textAt } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { missingEndpoints } from "./endpoints.ts";
import { podSigns } from "./pod-signs.ts";
import { ofKind, owns, podsOf, reference, warningsAbout } from "./related.ts";
import type { Related, Sign, Surroundings, Verdict } from "./types.ts";

const revisionAnnotation = "deployment.kubernetes.io/revision";

/** The ReplicaSet of a Deployment's newest revision, among the related objects. */
export function newestReplicaSet(deployment: unknown, related: Related): JsonObject | undefined {
  const revision = (one: unknown): number => Number(textAt(one, "metadata", "annotations", revisionAnnotation)) || 0;
  return ofKind(related, "ReplicaSet")
    .filter((one) => owns(deployment, one))
    .toSorted((a, b) => revision(b) - revision(a))[0];
}

/** The Pods of the newest revision: only they tell whether a change works. */
export function newPods(workload: unknown, related: Related): JsonObject[] {
  const kind = textAt(workload, "kind");
  if (kind === "Deployment") {
    const newest = newestReplicaSet(workload, related);
    return newest === undefined ? podsOf(workload, related) : podsOf(newest, related);
  }
  const pods = podsOf(workload, related);
  const revision = textAt(workload, "status", "updateRevision");
  if (kind !== "StatefulSet" || revision === "") return pods;
  return pods.filter((pod) => {
    const own = at(pod, "metadata", "labels", "controller-revision-hash");
    return own === undefined || own === revision;
  });
}

/** Why a controller could not create Pods: the quota, an admission webhook, a security rule. */
export function creationSigns(controller: unknown, around: Surroundings): Sign[] {
  const failure = conditionsOf(controller).find(({ type, status }) => type === "ReplicaFailure" && status === "True");
  const event = warningsAbout(controller, around.related).find(({ reason }) => reason === "FailedCreate");
  const message = failure?.message ?? event?.message;
  if (message === undefined) return [];
  const object = reference(controller);
  const quota = /exceeded quota/iu.test(message);
  const code = quota
    ? "quota.exceeded"
    : /admission webhook|denied the request/iu.test(message)
      ? "admission.denied"
      : "pod.create";
  const what = quota ? "the namespace's quota is used up" : "Pods cannot be created";
  return [{ code, message: `${object.kind} "${object.name}": ${what}: ${message}`, object, fatal: true }];
}

/** Claims of a workload's Pods that are not bound yet. */
function claimSigns(pods: readonly JsonObject[], around: Surroundings): Sign[] {
  const claims = ofKind(around.related, "PersistentVolumeClaim").filter(
    (claim) => textAt(claim, "status", "phase") !== "Bound",
  );
  if (claims.length === 0) return [];
  const text = JSON.stringify(pods.map((pod) => at(pod, "spec", "volumes")));
  return claims
    .filter((claim) => text.includes(`"claimName":${JSON.stringify(asText(at(claim, "metadata", "name")))}`))
    .map((claim) => ({
      code: "volume.pending",
      message: `PersistentVolumeClaim "${textAt(claim, "metadata", "name")}" is not bound yet`,
      object: reference(claim),
      fatal: false,
    }));
}

/** All signs of a workload's newest revision, fatal ones first. */
export function rolloutSigns(workload: unknown, around: Surroundings): Sign[] {
  const newest = textAt(workload, "kind") === "Deployment" ? newestReplicaSet(workload, around.related) : undefined;
  const pods = newPods(workload, around.related);
  const signs = [
    ...creationSigns(workload, around),
    ...(newest === undefined ? [] : creationSigns(newest, around)),
    ...pods.flatMap((pod) => podSigns(pod, around)),
    ...claimSigns(pods, around),
    ...missingEndpoints(pods, around.related),
  ];
  return signs.toSorted((a, b) => Number(b.fatal) - Number(a.fatal));
}

/**
 * Joins what the counters say with the signs: a fatal sign makes progress a failure at once, and a workload whose counters are
 * complete still progresses while ready Pods get no requests. A stable workload stays stable whatever one Pod shows.
 */
export function withSigns(verdict: Verdict, signs: readonly Sign[]): Verdict {
  const all = [...verdict.signs, ...signs];
  const fatal = signs.find((sign) => sign.fatal);
  if (verdict.state === "progressing" && fatal !== undefined)
    return { state: "failed", message: `${verdict.message}; ${fatal.message}`, signs: all };
  if (verdict.state === "progressing" && signs[0] !== undefined)
    return { ...verdict, message: `${verdict.message}; ${signs[0].message}`, signs: all };
  const waiting = signs.find(({ code }) => code === "endpoints.missing");
  if (verdict.state === "stable" && waiting !== undefined)
    return { state: "progressing", message: waiting.message, signs: all };
  return { ...verdict, signs: all };
}
