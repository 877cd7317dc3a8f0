import { at, textAt } from "../json.ts";
import { groupKind, kindOf } from "../manifest.ts";
import { runCheck } from "./checks/evaluate.ts";
import { elasticsearch, openTelemetryCollector, promotion, rollout, sparkRunning } from "./checks/functions.ts";
import { parseStep } from "./checks/language.ts";
import type { Check, Step } from "./checks/language.ts";
import { cloudChecks } from "./checks/table-cloud.ts";
import { dataChecks } from "./checks/table-data.ts";
import { deliveryChecks } from "./checks/table-delivery.ts";
import { platformChecks } from "./checks/table-platform.ts";
import { answer } from "./result.ts";
import type { ArgocdResult } from "./result.ts";

/** Kinds that need arithmetic or two lists at once; they run after the kind's check, if it has one. */
const functions: ReadonlyMap<string, (manifest: unknown) => ArgocdResult | undefined> = new Map([
  ["argoproj.io/Rollout", rollout],
  ["elasticsearch.k8s.elastic.co/Elasticsearch", elasticsearch],
  ["opentelemetry.io/OpenTelemetryCollector", openTelemetryCollector],
  ["promoter.argoproj.io/PromotionStrategy", promotion],
  ["sparkoperator.k8s.io/SparkApplication", sparkRunning],
]);

const spark: Check = [
  "in .status.applicationState: .state=COMPLETED > Healthy",
  "in .status.applicationState: .state=FAILED|SUBMISSION_FAILED|FAILING > Degraded: {.errorMessage}",
  "in .status.applicationState: .state=INVALIDATING > Missing",
];

const texts: readonly (readonly [string, Check])[] = [
  ...Object.entries(deliveryChecks),
  ...Object.entries(dataChecks),
  ...Object.entries(platformChecks),
  ...Object.entries(cloudChecks),
  ["sparkoperator.k8s.io/SparkApplication", spark],
];

/** All checks, read once. */
const checks: ReadonlyMap<string, readonly Step[]> = new Map(
  texts.map(([name, check]) => [name, check.map(parseStep)] as const),
);

/** Groups whose check is for every subgroup and kind: `*.crossplane.io` as suffix, or the group itself. */
const wildcards: readonly (readonly [string, readonly Step[]])[] = [...checks].flatMap(([key, check]) =>
  key.endsWith("/*") ? [[key.slice(0, -2), check] as const] : [],
);

/** The names of all checks (`group/Kind`, with `*`), for documentation and tests. */
export const customKinds: readonly string[] = [...new Set([...checks.keys(), ...functions.keys()])].toSorted();

const matches = (group: string, pattern: string): boolean =>
  pattern.startsWith("*") ? group.endsWith(pattern.slice(1)) : group === pattern;

/** Kinds that are judged only as a cluster returns them: without this field there is no verdict. */
const needed: ReadonlyMap<string, (manifest: unknown) => boolean> = new Map([
  ["apiextensions.k8s.io/CustomResourceDefinition", (manifest) => at(manifest, "spec", "names") !== undefined],
  ["batch/CronJob", (manifest) => at(manifest, "spec", "schedule") !== undefined],
  ["policy/PodDisruptionBudget", (manifest) => textAt(manifest, "apiVersion") === "policy/v1"],
]);

/** The health of a custom resource by its operator's check; null where there is none. */
export function customHealth(manifest: unknown): ArgocdResult | null {
  const gvk = kindOf(manifest);
  const key = groupKind(gvk);
  const check = checks.get(key) ?? wildcards.find(([pattern]) => matches(gvk.group, pattern))?.[1];
  const own = functions.get(key);
  if (check === undefined && own === undefined) return null;
  if (needed.get(key)?.(manifest) === false) return null;
  return (
    (check === undefined ? undefined : runCheck(check, manifest)) ??
    own?.(manifest) ??
    answer("Progressing", `Waiting for ${gvk.kind}`)
  );
}
