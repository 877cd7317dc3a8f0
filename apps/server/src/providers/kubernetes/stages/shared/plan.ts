import { createHash } from "node:crypto";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { StageView, TaskContext } from "../../../../engine/api.ts";
import { isNative, kindNamed, kindOf, rulesOfKind } from "../../manifest/kinds.ts";
import type { Coordinates } from "../../manifest/manifest.ts";
import {
  childOf,
  generateNameOf,
  namedByServer,
  namespaceOf,
  sameCoordinates,
  specOf,
  uidOf,
} from "../../manifest/manifest.ts";
import { overrideNamespace } from "../../manifest/namespace.ts";
import type { DeployRequest, PlannedManifest, World } from "../../manifest/plan-deploy.ts";
import { neededFor, planDeploy } from "../../manifest/plan-deploy.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { asJson, asJsonOrNull, byRule, onCluster, refOf, refOfManifest } from "./cluster-task.ts";

/**
 * What a stage sends, decided once and stored before anything is sent: a stage that begins again after a crash sends the same
 * objects under the same names.
 */
export type StoredPlan = {
  account: string;
  manifests: StoredManifest[];
  boundArtifacts: JsonObject[];
  /** Fails when the label selectors leave nothing to deploy. */
  needsSelected: boolean;
};

/** `create`: its name was chosen here in place of the server's. `replacedUid`: of the object that a recreate takes away. */
export type StoredManifest = Omit<PlannedManifest, "mode"> & {
  mode: PlannedManifest["mode"] | "create";
  replacedUid: string | null;
};

/** The context key of the plan. Expressions are not evaluated in it. */
export const planKey = "kubernetes.plan";

/** Asks the cluster what the plan depends on, and makes it. */
export async function makePlan(
  { cluster }: Pick<KubernetesStageDeps, "cluster">,
  { signal, operationKey }: Pick<TaskContext, "signal" | "operationKey">,
  request: DeployRequest,
  more: { namespaceOverride: string; needsSelected: boolean },
): Promise<StoredPlan> {
  const { account } = request;
  const manifests = await overridden(cluster, account, request.manifests, more.namespaceOverride, signal);
  const placed = { ...request, manifests };
  const needed = byRule(() => neededFor(placed));
  const lists = new Map<string, JsonObject[]>();
  for (const { kind, namespace } of needed.lists) {
    const objects = await onCluster(`Listing ${kind} in ${account}/${namespace}`, () =>
      cluster.list(account, kind, namespace === "" ? null : namespace, undefined, { signal }),
    );
    lists.set(`${kind} ${namespace}`, objects.map(asJson));
  }
  const objects: { at: Coordinates; object: JsonObject | null }[] = [];
  for (const at of needed.objects) {
    if (objects.some((known) => sameCoordinates(known.at, at))) continue;
    const found = await onCluster(`Reading ${at.kind} ${at.name}`, () => cluster.get(account, refOf(at), { signal }));
    objects.push({ at, object: asJsonOrNull(found) });
  }
  const world: World = {
    objects: (kind, namespace) => lists.get(`${kind} ${namespace}`) ?? [],
    object: (coordinates) => objects.find(({ at }) => sameCoordinates(at, coordinates))?.object ?? null,
  };
  const plan = byRule(() => planDeploy(placed, world));
  const stored: StoredManifest[] = [];
  for (const [index, planned] of plan.manifests.entries()) {
    const named = namedByServer(planned.manifest)
      ? { ...planned, mode: "create" as const, manifest: nameGenerated(planned.manifest, `${operationKey}/${index}`) }
      : planned;
    const replaced =
      named.mode === "recreate" && named.selected
        ? await onCluster(`Reading ${kindOf(named.manifest)}`, () =>
            cluster.get(account, refOfManifest(named.manifest), { signal }),
          )
        : null;
    stored.push({ ...named, replacedUid: replaced === null ? null : uidOf(asJson(replaced)) });
  }
  return { account, manifests: stored, boundArtifacts: plan.boundArtifacts, needsSelected: more.needsSelected };
}

export function storedPlan(stage: StageView): StoredPlan {
  const plan = stage.context[planKey];
  if (isJsonObject(plan ?? null)) return plan as unknown as StoredPlan;
  throw new TaskError("manifest.noPlan", "The stage holds no plan of what to deploy. Restart the stage.");
}

/** The manifests that are sent before this one. */
export function earlierIn(plan: StoredPlan, planned: StoredManifest): JsonObject[] {
  return plan.manifests
    .slice(0, plan.manifests.indexOf(planned))
    .filter(({ selected }) => selected)
    .map(({ manifest }) => manifest);
}

/** Plans are JSON through and through. */
export const planAsJson = (plan: StoredPlan): Json => plan as unknown as Json;

/**
 * The manifests in the stage's namespace. Custom kinds are asked of the cluster whether they may carry one; those made in
 * the same stage say it themselves.
 */
export async function overridden(
  cluster: KubernetesStageDeps["cluster"],
  account: string,
  manifests: readonly JsonObject[],
  override: string,
  signal: AbortSignal,
): Promise<JsonObject[]> {
  const clusterWide = new Set(manifests.map(clusterWideKindMade).filter((kind) => kind !== null));
  if (override.trim() !== "") {
    const custom = new Set(manifests.map(kindOf).filter((kind) => kind !== "" && !isNative(kind)));
    for (const kind of custom) {
      const served = await cluster.kind(account, kind, { signal }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return null;
      });
      if (served?.namespaced === false) clusterWide.add(kind);
    }
  }
  return overrideNamespace(manifests, override, (manifest) => {
    const kind = kindOf(manifest);
    return rulesOfKind(kind).namespaced && !clusterWide.has(kind);
  });
}

/** The kind that a manifest defines, where no namespace will hold it. */
function clusterWideKindMade(manifest: JsonObject): string | null {
  if (kindOf(manifest) !== "customResourceDefinition") return null;
  const { group = "", scope, names } = specOf(manifest);
  if (scope !== "Cluster" || !isJsonObject(names ?? null)) return null;
  return kindNamed(`${String((names as JsonObject)["kind"])}.${String(group)}`);
}

/** The letters of the server's own generated names. */
const letters = "bcdfghjklmnpqrstvwxz2456789";
/** As the server cuts it, so that five letters fit into 63. */
const longestPrefix = 58;

/** Gives a manifest with `generateName` its name, so that creating it twice makes one object. */
function nameGenerated(manifest: JsonObject, seed: string): JsonObject {
  const copy = structuredClone(manifest);
  const digest = createHash("sha256")
    .update(`${seed}/${namespaceOf(manifest)}`)
    .digest();
  const suffix = [...digest.subarray(0, 5)].map((byte) => letters[byte % letters.length]).join("");
  childOf(copy, "metadata")["name"] = `${generateNameOf(manifest).slice(0, longestPrefix)}${suffix}`;
  return copy;
}
