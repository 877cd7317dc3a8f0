import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { StageView, TaskContext, TaskDefinition, TaskResult } from "../../../../engine/api.ts";
import { annotation } from "../../manifest/annotations.ts";
import { jobState, jobStatus, propertiesIn, succeededPods } from "../../manifest/job.ts";
import { annotationsOf, coordinatesOf, nameOf, parseFullName, uidOf } from "../../manifest/manifest.ts";
import { outputsUnlessSilent } from "../deploy-manifest/run.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, onCluster, refOf } from "../shared/cluster-task.ts";
import { planKey, storedPlan } from "../shared/plan.ts";
import { inWords } from "../shared/target.ts";

type Deps = Pick<KubernetesStageDeps, "cluster">;
type Place = { kind: string; namespace: string; name: string };

/** A log from which properties are read is cut at so many characters from its end. */
const longestLog = 4 * 1024 * 1024;

/** Waits until the job has ended, tells how, and reads the properties it wrote. */
export function waitForJob(deps: Deps): TaskDefinition {
  return {
    name: "waitOnJobCompletion",
    timeoutMs: 2 * 60 * 60 * 1000,
    async run(context): Promise<TaskResult> {
      const { stage, signal } = context;
      const account = accountOf(deps.cluster, stage);
      const place = jobOf(stage);
      if (place === null) throw new TaskError("job.unknown", "The stage does not know its job. Restart it.");
      const words = inWords(place, account);
      const found = await onCluster(`Reading ${words}`, () => deps.cluster.get(account, refOf(place), { signal }));
      if (found === null) throw new TaskError("job.gone", `${words} was deleted before it ended.`);
      const job = asJson(found);
      const state = jobState(job);
      if (state === "Running") return await stillRunning(deps, account, place, job, signal);
      const pods = await podsOf(deps, account, place, signal);
      const logs = annotationsOf(job)[annotation.jobLogs];
      const status = { ...jobStatus(job, pods, account), ...(logs === undefined ? {} : { logs }) };
      const { completionDetails = {} } = status as JsonObject;
      const properties = await propertiesOf(deps, account, context, place, pods, state === "Succeeded");
      const outputs: JsonObject = {
        ...properties,
        ...(properties === null ? {} : { propertyFileContents: properties }),
        jobStatus: status,
        completionDetails,
      };
      const given = outputsUnlessSilent(stage, outputs);
      if (state === "Succeeded") return { status: "SUCCEEDED", ...given };
      return {
        status: "TERMINAL",
        ...given,
        failure: { code: "job.failed", message: failureWords(place.name, status) },
      };
    },
  };
}

async function stillRunning(
  { cluster }: Deps,
  account: string,
  place: Place,
  job: JsonObject,
  signal: AbortSignal,
): Promise<TaskResult> {
  const words = inWords(place, account);
  const verdict = await onCluster(`Judging ${words}`, () => cluster.stability(account, refOf(place), { signal }));
  const signs = (verdict?.signs ?? []).map(({ message }) => message);
  const message = `Waits for ${words} to end${signs.length === 0 ? "" : `: ${signs.slice(0, 3).join("; ")}`}`;
  return {
    status: "RUNNING",
    context: { jobStatus: jobStatus(job, [], account) },
    retryAfterMs: 2000,
    wakeOn: [`account:${account}`],
    waiting: { code: "job.running", message },
  };
}

/** Deletes the job of a canceled stage with its pods; one that was never started is none. */
export async function deleteJob(deps: Deps, { stage, signal }: TaskContext): Promise<{ context?: JsonObject }> {
  const planned = plannedJob(stage);
  const place = jobOf(stage) ?? planned;
  if (place === null) return {};
  const account = accountOf(deps.cluster, stage);
  const words = inWords(place, account);
  const live = await onCluster(`Reading ${words}`, () => deps.cluster.get(account, refOf(place), { signal }));
  // The one that was there before is not the stage's.
  if (live === null || uidOf(asJson(live)) === planned?.replacedUid) return {};
  const deleted = await onCluster(`Deleting ${words}`, () =>
    deps.cluster.delete(account, refOf(place), { cascade: "background", signal }),
  );
  return { context: { "kubernetes.deletedJob": deleted ? words : null } };
}

/** The job of the stage: the first of `deploy.jobs`. */
function jobOf(stage: StageView): Place | null {
  const jobs = stage.context["deploy.jobs"];
  if (!isJsonObject(jobs ?? null)) return null;
  for (const [namespace, names] of Object.entries(jobs as JsonObject)) {
    const first = Array.isArray(names) ? names[0] : undefined;
    const parsed = typeof first === "string" ? parseFullName(first) : null;
    if (parsed !== null) return { ...parsed, namespace };
  }
  return null;
}

/** The job as it was planned: it may be there although nothing says so yet. */
function plannedJob(stage: StageView): (Place & { replacedUid: string | null }) | null {
  if (!isJsonObject(stage.context[planKey] ?? null)) return null;
  const [planned] = storedPlan(stage).manifests;
  if (planned === undefined) return null;
  return { ...coordinatesOf(planned.manifest), replacedUid: planned.replacedUid };
}

async function podsOf({ cluster }: Deps, account: string, place: Place, signal: AbortSignal): Promise<JsonObject[]> {
  const namespace = place.namespace === "" ? null : place.namespace;
  const listed = await onCluster(`Listing the pods of job ${place.name}`, () =>
    cluster.list(account, "pod", namespace, `job-name=${place.name}`, { signal }),
  );
  return listed.map(asJson);
}

/** The properties in the log of the container `propertyFile`; null when the stage names none. A job that succeeded must have some. */
async function propertiesOf(
  deps: Deps,
  account: string,
  { stage, signal }: TaskContext,
  place: Place,
  pods: readonly JsonObject[],
  succeeded: boolean,
): Promise<JsonObject | null> {
  const container = stage.context["propertyFile"];
  if (typeof container !== "string" || container.trim() === "") return null;
  const candidates = succeeded ? succeededPods(pods) : pods;
  let reason = "the job has no pod that ended well";
  for (const pod of candidates.toReversed()) {
    try {
      const found = propertiesIn(await logOf(deps, account, place.namespace, nameOf(pod), container, signal));
      if (found !== null && Object.keys(found).length > 0) return found;
      reason =
        found === null
          ? "its SPINNAKER_CONFIG_JSON cannot be read"
          : "its log holds no SPINNAKER_PROPERTY_ and no SPINNAKER_CONFIG_JSON";
    } catch (error) {
      if (signal.aborted) throw error;
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  if (!succeeded) return null;
  throw new TaskError(
    "job.properties",
    `Job ${place.name} gave no properties from container "${container}": ${reason}.`,
  );
}

async function logOf(
  { cluster }: Deps,
  account: string,
  namespace: string,
  pod: string,
  container: string,
  signal: AbortSignal,
): Promise<string> {
  let log = "";
  for await (const { text } of cluster.logs(account, namespace, [pod], { container, signal })) {
    log += `${text}\n`;
    if (log.length > 2 * longestLog) log = log.slice(-longestLog);
  }
  return log;
}

function failureWords(name: string, status: JsonObject): string {
  const { reason, message, failureDetails } = status;
  const parts = [`Job ${name} failed.`];
  if (reason) parts.push(`Reason: ${String(reason)}.`);
  if (message) parts.push(`Details: ${String(message)}.`);
  if (failureDetails) parts.push(String(failureDetails));
  return parts.join(" ");
}
