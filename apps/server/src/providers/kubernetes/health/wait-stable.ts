import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubeClient } from "@gennaker/kube-client/client.ts";
import type { KindRef, KubeObject } from "@gennaker/kube-client/objects.ts";
import type { SharedWatches } from "@gennaker/kube-client/watch/shared-watches.ts";
import type { HealthVerdict } from "@gennaker/kube-health/health.ts";
import type { Caches } from "../inventory/caches.ts";
import { ownedBy, relatedTo } from "../inventory/related.ts";
import { eventsAbout } from "./events-about.ts";

export type Cluster = { client: KubeClient; caches: Caches; watches: SharedWatches };
export type Target = { kind: KindRef; namespace: string | undefined; name: string };

/** Between two judgements while things change: a rollout of hundreds of Pods must not be judged at each of them. */
const gatherMs = 25;
/** Judged anew so often without any change: grace periods end by time alone. */
const tickMs = 5_000;
/** Events are asked for so often at most, and only while the object is not stable. */
const eventsEveryMs = 2_000;
/** Pods whose events are asked for: enough to say why. */
const podsAsked = 3;

/** The verdict now, from the object as the server has it. Null where it does not exist. */
export async function judgeNow(cluster: Cluster, target: Target, signal?: AbortSignal): Promise<HealthVerdict | null> {
  const { kind, namespace, name } = target;
  const object = await cluster.client.find({ ...kind, name, namespace }, { signal });
  if (object === null) return null;
  await cluster.caches.ready(signal);
  const related = relatedTo(cluster.caches, object);
  const first = cluster.caches.judge(object, { related });
  if (first.state === "stable" || first.state === "paused") return first;
  return cluster.caches.judge(object, {
    related: [...related, ...(await gatherEvents(cluster, object, related, signal))],
  });
}

/**
 * The first verdict that is stable, paused or failed. The object is read and watched by a watch of its own, so that
 * it is never older than the caller's last write; what is around it comes from the account's copies.
 */
export async function waitStable(
  cluster: Cluster,
  target: Target,
  signal: AbortSignal,
  onVerdict: (verdict: HealthVerdict) => void = () => undefined,
): Promise<HealthVerdict> {
  signal.throwIfAborted();
  await cluster.caches.ready(signal);
  const { kind, namespace, name } = target;
  // Not shared: an older watch of the same object might not have seen the last write yet.
  const watch = cluster.watches.open({
    kind,
    namespace,
    fieldSelector: `metadata.name=${name}`,
    variant: crypto.randomUUID(),
  });
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const nearby = cluster.caches.onChange((_kind, change) => {
    if (change.object.metadata.namespace === namespace) wake();
  });
  const offs = [watch.onChange(wake), nearby, watch.onStatus(wake)];
  const tick = setInterval(wake, tickMs);
  signal.addEventListener("abort", wake);
  let events: KubeObject[] = [];
  let askedAt = Number.NEGATIVE_INFINITY;
  let said = "";
  const look = (): { object: KubeObject; related: KubeObject[]; found: HealthVerdict } => {
    const [object] = watch.list();
    if (object === undefined) throw gone(target);
    const related = relatedTo(cluster.caches, object);
    return { object, related, found: cluster.caches.judge(object, { related: [...related, ...events] }) };
  };
  try {
    await watch.synced(signal);
    for (;;) {
      signal.throwIfAborted();
      changed = Promise.withResolvers<void>();
      const { object, related, found } = look();
      const text = JSON.stringify(found);
      if (text !== said) onVerdict(found);
      said = text;
      // What is held while the server does not answer may be out of date: it can end nothing.
      const current = watch.status().phase === "synced";
      if (current && found.state !== "progressing" && found.state !== "unknown") return found;
      if (current && performance.now() - askedAt >= eventsEveryMs) {
        askedAt = performance.now();
        const before = events.length;
        events = await gatherEvents(cluster, object, related, signal);
        if (events.length !== before) continue;
      }
      await changed.promise;
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
    }
  } finally {
    clearInterval(tick);
    signal.removeEventListener("abort", wake);
    for (const off of offs) off();
    await watch.release();
  }
}

/** Resolves when the object, or this uid of it, no longer exists. */
export async function waitGone(
  { watches }: Pick<Cluster, "watches">,
  target: Target,
  { uid, signal }: { uid?: string | undefined; signal: AbortSignal },
): Promise<void> {
  const { kind, namespace, name } = target;
  const watch = watches.open({ kind, namespace, fieldSelector: `metadata.name=${name}`, variant: crypto.randomUUID() });
  const over = Promise.withResolvers<void>();
  const look = () => {
    if (watch.status().phase !== "synced") return;
    const [object] = watch.list();
    if (object === undefined || (uid !== undefined && object.metadata.uid !== uid)) over.resolve();
  };
  const aborted = () => over.reject(signal.reason as Error);
  signal.addEventListener("abort", aborted);
  try {
    watch.onChange(look);
    watch.onStatus(look);
    await watch.synced(signal);
    look();
    await over.promise;
  } finally {
    signal.removeEventListener("abort", aborted);
    await watch.release();
  }
}

/** Events of the object, of the newest set that it owns, and of some Pods that are not ready. */
async function gatherEvents(
  { client, caches }: Pick<Cluster, "client" | "caches">,
  object: KubeObject,
  related: readonly KubeObject[],
  signal?: AbortSignal,
): Promise<KubeObject[]> {
  const newest = (objects: readonly KubeObject[]) => objects.toSorted((a, b) => stamp(b).localeCompare(stamp(a)));
  const sets = newest(object.kind === "Deployment" ? ownedBy(caches, "ReplicaSet", object) : []).slice(0, 1);
  const pods = newest(related.filter((each) => each.kind === "Pod" && caches.judge(each).state !== "stable"));
  const asked = [object, ...sets, ...pods.slice(0, podsAsked)];
  return (await Promise.all(asked.map((each) => eventsAbout(client, each, signal)))).flat();
}

const stamp = (object: KubeObject): string => object.metadata.creationTimestamp ?? "";

function gone({ kind, namespace, name }: Target): GennakerError {
  const place = namespace === undefined ? "" : ` in the namespace ${namespace}`;
  return new GennakerError("not_found", `${kind.kind} ${name} does not exist${place} (any more).`);
}
