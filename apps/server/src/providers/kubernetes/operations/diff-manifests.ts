import type { KubernetesDiff, KubernetesObjectDiff } from "@gennaker/contract/resources/kubernetes-diff.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isKubeError } from "@gennaker/kube-client/errors.ts";
import type { ClusterPort } from "../cluster-port.ts";
import { versionsToDelete } from "../manifest/cleanup.ts";
import { comparable, fieldChanges, maskChanges, maskSecrets } from "../manifest/field-changes.ts";
import { kindOf } from "../manifest/kinds.ts";
import { coordinatesOf, metadataOf, nameOf, namespaceOf, specOf } from "../manifest/manifest.ts";
import { isMadeBefore } from "../manifest/made-before.ts";
import { strategyOf } from "../manifest/strategy.ts";
import { asJson, asJsonOrNull, refOf, refOfManifest } from "../stages/shared/cluster-task.ts";
import { earlierIn, type StoredManifest, type StoredPlan } from "../stages/shared/plan.ts";
import { send } from "../stages/shared/send.ts";

type Options = { signal: AbortSignal };

/**
 * What sending a plan would change, asked of the API server by dry runs: it admits everything, fills in its defaults and
 * stores nothing. Objects that the server refuses are told with its words; a server that does not answer is a KubeError.
 */
export async function diffPlan(
  cluster: ClusterPort,
  plan: StoredPlan,
  options: Options,
): Promise<Pick<KubernetesDiff, "summary" | "objects">> {
  const objects: KubernetesObjectDiff[] = [];
  for (const planned of plan.manifests) {
    objects.push(planned.selected ? await diffOne(cluster, plan, planned, options) : skipped(planned));
  }
  objects.push(...(await oldVersions(cluster, plan, options)));
  return { summary: summaryOf(objects), objects };
}

async function diffOne(
  cluster: ClusterPort,
  plan: StoredPlan,
  planned: StoredManifest,
  options: Options,
): Promise<KubernetesObjectDiff> {
  const { manifest } = planned;
  const { account } = plan;
  try {
    const live = asJsonOrNull(await cluster.get(account, refOfManifest(manifest), options));
    // To try it, the old object would have to be gone.
    if (planned.mode === "recreate" && live !== null) return compared("recreate", live, manifest, false);
    const sent = await send(cluster, account, planned, { ...options, dryRun: true });
    const after = "object" in sent ? sent.object : manifest;
    return live === null ? created(manifest, after, true) : compared("change", live, after, true);
  } catch (error) {
    if (!isKubeError(error) || error.retryable) throw error;
    const missing = error.reason === "NotFound" || error.reason === "UnknownKind";
    if (missing && isMadeBefore(manifest, earlierIn(plan, planned))) return created(manifest, manifest, false);
    const { reason, message } = error;
    return { ...addressOf(manifest), ...nothing, action: "refused", checked: true, error: { code: reason, message } };
  }
}

const nothing = { changes: [], before: null, after: null, error: null };

function created(manifest: JsonObject, after: JsonObject, checked: boolean): KubernetesObjectDiff {
  const shown = maskSecrets(withoutChosen(comparable(after), manifest));
  return { ...addressOf(manifest), ...nothing, action: "create", checked, after: shown };
}

function compared(
  action: "change" | "recreate",
  live: JsonObject,
  after: JsonObject,
  checked: boolean,
): KubernetesObjectDiff {
  const [before, wanted] = [comparable(live), comparable(after)];
  const changes = maskChanges(wanted, fieldChanges(before, wanted)).map(({ op, path, ...values }) => ({
    op,
    path,
    ...values,
  }));
  return {
    ...addressOf(after),
    action: action === "change" && changes.length === 0 ? "unchanged" : action,
    checked,
    changes,
    before: maskSecrets(before),
    after: maskSecrets(wanted),
    error: null,
  };
}

const skipped = ({ manifest }: StoredManifest): KubernetesObjectDiff => ({
  ...addressOf(manifest),
  ...nothing,
  action: "skipped",
  checked: false,
});

function addressOf(manifest: JsonObject): Pick<KubernetesObjectDiff, "apiVersion" | "kind" | "name" | "namespace"> {
  const namespace = namespaceOf(manifest);
  return {
    apiVersion: String(manifest["apiVersion"]),
    kind: String(manifest["kind"]),
    name: nameOf(manifest),
    namespace: namespace === "" ? null : namespace,
  };
}

/** Addresses that the server chooses anew each time it is asked are no part of what would be there. */
function withoutChosen(after: JsonObject, manifest: JsonObject): JsonObject {
  if (kindOf(manifest) !== "service") return after;
  const spec = { ...specOf(after) };
  for (const field of ["clusterIP", "clusterIPs"]) if (specOf(manifest)[field] === undefined) delete spec[field];
  return { ...after, spec };
}

/** Versions that go beyond the history once the new ones are there. */
async function oldVersions(
  cluster: ClusterPort,
  { account, manifests }: StoredPlan,
  options: Options,
): Promise<KubernetesObjectDiff[]> {
  const old: KubernetesObjectDiff[] = [];
  for (const { manifest, selected } of manifests) {
    if (!selected || strategyOf(manifest).maxVersionHistory === null) continue;
    const { kind, namespace } = coordinatesOf(manifest);
    const listed = await cluster.list(account, kind, namespace === "" ? null : namespace, undefined, options);
    const there = listed.map(asJson);
    const deployed = there.find((object) => nameOf(object) === nameOf(manifest)) ?? youngest(manifest);
    const doomed = versionsToDelete(manifest, [...there.filter((object) => object !== deployed), deployed]);
    for (const coordinates of doomed) {
      const live = asJsonOrNull(await cluster.get(account, refOf(coordinates), options));
      if (live === null) continue;
      const before = maskSecrets(comparable(live));
      old.push({ ...addressOf(live), ...nothing, action: "delete", checked: true, before });
    }
  }
  return old;
}

/** As it will be: younger than what is there. */
function youngest(manifest: JsonObject): JsonObject {
  return { ...manifest, metadata: { ...metadataOf(manifest), creationTimestamp: "9999-12-31T00:00:00Z" } };
}

function summaryOf(objects: readonly KubernetesObjectDiff[]): KubernetesDiff["summary"] {
  const count = (...actions: KubernetesObjectDiff["action"][]): number =>
    objects.filter(({ action }) => actions.includes(action)).length;
  return {
    create: count("create"),
    change: count("change", "recreate"),
    delete: count("delete"),
    unchanged: count("unchanged"),
    refused: count("refused"),
  };
}
