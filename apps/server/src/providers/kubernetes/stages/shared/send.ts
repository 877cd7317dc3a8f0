import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ClusterPort } from "../../cluster-port.ts";
import { lastAppliedOf } from "../../manifest/annotations.ts";
import { applyPatch, recorded, withoutServerFields } from "../../manifest/apply-patch.ts";
import { annotationsOf, equalJson, fullNameOf, uidOf } from "../../manifest/manifest.ts";
import { asJson, asKubeObject, isKubeReason, refOfManifest } from "./cluster-task.ts";
import type { StoredManifest } from "./plan.ts";

export type Sent = { object: JsonObject } | { waitsFor: string };

/** With `dryRun` the server checks and admits everything and stores nothing. */
type SendOptions = { signal: AbortSignal; dryRun?: boolean };

/** How often an object that others change at the same time is read anew. */
const conflictTries = 6;

/** Sends one manifest in the way that was planned. What is there already, as it should be, is left as it is. */
export async function send(
  cluster: ClusterPort,
  account: string,
  planned: StoredManifest,
  options: SendOptions,
): Promise<Sent> {
  const { manifest } = planned;
  switch (planned.mode) {
    case "apply":
      return { object: await clientSideApply(cluster, account, manifest, options) };
    case "serverSideApply": {
      const forced = { ...options, force: planned.forceConflicts };
      return { object: asJson(await cluster.apply(account, asKubeObject(manifest), forced)) };
    }
    case "replace":
      return { object: await replaceOrCreate(cluster, account, manifest, options) };
    case "create":
      return { object: await createOnce(cluster, account, manifest, options) };
    case "recreate":
      return await recreate(cluster, account, planned, options);
  }
}

/** What `kubectl apply` does: creates, or patches what differs from the manifest and from the one applied before. */
async function clientSideApply(
  cluster: ClusterPort,
  account: string,
  manifest: JsonObject,
  options: SendOptions,
): Promise<JsonObject> {
  const wanted = recorded(manifest);
  // Too long for the annotation: the server keeps who wrote what instead.
  if (wanted === null) return asJson(await cluster.apply(account, asKubeObject(manifest), { ...options, force: true }));
  const ref = refOfManifest(manifest);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const live = await cluster.get(account, ref, options);
      if (live === null) return asJson(await cluster.create(account, asKubeObject(wanted), options));
      const change = applyPatch(wanted, asJson(live));
      if (change === null) return asJson(live);
      return asJson(await cluster.patch(account, ref, change.patch, change.type, options));
    } catch (error) {
      // Somebody was faster: look again.
      if (attempt >= conflictTries || !isKubeReason(error, "Conflict", "AlreadyExists", "NotFound")) throw error;
      if (isKubeReason(error, "NotFound") && (await cluster.get(account, ref, options)) === null && attempt > 1)
        throw error;
    }
  }
}

async function replaceOrCreate(
  cluster: ClusterPort,
  account: string,
  manifest: JsonObject,
  options: SendOptions,
): Promise<JsonObject> {
  const object = asKubeObject(withoutServerFields(manifest));
  try {
    return asJson(await cluster.replace(account, object, options));
  } catch (error) {
    if (!isKubeReason(error, "NotFound")) throw error;
    return await createOnce(cluster, account, manifest, options);
  }
}

/** Creates an object under a name chosen for it. There already with all that is written on it, an earlier try made it. */
async function createOnce(
  cluster: ClusterPort,
  account: string,
  manifest: JsonObject,
  options: SendOptions,
): Promise<JsonObject> {
  try {
    return asJson(await cluster.create(account, asKubeObject(manifest), options));
  } catch (error) {
    const existing = isKubeReason(error, "AlreadyExists")
      ? await cluster.get(account, refOfManifest(manifest), options)
      : null;
    if (existing === null) throw error;
    const [theirs, ours] = [annotationsOf(asJson(existing)), annotationsOf(manifest)];
    if (Object.entries(ours).some(([key, value]) => theirs[key] !== value)) throw error;
    return asJson(existing);
  }
}

/** Takes the object away that was there when the plan was made, and creates it anew once it is gone. */
async function recreate(
  cluster: ClusterPort,
  account: string,
  { manifest, replacedUid }: StoredManifest,
  options: SendOptions,
): Promise<Sent> {
  const ref = refOfManifest(manifest);
  const live = await cluster.get(account, ref, options);
  if (live === null) {
    const wanted = recorded(manifest) ?? manifest;
    return { object: asJson(await cluster.create(account, asKubeObject(wanted), options)) };
  }
  const object = asJson(live);
  const made = equalJson(lastAppliedOf(object) ?? {}, manifest) || applyPatch(manifest, object) === null;
  if (uidOf(object) !== replacedUid && made) return { object };
  if (live.metadata.deletionTimestamp === undefined) await cluster.delete(account, ref, options);
  return { waitsFor: `Waits for the old ${fullNameOf(manifest)} to be gone` };
}
