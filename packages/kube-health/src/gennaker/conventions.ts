import { asText, at, integerAt, isObject, objectsOf, textAt } from "../json.ts";
import type { Condition } from "../manifest.ts";
import { phaseVerdicts } from "./phases.ts";
import { reference } from "./related.ts";
import { verdictOf } from "./types.ts";
import type { Said, State, Verdict } from "./types.ts";

/**
 * A custom resource nobody has written a check for, by what most operators write: what holds it on purpose, then the worst
 * of its conditions, of the words in its status, of its counts; without any of them it is what it is because it exists.
 */
export function byConvention(manifest: unknown): Verdict {
  for (const path of pauses) {
    if (at(manifest, "spec", ...path) === true) return verdictOf("paused", `spec.${path.join(".")} is true`);
  }
  const conditions = conditionsIn(manifest);
  const own = byConditions(conditions);
  const served = own?.state === "stable";
  const found = [
    ...(own === undefined ? [] : [own]),
    // An error text is often left over from before what is well now.
    ...(served ? [] : errorTexts(manifest)),
    ...phaseVerdicts(manifest),
    ...counts(manifest),
  ];
  const worst = worstFirst.flatMap((state) => found.find((one) => one.state === state) ?? [])[0];
  if (worst !== undefined) return withSign(manifest, worst);
  return verdictOf("stable", `${textAt(manifest, "kind") || "The object"} exists`);
}

const pauses: readonly (readonly string[])[] = [
  ["paused"],
  ["suspend"],
  ["suspended"],
  ["updateStrategy", "paused"],
  ["updateStrategy", "rollingUpdate", "paused"],
];
const worstFirst: readonly State[] = ["failed", "paused", "progressing", "stable"];

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
const summaries: ReadonlySet<string> = new Set(["Ready", "Available", "Healthy"]);
/** Others by their ending: `ControlPlaneReady`, `ResolvedRefs`, `ResourcesApplied`. */
const goodEnding =
  /(?:Ready|Available|Healthy|Synced|Established|Reconciled|Succeeded|Completed?|Accepted|Deployed|Programmed|Applied|Valid|Validated|Resolved|ResolvedRefs|Initialized|Provisioned|Installed|Configured|Registered|Connected|Bound|Launched|Published|Success)$/u;

/** Conditions that are true when something is wrong. */
const badTypes: ReadonlySet<string> = new Set(["ErrorOccurred", "ReconcileError", "NotReady"]);
const badEnding =
  /(?:Error|Errors|Errored|Failed|Failure|Failing|Invalid|Degraded|Stalled|Unhealthy|Unavailable|Denied|Rejected|Conflicted|Exceeded|Orphan|Orphaned)$/u;

const busyTypes: ReadonlySet<string> = new Set([
  "Reconciling",
  "Progressing",
  "Updating",
  "Creating",
  "Installing",
  "Upgrading",
  "Terminating",
  "Pending",
  "Provisioning",
  "In-progress",
  "InProgress",
]);

const bad =
  /fail|error|invalid|denied|forbidden|conflict|unauthorized|exceeded|crash|rejected|notfound|unsupported|unhealthy/iu;
const busy =
  /progress|pending|creat|provision|reconcil|initiali|install|upgrad|updat|wait|start|scal|bind|issu|deploying|terminat|delet/iu;
const done = /complete|succe|finish|done/iu;

/** Types whose False is good. */
const negative =
  /error|fail|invalid|degraded|stalled|unhealthy|unavailable|denied|conflict|pressure|progress|pending|paused/iu;

type Found = Condition & { readonly severity: string; readonly stale: boolean };

/** The conditions of the object, and those of its parents, ancestors and listeners. A status of true or false is read, too. */
function conditionsIn(manifest: unknown): Found[] {
  const status = at(manifest, "status");
  const generation = integerAt(manifest, "metadata", "generation");
  const lists = isObject(status) ? Object.values(status).flatMap((value) => objectsOf(value)) : [];
  const all = [...objectsOf(at(status, "conditions")), ...lists.flatMap((entry) => objectsOf(entry["conditions"]))];
  return all.map((item) => {
    const seen = integerAt(item, "observedGeneration");
    const value = item["status"];
    return {
      type: asText(item["type"]),
      status: value === true ? "True" : value === false ? "False" : asText(value),
      reason: asText(item["reason"]),
      message: asText(item["message"]),
      severity: asText(item["severity"]),
      stale: seen !== undefined && generation !== undefined && seen < generation,
    };
  });
}

const words = ({ type, status, reason, message }: Condition): string =>
  `${type} is ${status}${reason === "" ? "" : ` (${reason})`}${message === "" ? "" : `: ${message}`}`;

const isWaiting = (reason: string): boolean => busy.test(reason) && !bad.test(reason);

function byConditions(conditions: readonly Found[]): Said | undefined {
  const said = (state: State, condition: Condition): Said => ({ state, message: words(condition) });
  const wrong = conditions.find(
    ({ type, status, reason }) =>
      status === "True" && (badTypes.has(type) || badEnding.test(type)) && !isWaiting(reason),
  );
  if (wrong !== undefined) return said("failed", wrong);
  // A run that is complete may have failed, and a step that nobody knows may say why it could not be done.
  const ended = conditions.find(
    ({ type, status, reason }) =>
      (status === "True" && /^Completed?$/u.test(type) && bad.test(reason)) ||
      (status === "False" &&
        !negative.test(type) &&
        !goodTypes.includes(type) &&
        bad.test(reason) &&
        !isWaiting(reason)),
  );
  const waits = conditions.some(({ type, status }) => status === "True" && busyTypes.has(type));
  if (ended !== undefined && !waits) return said("failed", ended);
  const working = conditions.find(
    ({ type, status, reason }) =>
      status === "True" && (busyTypes.has(type) || (type === "Running" && reason === "Running")),
  );
  const named = goodTypes.flatMap((type) => conditions.filter((one) => one.type === type && one !== working));
  const others = conditions.filter(({ type }) => !goodTypes.includes(type) && goodEnding.test(type));
  const missing = [...named, ...others].filter((one) => one.status !== "True" && !done.test(one.reason));
  const fatal = missing.find(
    ({ status, reason, severity }) =>
      status === "False" && (severity === "Error" || (bad.test(reason) && working === undefined)),
  );
  if (fatal !== undefined) return said("failed", fatal);
  // Where one condition sums up the others, a part that is not there (yet) is the operator's own business.
  const summed = named.some(({ type, status }) => summaries.has(type) && status === "True");
  const open = missing.find(({ type }) => goodTypes.includes(type) || !summed);
  if (open !== undefined) return said("progressing", open);
  const stale = [...named, ...others].find((one) => one.stale);
  if (stale !== undefined) return { state: "progressing", message: `${stale.type} is about an older generation` };
  const good = named[0] ?? others[0];
  const held =
    working !== undefined && (good === undefined || working.type === "Reconciling" || working.type === "Running");
  if (held) return said("progressing", working);
  return good === undefined ? undefined : said("stable", good);
}

const errorFields = ["failureMessage", "failureReason", "errorMessage", "error", "errMsg", "lastError"];

/** Errors that stand in the status as a text, and what says of itself that it is not well. */
function errorTexts(manifest: unknown): Said[] {
  const texts = errorFields.flatMap((field): Said[] => {
    const text = textAt(manifest, "status", field) || textAt(manifest, "status", field, "message");
    return text === "" ? [] : [{ state: "failed", message: `status.${field}: ${text}` }];
  });
  if (at(manifest, "status", "healthy") === false) texts.push({ state: "failed", message: "status.healthy is false" });
  if (at(manifest, "status", "ready") === false) texts.push({ state: "progressing", message: "status.ready is false" });
  return texts;
}

/** Replicas as the workloads of Kubernetes count them, which many operators follow. */
function counts(manifest: unknown): Said[] {
  const wanted = integerAt(manifest, "spec", "replicas") ?? integerAt(manifest, "status", "desiredNumberScheduled");
  if (wanted === undefined) return [];
  for (const field of ["updatedReplicas", "readyReplicas", "availableReplicas", "numberReady", "numberAvailable"]) {
    const have = integerAt(manifest, "status", field);
    if (have !== undefined && have < wanted)
      return [{ state: "progressing", message: `status.${field} is ${have} of ${wanted}` }];
  }
  return [];
}

function withSign(manifest: unknown, { state, message }: Said): Verdict {
  const sign = { code: "resource.failed", message, object: reference(manifest), fatal: true };
  return verdictOf(state, message, state === "failed" ? [sign] : []);
}
