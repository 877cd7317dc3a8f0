import { customHealth } from "../argocd/custom.ts";
import type { ArgocdStatus } from "../argocd/result.ts";
import { asText, at, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import type { Condition } from "../manifest.ts";
import { reference } from "./related.ts";
import { verdictOf } from "./types.ts";
import type { State, Verdict } from "./types.ts";

/** Argo CD's words in ours. */
export const argocdStates: Readonly<Record<ArgocdStatus, State>> = {
  Healthy: "stable",
  Progressing: "progressing",
  Degraded: "failed",
  Suspended: "paused",
  Missing: "failed",
  Unknown: "unknown",
};

/** A custom resource by its operator's check; null where there is none. */
export function operatorCheck(manifest: unknown): Verdict | null {
  const known = customHealth(manifest);
  if (known === null) return null;
  const state = argocdStates[known.status];
  const message = known.message || `${textAt(manifest, "kind")}: ${known.status.toLowerCase()}`;
  const sign = { code: "resource.failed", message, object: reference(manifest), fatal: true };
  return verdictOf(state, message, state === "failed" ? [sign] : []);
}

/** Conditions that are true when all is well, the most telling first. */
const goodTypes = [
  "Ready",
  "Available",
  "Healthy",
  "Synced",
  "Established",
  "Reconciled",
  "Succeeded",
  "Complete",
  "Completed",
  "Accepted",
  "Deployed",
  "Running",
];

/** Conditions that are true when something is wrong. */
const badTypes: ReadonlySet<string> = new Set([
  "Stalled",
  "Failed",
  "Failure",
  "Degraded",
  "Error",
  "ErrorOccurred",
  "ReconcileError",
  "Invalid",
  "NotReady",
]);

const busyTypes: ReadonlySet<string> = new Set([
  "Reconciling",
  "Progressing",
  "Updating",
  "Creating",
  "Installing",
  "Upgrading",
]);

const bad = /fail|error|invalid|denied|forbidden|conflict|unauthorized|exceeded|crash|rejected|notfound|unsupported/iu;
const busy =
  /progress|pending|creat|provision|reconcil|initiali|install|upgrad|updat|wait|start|scal|bind|issu|deploying|terminat|delet/iu;

const phases: readonly (readonly [RegExp, State])[] = [
  [/^(error|fail(ed|ure|ing)?|degraded|lost|invalid|crash.*|unhealthy|red|rejected|aborted|dead|broken)$/iu, "failed"],
  [/^(suspended|paused|stopped|hibernat(ed|ing)|disabled|inactive|halted)$/iu, "paused"],
  [
    /^(ready|running|active|bound|available|healthy|complete(d)?|succeeded|success(ful)?|deployed|established|online|green|provisioned|created|initialized|installed|synced|ok|normal|applied|up)$/iu,
    "stable",
  ],
];

const words = ({ type, status, reason, message }: Condition): string =>
  `${type} is ${status}${reason === "" ? "" : ` (${reason})`}${message === "" ? "" : `: ${message}`}`;

/** A custom resource nobody has written a check for, by what most operators write. */
export function byConvention(manifest: unknown): Verdict {
  const failed = (message: string): Verdict =>
    verdictOf("failed", message, [{ code: "resource.failed", message, object: reference(manifest), fatal: true }]);
  for (const field of ["paused", "suspend", "suspended"]) {
    if (at(manifest, "spec", field) === true) return verdictOf("paused", `spec.${field} is true`);
  }
  const conditions = conditionsOf(manifest);
  const wrong = conditions.find(
    ({ type, status, reason }) => badTypes.has(type) && status === "True" && !isWaiting(reason),
  );
  if (wrong !== undefined) return failed(words(wrong));
  const working = conditions.find(({ type, status }) => busyTypes.has(type) && status === "True");
  const good = goodTypes.flatMap((type) => conditions.find((one) => one.type === type) ?? []);
  const missing = good.find(({ status }) => status !== "True");
  if (missing !== undefined) {
    const fatal = missing.status === "False" && bad.test(missing.reason) && working === undefined;
    return fatal ? failed(words(missing)) : verdictOf("progressing", words(missing));
  }
  if (working !== undefined && good[0] === undefined) return verdictOf("progressing", words(working));
  if (working?.type === "Reconciling") return verdictOf("progressing", words(working));
  if (good[0] !== undefined) return verdictOf("stable", words(good[0]));
  return byPhase(manifest) ?? verdictOf("stable", `${textAt(manifest, "kind") || "The object"} exists`);
}

const isWaiting = (reason: string): boolean => busy.test(reason) && !bad.test(reason);

/** `status.phase`, `state`, `health` and the like, by the word they hold. */
function byPhase(manifest: unknown): Verdict | undefined {
  for (const field of ["phase", "state", "health", "status", "readyStatus"]) {
    const value = asText(at(manifest, "status", field));
    if (value === "") continue;
    const message = `status.${field} is ${value}`;
    const state = phases.find(([pattern]) => pattern.test(value))?.[1] ?? (bad.test(value) ? "failed" : "progressing");
    const sign = { code: "resource.failed", message, object: reference(manifest), fatal: true };
    return verdictOf(state, message, state === "failed" ? [sign] : []);
  }
  return undefined;
}
