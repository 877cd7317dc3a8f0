import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { StageView, TaskDefinition, TaskResult } from "../../../../engine/api.ts";
import { isNative, kindNamed } from "../../manifest/kinds.ts";
import { parseFullName } from "../../manifest/manifest.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, onCluster, refOf } from "./cluster-task.ts";

type Named = { manifestName: string; location: string };

const minute = 60_000;

/**
 * Waits until every object that the stage deployed or changed is stable. One that fails lets the others finish and then ends
 * the stage with its reason; one that is paused is waited for.
 */
export function waitForStable(deps: Pick<KubernetesStageDeps, "cluster">, timeoutMinutes = 30): TaskDefinition {
  return {
    name: "waitForManifestToStabilize",
    // The engine's own limit comes later: it could not say what was not stable.
    timeoutMs: (timeoutMinutes + 1) * minute,
    async run({ execution, stage, task, signal, now }): Promise<TaskResult> {
      const account = accountOf(deps.cluster, stage);
      const stable = namedIn(stage.context["stableManifests"]);
      const failed = namedIn(stage.context["failedManifests"]);
      const messages = textsOf(stage.context["messages"]);
      const errors = errorsOf(stage);
      const waiting: string[] = [];
      for (const named of deployedNames(stage)) {
        if (
          [...stable, ...failed].some(
            (done) => done.manifestName === named.manifestName && done.location === named.location,
          )
        )
          continue;
        const parsed = parseFullName(named.manifestName);
        if (parsed === null) continue;
        const words = `'${named.manifestName}' in '${named.location}' for account ${account}`;
        const ref = refOf({ ...parsed, namespace: named.location });
        const verdict = await onCluster(`Reading ${words}`, () => deps.cluster.stability(account, ref, { signal }));
        if (verdict?.state === "stable") {
          stable.push(named);
        } else if (verdict !== null && !isWaitedFor(parsed.kind)) {
          stable.push(named);
          add(messages, `${words}: ${verdict.message || verdict.state} (not waited for)`);
        } else if (verdict?.state === "failed") {
          failed.push(named);
          errors.push(`${words}: ${verdict.message}`);
        } else {
          waiting.push(`${words}: ${verdict === null ? "does not exist" : verdict.message || verdict.state}`);
          add(messages, `${words}: waiting for manifest to stabilize`);
        }
      }
      for (const error of errors) add(messages, error);
      const context: JsonObject = {
        messages,
        stableManifests: stable,
        failedManifests: failed,
        ...(errors.length === 0 ? {} : { exception: { details: { errors } } }),
      };
      if (waiting.length > 0) {
        const message =
          waiting.length === 1
            ? (waiting[0] ?? "")
            : `${waiting.length} objects are not stable: ${waiting.slice(0, 3).join("; ")}`;
        const waited = now().getTime() - Date.parse(task.startTime ?? now().toISOString());
        // A run that was paused has more time, which the engine knows.
        if (waited >= timeoutMinutes * minute && execution.paused === null && !timedByEngine(stage)) {
          const words = `Not stable within ${timeoutMinutes} minute${timeoutMinutes === 1 ? "" : "s"}: ${message}`;
          return { status: "TERMINAL", context, failure: { code: "manifest.notStable", message: words } };
        }
        return {
          status: "RUNNING",
          context,
          retryAfterMs: 1000,
          wakeOn: [`account:${account}`],
          waiting: { code: "manifest.unstable", message },
        };
      }
      if (errors.length === 0) return { status: "SUCCEEDED", context };
      return { status: "TERMINAL", context, failure: { code: "manifest.failed", message: errors.join("; ") } };
    },
  };
}

/** The stage has a time limit of its own, or passes when its time is over: the engine sees to both. */
const timedByEngine = ({ context }: StageView): boolean =>
  String(context["markSuccessfulOnTimeout"]) === "true" || Number(context["stageTimeoutMs"] ?? 0) > 0;

/** Kubernetes' own kinds that Clouddriver has rules of stability for. */
const ruled = new Set(
  ["deployment", "statefulSet", "daemonSet", "replicaSet", "job", "pod", "horizontalpodautoscaler"].map((kind) =>
    kind.toLowerCase(),
  ),
);

/**
 * Services, Ingresses, claims and the like are stable at once, as in Spinnaker: what makes them serve, such as the Pods of a
 * later stage, need not be there yet. Custom resources are waited for by their conditions.
 */
const isWaitedFor = (kind: string): boolean => !isNative(kind) || ruled.has(kindNamed(kind).toLowerCase());

/** What begins a wait: nothing of an earlier one counts. */
export const nothingWaitedFor: JsonObject = { messages: [], stableManifests: [], failedManifests: [], exception: null };

function deployedNames(stage: StageView): Named[] {
  const names = stage.context["outputs.manifestNamesByNamespace"];
  if (!isJsonObject(names ?? null)) return [];
  return Object.entries(names as JsonObject).flatMap(([location, list]) =>
    textsOf(list).map((manifestName) => ({ manifestName, location })),
  );
}

function namedIn(value: Json | undefined): Named[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isJsonObject)
    .map(({ manifestName, location }) => ({ manifestName: String(manifestName), location: String(location) }));
}

function errorsOf(stage: StageView): string[] {
  const exception = stage.context["exception"];
  const details = isJsonObject(exception ?? null) ? (exception as JsonObject)["details"] : undefined;
  return isJsonObject(details ?? null) ? textsOf((details as JsonObject)["errors"]) : [];
}

const textsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

function add(list: string[], text: string): void {
  if (!list.includes(text)) list.push(text);
}
