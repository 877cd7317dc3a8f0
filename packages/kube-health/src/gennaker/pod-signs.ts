import { asText, at, countAt, objectsOf, textAt } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { reference, warningsAbout } from "./related.ts";
import { whyUnschedulable } from "./scheduling.ts";
import type { Sign, Surroundings } from "./types.ts";

const imageReasons: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

const configReasons: ReadonlySet<string> = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PreCreateHookError",
  "PreStartHookError",
  "PostStartHookError",
]);

const afterColon = (text: string): string => (text === "" ? "" : `: ${text}`);

/** The early signs of one Pod, from its status and from the warnings about it. A ready or ended Pod shows none. */
export function podSigns(pod: unknown, around: Surroundings): Sign[] {
  const phase = textAt(pod, "status", "phase");
  if (phase === "Succeeded" || isReady(pod)) return [];
  const object = reference(pod);
  const sign = (code: string, message: string, fatal: boolean): Sign => ({ code, message, object, fatal });
  if (phase === "Failed") return [sign("pod.failed", failedWords(pod), true)];
  if (phase === "Unknown")
    return [sign("pod.lost", `the node of Pod "${object.name}" no longer reports about it`, false)];
  const containers = [
    ...objectsOf(at(pod, "status", "initContainerStatuses")),
    ...objectsOf(at(pod, "status", "containerStatuses")),
  ];
  return [
    ...unschedulable(pod, around, sign),
    ...containers.flatMap((container) => containerSign(container, object.name, sign)),
    ...warningSigns(pod, around, sign),
  ];
}

type MakeSign = (code: string, message: string, fatal: boolean) => Sign;

export const isReady = (pod: unknown): boolean =>
  conditionsOf(pod).some(({ type, status }) => type === "Ready" && status === "True");

function failedWords(pod: unknown): string {
  const name = textAt(pod, "metadata", "name");
  const reason = textAt(pod, "status", "reason");
  const message = textAt(pod, "status", "message");
  const ended = objectsOf(at(pod, "status", "containerStatuses")).find(
    (one) => countAt(one, "state", "terminated", "exitCode") !== 0,
  );
  const code = ended === undefined ? "" : ` (${exitWords(at(ended, "state", "terminated"))})`;
  return `Pod "${name}" failed${reason === "" ? "" : ` with ${reason}`}${code}${afterColon(message)}`;
}

function exitWords(terminated: unknown): string {
  const code = `exit code ${countAt(terminated, "exitCode")}`;
  const reason = textAt(terminated, "reason");
  const memory = reason === "OOMKilled" ? ", out of memory" : reason === "" || reason === "Error" ? "" : `, ${reason}`;
  return `${code}${memory}`;
}

function unschedulable(pod: unknown, around: Surroundings, sign: MakeSign): Sign[] {
  const object = reference(pod);
  if (textAt(pod, "status", "phase") === "Running" || textAt(pod, "spec", "nodeName") !== "") return [];
  const scheduled = objectsOf(at(pod, "status", "conditions")).find(
    (one) => one["type"] === "PodScheduled" && one["status"] === "False",
  );
  if (scheduled === undefined) return [];
  if (scheduled["reason"] === "SchedulingGated")
    return [sign("pod.gated", `Pod "${object.name}" is held back by a scheduling gate`, false)];
  if (scheduled["reason"] !== "Unschedulable") return [];
  const since = Date.parse(asText(scheduled["lastTransitionTime"]));
  const fatal = Number.isNaN(since) || around.now - since >= around.schedulingGraceMs;
  const why = whyUnschedulable(pod, asText(scheduled["message"]));
  return [sign("pod.unschedulable", `no node takes Pod "${object.name}": ${why}`, fatal)];
}

function containerSign(container: JsonObject, pod: string, sign: MakeSign): Sign[] {
  const where = `container "${asText(container["name"])}" of Pod "${pod}"`;
  const reason = textAt(container, "state", "waiting", "reason");
  const message = textAt(container, "state", "waiting", "message");
  if (imageReasons.has(reason)) {
    const image = asText(container["image"]);
    return [
      sign("image.pull", `${where}: the image "${image}" cannot be pulled (${reason})${afterColon(message)}`, true),
    ];
  }
  if (configReasons.has(reason))
    return [sign("container.config", `${where} cannot be started (${reason})${afterColon(message)}`, true)];
  if (reason === "CrashLoopBackOff") {
    const last = at(container, "lastState", "terminated");
    const why =
      last === undefined ? "" : `, the last time with ${exitWords(last)}${afterColon(textAt(last, "message"))}`;
    const count = `restarted ${countAt(container, "restartCount")} times`;
    return [sign("container.crashLoop", `${where} keeps ending: ${count}${why}`, true)];
  }
  const restarts = countAt(container, "restartCount");
  const last = at(container, "lastState", "terminated");
  if (restarts > 0 && countAt(last, "exitCode") !== 0)
    return [sign("container.restarted", `${where} restarted ${restarts} times (${exitWords(last)})`, false)];
  return [];
}

const warningCodes: Readonly<Record<string, string>> = {
  FailedMount: "volume.mount",
  FailedAttachVolume: "volume.attach",
  FailedMapVolume: "volume.mount",
  FailedCreatePodSandBox: "pod.sandbox",
  NetworkNotReady: "pod.network",
  FailedPreStopHook: "container.hook",
  FailedPostStartHook: "container.hook",
  Evicted: "pod.evicted",
  Preempted: "pod.preempted",
};

/** Each kind of warning once, the newest of it: probes that fail, volumes that do not come, sandboxes. */
function warningSigns(pod: unknown, around: Surroundings, sign: MakeSign): Sign[] {
  const found = new Map<string, Sign>();
  const name = textAt(pod, "metadata", "name");
  for (const { reason, message } of warningsAbout(pod, around.related)) {
    const probe = /^(Readiness|Liveness|Startup) probe (?:failed|errored)/u.exec(message);
    if (reason === "Unhealthy" || reason === "ProbeWarning") {
      const code = `probe.${(probe?.[1] ?? "readiness").toLowerCase()}`;
      if (!found.has(code)) found.set(code, sign(code, `Pod "${name}": ${message}`, false));
    }
    const code = Object.hasOwn(warningCodes, reason) ? warningCodes[reason] : undefined;
    if (code !== undefined && !found.has(code))
      found.set(code, sign(code, `Pod "${name}": ${message || reason}`, false));
  }
  return [...found.values()];
}
