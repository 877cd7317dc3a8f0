import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isKubeError } from "@gennaker/kube-client/errors.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { StageView, TaskContext } from "../../../../engine/api.ts";
import type { ClusterPort, ManifestRef } from "../../cluster-port.ts";
import type { Coordinates } from "../../manifest/manifest.ts";
import { metadataOf, nameOf, namespaceOf } from "../../manifest/manifest.ts";
import { DeployRuleError } from "../../manifest/plan-deploy.ts";
import { RolloutError } from "../../manifest/rollout.ts";
import { TrafficError } from "../../manifest/traffic.ts";
import { clusterWords } from "./cluster-words.ts";

/** The account a stage names under `account` or `credentials`, or the only one there is. */
export function accountOf(cluster: ClusterPort, stage: StageView): string {
  const given = [stage.context["account"], stage.context["credentials"]].find(
    (value) => typeof value === "string" && value.trim() !== "",
  );
  const known = cluster.accounts();
  const names = known.join(", ") || "none";
  if (typeof given === "string") {
    if (known.includes(given)) return given;
    throw new TaskError(
      "account.missing",
      `There is no Kubernetes account "${given}". Configured are: ${names}. Correct the stage, or add the account to the configuration.`,
    );
  }
  const [only, ...others] = known;
  if (only !== undefined && others.length === 0) return only;
  throw new TaskError("account.unclear", `The stage names no Kubernetes account. Name one of: ${names}.`);
}

/** How the port names an object: cluster-wide ones without a namespace. */
export function refOf({ kind, namespace, name }: Coordinates): ManifestRef {
  return namespace === "" ? { kind, name } : { kind, name, namespace };
}

/** How the port names the object a manifest describes, in the manifest's own version. */
export function refOfManifest(manifest: JsonObject): ManifestRef {
  const namespace = namespaceOf(manifest);
  const { apiVersion, kind } = manifest;
  return {
    kind: String(kind),
    name: nameOf(manifest),
    ...(typeof apiVersion === "string" ? { apiVersion } : {}),
    ...(namespace === "" ? {} : { namespace }),
  };
}

/** Objects of the cluster are JSON; the client's type only says so less strictly. */
export const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;
export const asJsonOrNull = (object: KubeObject | null): JsonObject | null => (object === null ? null : asJson(object));

export function asKubeObject(manifest: JsonObject): KubeObject {
  return {
    ...manifest,
    apiVersion: String(manifest["apiVersion"]),
    kind: String(manifest["kind"]),
    metadata: metadataOf(manifest) as KubeObject["metadata"],
  };
}

/** So long a failure is tried again that most often somebody has to mend. */
const patienceMs = 120_000;

/**
 * Does something on a cluster. What goes wrong becomes a TaskError that says what was tried and what to do: network trouble
 * and overload are tried again, an admission webhook that does not answer for two minutes of the task, the rest ends the
 * stage. `task` is what it is done for.
 */
export async function onCluster<T>(what: string, call: () => Promise<T>, task?: TaskTime): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isKubeError(error)) {
      const { code, message, mendable } = clusterWords(error);
      throw new TaskError(`kubernetes.${code}`, `${what} failed: ${message}`, {
        retryable: error.retryable && !(mendable && isOver(task)),
        details: { reason: error.reason, status: error.code },
        cause: error,
      });
    }
    if (error instanceof GennakerError)
      throw new TaskError(`kubernetes.${error.code}`, `${what} failed: ${error.message}`, { cause: error });
    throw ruleBroken(error);
  }
}

type TaskTime = Pick<TaskContext, "task" | "now">;

function isOver(context: TaskTime | undefined): boolean {
  const started = context?.task.startTime;
  if (context === undefined || started === undefined || started === null) return true;
  return context.now().getTime() - Date.parse(started) > patienceMs;
}

/** Errors of the rules for manifests as TaskErrors; others as they are. */
function ruleBroken(error: unknown): unknown {
  if (error instanceof DeployRuleError) return new TaskError("manifest.rule", error.message, { cause: error });
  if (error instanceof TrafficError) return new TaskError("manifest.traffic", error.message, { cause: error });
  if (error instanceof RolloutError) return new TaskError("manifest.rollout", error.message, { cause: error });
  return error;
}

/** As the rule throws it, or as a TaskError. */
export function byRule<T>(rule: () => T): T {
  try {
    return rule();
  } catch (error) {
    throw ruleBroken(error);
  }
}

export const isKubeReason = (error: unknown, ...reasons: string[]): boolean =>
  isKubeError(error) && reasons.includes(error.reason);
