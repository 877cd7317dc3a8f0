import { at, countAt, integerAt, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { podSigns } from "./pod-signs.ts";
import { ofKind, owns, podsOf, reference } from "./related.ts";
import { creationSigns, withSigns } from "./rollout-signs.ts";
import { verdictOf } from "./types.ts";
import type { Sign, Surroundings, Verdict } from "./types.ts";

/** A Job is stable when it has finished, not when it has started. */
export function job(manifest: unknown, around: Surroundings): Verdict {
  const conditions = conditionsOf(manifest).filter(({ status }) => status === "True");
  const failure = conditions.find(({ type }) => type === "Failed" || type === "FailureTarget");
  const succeeded = countAt(manifest, "status", "succeeded");
  const failed = countAt(manifest, "status", "failed");
  if (failure !== undefined) {
    const reason = failure.reason === "" ? "" : ` (${failure.reason})`;
    const words = failure.message === "" ? "" : `: ${failure.message}`;
    const message = `The Job failed${reason} after ${failed} failed Pods${words}`;
    const sign: Sign = { code: "job.failed", message, object: reference(manifest), fatal: true };
    const pods = podsOf(manifest, around.related).flatMap((pod) => podSigns(pod, around));
    return verdictOf("failed", pods[0] === undefined ? message : `${message}; ${pods[0].message}`, [sign, ...pods]);
  }
  const completions = integerAt(manifest, "spec", "completions");
  if (conditions.some(({ type }) => type === "Complete"))
    return verdictOf("stable", `The Job is complete: ${succeeded} Pods succeeded`);
  if (at(manifest, "spec", "suspend") === true) return verdictOf("paused", "The Job is suspended");
  const pods = podsOf(manifest, around.related).filter((pod) => textAt(pod, "status", "phase") !== "Failed");
  const signs = [...creationSigns(manifest, around), ...pods.flatMap((pod) => podSigns(pod, around))];
  const retries = failed === 0 ? "" : `, ${failed} failed so far`;
  const counts = `${succeeded} of ${completions ?? 1} completions${retries}`;
  const started = textAt(manifest, "status", "startTime") !== "" || countAt(manifest, "status", "active") > 0;
  return withSigns(
    verdictOf("progressing", started ? `The Job runs: ${counts}` : "The Job has not started yet"),
    signs,
  );
}

/** A CronJob is stable as soon as it exists; its newest run is a sign. */
export function cronJob(manifest: unknown, around: Surroundings): Verdict {
  const runs = ofKind(around.related, "Job").filter((one) => owns(manifest, one));
  const newest = runs.toSorted((a, b) => compare(startOf(b), startOf(a)))[0];
  const last = newest === undefined ? undefined : job(newest, around);
  const signs: Sign[] =
    newest === undefined || last?.state !== "failed"
      ? []
      : [
          {
            code: "job.lastRunFailed",
            message: `The last run failed: ${last.message}`,
            object: reference(newest),
            fatal: false,
          },
        ];
  if (at(manifest, "spec", "suspend") === true) return verdictOf("paused", "The CronJob is suspended", signs);
  const schedule = textAt(manifest, "spec", "schedule");
  return verdictOf("stable", signs[0]?.message ?? `Scheduled at "${schedule}"`, signs);
}

const startOf = (run: unknown): string => textAt(run, "status", "startTime");
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

export function pod(manifest: unknown, around: Surroundings): Verdict {
  const signs = podSigns(manifest, around);
  const phase = textAt(manifest, "status", "phase");
  if (phase === "Succeeded") return verdictOf("stable", "The Pod has completed");
  if (phase === "Failed") return verdictOf("failed", signs[0]?.message ?? "The Pod has failed", signs);
  if (phase === "Running") {
    const ready = conditionsOf(manifest).find(({ type }) => type === "Ready");
    if (ready?.status === "True") return verdictOf("stable", "The Pod runs and is ready", signs);
    const words = ready?.message === undefined || ready.message === "" ? "" : `: ${ready.message}`;
    return withSigns(verdictOf("progressing", `The Pod runs but is not ready${words}`), signs);
  }
  if (phase === "Unknown") return verdictOf("unknown", signs[0]?.message ?? "The Pod's phase is unknown", signs);
  return withSigns(verdictOf("progressing", "The Pod is pending"), signs);
}
