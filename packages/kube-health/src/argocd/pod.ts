import { asText, at, countAt, objectsOf, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { answer } from "./result.ts";
import type { ArgocdResult } from "./result.ts";

const isError = (reason: string): boolean =>
  reason.startsWith("Err") || reason.endsWith("Error") || reason.endsWith("BackOff");

/**
 * A Pod that restarts always is judged by what its containers wait for first; one that ends by itself (a hook) never is
 * called degraded for a wait, because it may still run.
 */
export function podHealth(manifest: unknown): ArgocdResult {
  const policy = longRunning(manifest) ? "Always" : textAt(manifest, "spec", "restartPolicy");
  const containers = objectsOf(at(manifest, "status", "containerStatuses"));
  const message = textAt(manifest, "status", "message");
  if (policy === "Always") {
    const waits = containers.filter((container) => isError(textAt(container, "state", "waiting", "reason")));
    if (waits.length > 0)
      return answer("Degraded", waits.map((container) => textAt(container, "state", "waiting", "message")).join(", "));
  }
  switch (textAt(manifest, "status", "phase")) {
    case "Pending":
      return answer("Progressing", message);
    case "Succeeded":
      return answer("Healthy", message);
    case "Failed":
      return answer("Degraded", message === "" ? failureOf(manifest) : message);
    case "Running":
      if (policy === "Always") return runningForever(manifest, message);
      if (policy === "OnFailure" || policy === "Never") return answer("Progressing", message);
      return answer("Unknown", message);
    default:
      return answer("Unknown", message);
  }
}

/** Argo CD after 3.5 lets Pods that are no hooks ask by an annotation to be judged as if they restarted always. */
function longRunning(manifest: unknown): boolean {
  const annotations = at(manifest, "metadata", "annotations");
  if (textAt(annotations, "argocd.argoproj.io/ignore-restart-policy") !== "true") return false;
  const hooks = textAt(annotations, "argocd.argoproj.io/hook");
  return textAt(annotations, "helm.sh/hook") === "" && (hooks === "" || hooks.trim() === "Skip");
}

function runningForever(manifest: unknown, message: string): ArgocdResult {
  const ready = conditionsOf(manifest).find(({ type }) => type === "Ready");
  if (ready?.status === "True") return answer("Healthy", message);
  const restarted = objectsOf(at(manifest, "status", "containerStatuses")).some(
    (container) => at(container, "lastState", "terminated") !== undefined,
  );
  return answer(restarted ? "Degraded" : "Progressing", message);
}

/** The first container, init containers before others, that says or shows why it ended. */
function failureOf(manifest: unknown): string {
  for (const list of ["initContainerStatuses", "containerStatuses"]) {
    for (const container of objectsOf(at(manifest, "status", list))) {
      const terminated = at(container, "state", "terminated");
      const message = textAt(terminated, "message");
      if (message !== "") return message;
      if (textAt(terminated, "reason") === "OOMKilled") return "OOMKilled";
      const code = countAt(terminated, "exitCode");
      if (code !== 0) return `container "${asText(container["name"])}" failed with exit code ${code}`;
    }
  }
  return "";
}
