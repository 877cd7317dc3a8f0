import { verdict } from "@gennaker/kube-health/health.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Instance, InstanceState } from "../../port/api.ts";
import { record, records } from "./related.ts";

/** A Pod as an instance; `disabled`: its server group gets no traffic. Pure. */
export function toInstance(pod: KubeObject, zone: string, disabled: boolean): Instance {
  const status = record(pod["status"]);
  const spec = record(pod["spec"]);
  const containers = records(status["containerStatuses"]);
  const state = stateOf(pod, status, disabled);
  return {
    id: pod.metadata.name ?? "",
    zone,
    state,
    reason: reasonOf(pod, state),
    address: text(status["podIP"]),
    port: firstPort(spec),
    startedAt: iso(status["startTime"]),
    restarts: containers.reduce((sum, each) => sum + Number(each["restartCount"] ?? 0), 0),
    details: {
      uid: pod.metadata.uid ?? "",
      node: text(spec["nodeName"]),
      phase: text(status["phase"]),
      containers: containers.map((each) => ({ name: text(each["name"]), ready: each["ready"] === true })),
    },
  };
}

function stateOf(pod: KubeObject, status: Record<string, unknown>, disabled: boolean): InstanceState {
  if (pod.metadata.deletionTimestamp !== undefined) return "stopping";
  switch (status["phase"]) {
    case "Succeeded":
      return "stopped";
    case "Failed":
      return "down";
    case "Unknown":
      return "unknown";
    case "Running":
      if (isReady(status)) return disabled ? "outOfService" : "up";
      return hasServed(status) ? "down" : "starting";
    default:
      return "starting";
  }
}

function isReady(status: Record<string, unknown>): boolean {
  return records(status["conditions"]).some((each) => each["type"] === "Ready" && each["status"] === "True");
}

/** A container that was up before or came back: the Pod is not merely on its way. */
function hasServed(status: Record<string, unknown>): boolean {
  return records(status["containerStatuses"]).some(
    (each) => Number(each["restartCount"] ?? 0) > 0 || (each["started"] === true && each["ready"] !== true),
  );
}

function reasonOf(pod: KubeObject, state: InstanceState): string {
  if (state === "up") return "runs and is ready";
  if (state === "outOfService") return "runs and is ready; its server group is disabled";
  return verdict(pod).message;
}

function firstPort(spec: Record<string, unknown>): number | null {
  for (const container of records(spec["containers"])) {
    const port = records(container["ports"])[0]?.["containerPort"];
    if (typeof port === "number") return port;
  }
  return null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function iso(value: unknown): string | null {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
