import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { parseJson } from "./annotations.ts";
import { createdAt, nameOf, namespaceOf, specOf } from "./manifest.ts";

export type JobState = "Running" | "Succeeded" | "Failed";

const statusOf = (object: JsonObject): JsonObject => (isJsonObject(object["status"]) ? object["status"] : {});
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** A job has succeeded with as many pods as it wants; it has failed when its condition says so before. */
export function jobState(job: JsonObject): JobState {
  const completions = specOf(job)["completions"];
  const succeeded = statusOf(job)["succeeded"];
  const wanted = typeof completions === "number" ? completions : 1;
  if ((typeof succeeded === "number" ? succeeded : 0) >= wanted) return "Succeeded";
  return failedCondition(job) === undefined ? "Running" : "Failed";
}

const failedCondition = (job: JsonObject): JsonObject | undefined =>
  list(statusOf(job)["conditions"]).find(
    ({ type, status }) => text(type).toLowerCase() === "failed" && text(status).toLowerCase() === "true",
  );

/** How a job ended, as Spinnaker's pipelines read it under `jobStatus` and `completionDetails`. */
export function jobStatus(job: JsonObject, pods: readonly JsonObject[], account: string): JsonObject {
  const state = jobState(job);
  const recent = pods.toSorted((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1)).at(-1);
  const ended = recent === undefined ? undefined : lastEnd(recent);
  const condition = state === "Failed" ? failedCondition(job) : undefined;
  const message = text(condition?.["message"]) || text(ended?.["message"]);
  const reason = text(condition?.["reason"]) || text(ended?.["reason"]);
  const time = (value: Json | undefined): Json => (text(value) === "" ? null : Date.parse(text(value)));
  const details = {
    exitCode: ended?.["exitCode"] === undefined ? "" : String(ended["exitCode"]),
    signal: ended?.["signal"] === undefined ? "" : String(ended["signal"]),
    message,
    reason,
  };
  return {
    name: nameOf(job),
    id: nameOf(job),
    account,
    location: namespaceOf(job),
    provider: "kubernetes",
    jobState: state,
    createdTime: time(createdAt(job)),
    completedTime: time(statusOf(job)["completionTime"]),
    message,
    reason,
    failureDetails: state === "Failed" ? failureDetails(pods) : "",
    mostRecentPodName: recent === undefined ? null : nameOf(recent),
    pods: pods.map((pod) => ({ name: nameOf(pod), status: statusOf(pod) })),
    completionDetails: details,
  };
}

function containerStates(pod: JsonObject): { name: string; state: JsonObject }[] {
  const { initContainerStatuses, containerStatuses } = statusOf(pod);
  return [...list(initContainerStatuses), ...list(containerStatuses)].flatMap(({ name, state }) =>
    isJsonObject(state ?? null) ? [{ name: text(name), state: state as JsonObject }] : [],
  );
}

const terminated = ({ state }: { state: JsonObject }): JsonObject | null =>
  isJsonObject(state["terminated"]) ? state["terminated"] : null;

const lastEnd = (pod: JsonObject): JsonObject | undefined =>
  containerStates(pod)
    .map(terminated)
    .findLast((end) => end !== null) ?? undefined;

/** The first container that ended with an error, else the first that still waits, in words; empty when there is none. */
function failureDetails(pods: readonly JsonObject[]): string {
  for (const pod of pods) {
    const states = containerStates(pod);
    const failed = states.find((container) => (terminated(container)?.["exitCode"] ?? 0) !== 0);
    if (failed !== undefined) {
      const end = terminated(failed);
      const words = [text(end?.["reason"]), text(end?.["message"])].filter((part) => part !== "").join(": ");
      return `Pod "${nameOf(pod)}": container "${failed.name}" ended with exit code ${String(end?.["exitCode"])}${words === "" ? "" : ` (${words})`}.`;
    }
    const waits = states.find(({ state }) => isJsonObject(state["waiting"]));
    const waiting = waits?.state["waiting"];
    if (waits !== undefined && isJsonObject(waiting))
      return `Pod "${nameOf(pod)}": container "${waits.name}" waits: ${[text(waiting["reason"]), text(waiting["message"])].filter(Boolean).join(": ")}.`;
  }
  return "";
}

/** Pods of a job that ended well, oldest first: theirs are the properties that count. */
export function succeededPods(pods: readonly JsonObject[]): JsonObject[] {
  const ended = pods.filter((pod) => statusOf(pod)["phase"] === "Succeeded");
  return ended.toSorted((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1));
}

/**
 * The properties a container wrote into its log: `SPINNAKER_PROPERTY_KEY=value` gives `key`, in lower case, and each
 * `SPINNAKER_CONFIG_JSON={…}` all of its fields. A line with more than one `=` and no JSON is none. Null: JSON that cannot be read.
 */
export function propertiesIn(log: string): JsonObject | null {
  const found: JsonObject = {};
  for (const line of log.split("\n").map((each) => each.trim())) {
    if (line.startsWith("SPINNAKER_PROPERTY_")) {
      const [key = "", value, ...more] = line
        .split("=")
        .map((part) => part.trim())
        .filter((part) => part !== "");
      if (value !== undefined && more.length === 0) found[key.replace("SPINNAKER_PROPERTY_", "").toLowerCase()] = value;
    }
    if (line.startsWith("SPINNAKER_CONFIG_JSON=")) {
      const parsed = parseJson(line.slice("SPINNAKER_CONFIG_JSON=".length));
      if (!isJsonObject(parsed ?? null)) return null;
      Object.assign(found, parsed);
    }
  }
  return found;
}
