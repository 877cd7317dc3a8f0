import { autoscalerConditions } from "../argocd/kinds.ts";
import { asText, at, countAt, integerAt, objectsOf, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { eventsAbout, reference, warningsAbout } from "./related.ts";
import { verdictOf } from "./types.ts";
import type { Sign, State, Surroundings, Verdict } from "./types.ts";

const said = (manifest: unknown, state: State, code: string, message: string): Verdict =>
  verdictOf(state, message, [{ code, message, object: reference(manifest), fatal: state === "failed" }]);

/** A claim that waits for its first consumer is where it should be: nothing binds it before a Pod uses it. */
export function claim(manifest: unknown, around: Surroundings): Verdict {
  const phase = textAt(manifest, "status", "phase");
  if (phase === "Bound") return verdictOf("stable", `Bound to volume "${textAt(manifest, "spec", "volumeName")}"`);
  if (phase === "Lost") return said(manifest, "failed", "volume.lost", "The volume of the claim no longer exists");
  const failure = warningsAbout(manifest, around.related).find(({ reason }) => reason === "ProvisioningFailed");
  if (failure !== undefined)
    return said(manifest, "failed", "volume.provisioning", `No volume can be made: ${failure.message}`);
  const waits = eventsAbout(manifest, around.related).some((event) => event["reason"] === "WaitForFirstConsumer");
  if (waits) return verdictOf("stable", "The claim is bound when the first Pod uses it");
  return said(manifest, "progressing", "volume.pending", "The claim has no volume yet");
}

export function volume(manifest: unknown): Verdict {
  const phase = textAt(manifest, "status", "phase");
  if (phase === "Failed")
    return said(manifest, "failed", "volume.failed", textAt(manifest, "status", "message") || "The volume failed");
  const there = phase === "Bound" || phase === "Available" || phase === "Released";
  return verdictOf(there ? "stable" : "progressing", `The volume is ${phase === "" ? "not observed yet" : phase}`);
}

export function autoscaler(manifest: unknown): Verdict {
  const [wanted, current] = [
    countAt(manifest, "status", "desiredReplicas"),
    countAt(manifest, "status", "currentReplicas"),
  ];
  const signs: Sign[] = [];
  const conditions = autoscalerConditions(manifest);
  for (const { type, status, reason, message } of typeof conditions === "string" ? [] : conditions) {
    const object = reference(manifest);
    if (type === "AbleToScale" && status === "False")
      return said(manifest, "failed", "hpa.unableToScale", `It cannot scale (${reason}): ${message}`);
    if (type === "ScalingActive" && status === "False" && reason === "ScalingDisabled")
      return verdictOf("paused", "Autoscaling is off because the target has no replicas");
    if (type === "ScalingActive" && status === "False")
      return said(manifest, "failed", "hpa.noMetrics", `It has no metric to scale by (${reason}): ${message}`);
    if (type === "ScalingLimited" && status === "True" && reason === "TooManyReplicas") {
      const limit = integerAt(manifest, "spec", "maxReplicas");
      signs.push({
        code: "hpa.limit",
        message: `It wants more than its maximum of ${limit} replicas`,
        object,
        fatal: false,
      });
    }
  }
  if (at(manifest, "status") === undefined) return verdictOf("progressing", "It has not measured yet", signs);
  if (wanted === current) return verdictOf("stable", signs[0]?.message ?? `At ${current} replicas`, signs);
  return verdictOf("stable", `It scales from ${current} to ${wanted} replicas`, signs);
}

export function disruptionBudget(manifest: unknown): Verdict {
  const failure = conditionsOf(manifest).find(({ reason }) => reason === "SyncFailed");
  if (failure !== undefined) return said(manifest, "failed", "budget.sync", failure.message || "It cannot be computed");
  const allowed = integerAt(manifest, "status", "disruptionsAllowed");
  if (allowed === undefined) return verdictOf("progressing", "It has not been computed yet");
  const message = `${allowed} disruptions are allowed now`;
  return allowed === 0 ? said(manifest, "stable", "budget.none", message) : verdictOf("stable", message);
}

export function namespace(manifest: unknown): Verdict {
  if (textAt(manifest, "status", "phase") === "Terminating") return deletion(manifest);
  return verdictOf("stable", "The Namespace is active");
}

export function definition(manifest: unknown): Verdict {
  const conditions = conditionsOf(manifest);
  const names = conditions.find(({ type, status }) => type === "NamesAccepted" && status === "False");
  if (names !== undefined) return said(manifest, "failed", "definition.names", names.message || names.reason);
  const schema = conditions.find(({ type, status }) => type === "NonStructuralSchema" && status === "True");
  if (schema !== undefined) return said(manifest, "failed", "definition.schema", schema.message || schema.reason);
  const established = conditions.find(({ type }) => type === "Established");
  if (established?.status === "True") return verdictOf("stable", "The API serves the kind");
  if (established?.status === "False" && established.reason !== "Installing")
    return said(manifest, "failed", "definition.notEstablished", established.message || established.reason);
  return verdictOf("progressing", "The API does not serve the kind yet");
}

export function apiService(manifest: unknown): Verdict {
  const available = conditionsOf(manifest).find(({ type }) => type === "Available");
  if (available?.status === "True") return verdictOf("stable", "The API is available");
  if (available === undefined) return verdictOf("progressing", "The API was not looked at yet");
  return said(
    manifest,
    "progressing",
    "api.unavailable",
    `The API is not available (${available.reason}): ${available.message}`,
  );
}

export function node(manifest: unknown): Verdict {
  const conditions = conditionsOf(manifest);
  const pressure = conditions
    .filter(({ type, status }) => type !== "Ready" && status === "True")
    .map(({ type, message }) => ({
      code: "node.pressure",
      message: `${type}: ${message}`,
      object: reference(manifest),
      fatal: false,
    }));
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "False") return verdictOf("failed", ready.message || "The node is not ready", pressure);
  if (ready?.status !== "True") return verdictOf("unknown", ready?.message || "The node does not report", pressure);
  if (at(manifest, "spec", "unschedulable") === true) return verdictOf("paused", "The node is cordoned", pressure);
  return verdictOf("stable", "The node is ready", pressure);
}

const quietDeletions: ReadonlySet<string> = new Set([
  "NamespaceDeletionContentFailure",
  "NamespaceDeletionDiscoveryFailure",
]);

/** An object that goes: what still holds it. For a Namespace that is what its conditions name. */
export function deletion(manifest: unknown): Verdict {
  const object = reference(manifest);
  const finalizers = [
    ...(Array.isArray(at(manifest, "metadata", "finalizers"))
      ? (at(manifest, "metadata", "finalizers") as unknown[])
      : []),
    ...(object.kind === "Namespace" && Array.isArray(at(manifest, "spec", "finalizers"))
      ? (at(manifest, "spec", "finalizers") as unknown[])
      : []),
  ].map((one) => asText(one));
  const held = finalizers.length === 0 ? "" : `, held by ${finalizers.join(", ")}`;
  const remaining = objectsOf(at(manifest, "status", "conditions"))
    .filter((one) => object.kind === "Namespace" && one["status"] === "True" && asText(one["message"]) !== "")
    .map((one) => ({
      code: quietDeletions.has(asText(one["type"])) ? "deletion.failed" : "deletion.remaining",
      message: asText(one["message"]),
      object,
      fatal: false,
    }));
  const signs: Sign[] = [
    ...(finalizers.length === 0
      ? []
      : [{ code: "deletion.finalizers", message: `Held by ${finalizers.join(", ")}`, object, fatal: false }]),
    ...remaining,
  ];
  const more = remaining[0] === undefined ? "" : `: ${remaining[0].message}`;
  return verdictOf("progressing", `${object.kind} "${object.name}" is being deleted${held}${more}`, signs);
}
