import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext, TaskResult } from "../../../../engine/api.ts";
import type { ClusterPort } from "../../cluster-port.ts";
import { lastAppliedOf } from "../../manifest/annotations.ts";
import { applyPatch, recorded, withoutServerFields } from "../../manifest/apply-patch.ts";
import { equalJson, fullNameOf, uidOf } from "../../manifest/manifest.ts";
import { operationOutputs } from "../../manifest/outputs.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { asJson, asKubeObject, isKubeReason, onCluster, refOfManifest } from "./cluster-task.ts";
import type { StoredManifest, StoredPlan } from "./plan.ts";

type Sent = { object: JsonObject } | { waitsFor: string };

/** How often an object that others change at the same time is read anew. */
const conflictTries = 6;

/**
 * Sends the manifests of a plan one after another. May be run again after a crash at any point: what is there already is left
 * as it is. While an old object goes away the answer is RUNNING.
 */
export async function submitPlan(
  { cluster }: Pick<KubernetesStageDeps, "cluster">,
  { signal }: TaskContext,
  plan: StoredPlan,
): Promise<{ outputs: JsonObject; objects: JsonObject[] } | TaskResult> {
  const { account } = plan;
  const objects: JsonObject[] = [];
  for (const planned of plan.manifests) {
    if (!planned.selected) continue;
    const what = `Deploying ${fullNameOf(planned.manifest)} to ${account}`;
    const sent = await onCluster(what, () => send(cluster, account, planned, signal));
    if ("waitsFor" in sent)
      return {
        status: "RUNNING",
        retryAfterMs: 1000,
        wakeOn: [`account:${account}`],
        waiting: { code: "manifest.deleting", message: sent.waitsFor },
      };
    objects.push(sent.object);
  }
  if (objects.length === 0 && plan.needsSelected)
    throw new TaskError(
      "manifest.nothingSelected",
      `The label selectors of the stage leave nothing to deploy to ${account}. Correct them, or set allowNothingSelected.`,
    );
  const created = plan.manifests.map(({ artifact }) => artifact);
  const result = { manifests: objects, boundArtifacts: plan.boundArtifacts, createdArtifacts: created };
  return { outputs: operationOutputs(result), objects };
}

async function send(
  cluster: ClusterPort,
  account: string,
  planned: StoredManifest,
  signal: AbortSignal,
): Promise<Sent> {
  const { manifest } = planned;
  switch (planned.mode) {
    case "apply":
      return { object: await clientSideApply(cluster, account, manifest, signal) };
    case "serverSideApply": {
      const options = { signal, force: planned.forceConflicts };
      return { object: asJson(await cluster.apply(account, asKubeObject(manifest), options)) };
    }
    case "replace":
      return { object: await replaceOrCreate(cluster, account, manifest, signal) };
    case "create":
      return { object: await createOnce(cluster, account, manifest, signal) };
    case "recreate":
      return await recreate(cluster, account, planned, signal);
  }
}

/** What `kubectl apply` does: creates, or patches what differs from the manifest and from the one applied before. */
async function clientSideApply(
  cluster: ClusterPort,
  account: string,
  manifest: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const wanted = recorded(manifest);
  // Too long for the annotation: the server keeps who wrote what instead.
  if (wanted === null) return asJson(await cluster.apply(account, asKubeObject(manifest), { signal, force: true }));
  const ref = refOfManifest(manifest);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const live = await cluster.get(account, ref, { signal });
      if (live === null) return asJson(await cluster.create(account, asKubeObject(wanted), { signal }));
      const change = applyPatch(wanted, asJson(live));
      if (change === null) return asJson(live);
      return asJson(await cluster.patch(account, ref, change.patch, change.type, { signal }));
    } catch (error) {
      // Somebody was faster: look again.
      if (attempt >= conflictTries || !isKubeReason(error, "Conflict", "AlreadyExists", "NotFound")) throw error;
      if (isKubeReason(error, "NotFound") && (await cluster.get(account, ref, { signal })) === null && attempt > 1)
        throw error;
    }
  }
}

async function replaceOrCreate(
  cluster: ClusterPort,
  account: string,
  manifest: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const object = asKubeObject(withoutServerFields(manifest));
  try {
    return asJson(await cluster.replace(account, object, { signal }));
  } catch (error) {
    if (!isKubeReason(error, "NotFound")) throw error;
    return await createOnce(cluster, account, manifest, signal);
  }
}

/** Creates an object of a name that nobody else can have chosen; there already, an earlier try made it. */
async function createOnce(
  cluster: ClusterPort,
  account: string,
  manifest: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  try {
    return asJson(await cluster.create(account, asKubeObject(manifest), { signal }));
  } catch (error) {
    const existing = isKubeReason(error, "AlreadyExists")
      ? await cluster.get(account, refOfManifest(manifest), { signal })
      : null;
    if (existing === null) throw error;
    return asJson(existing);
  }
}

/** Takes the object away that was there when the plan was made, and creates it anew once it is gone. */
async function recreate(
  cluster: ClusterPort,
  account: string,
  { manifest, replacedUid }: StoredManifest,
  signal: AbortSignal,
): Promise<Sent> {
  const ref = refOfManifest(manifest);
  const live = await cluster.get(account, ref, { signal });
  if (live === null) {
    const wanted = recorded(manifest) ?? manifest;
    return { object: asJson(await cluster.create(account, asKubeObject(wanted), { signal })) };
  }
  const object = asJson(live);
  if (uidOf(object) !== replacedUid && equalJson(lastAppliedOf(object) ?? {}, manifest)) return { object };
  if (live.metadata.deletionTimestamp === undefined) await cluster.delete(account, ref, { signal });
  return { waitsFor: `Waits for the old ${fullNameOf(manifest)} to be gone` };
}
