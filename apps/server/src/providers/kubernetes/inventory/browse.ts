import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubernetesObject } from "@gennaker/contract/resources/kubernetes.ts";
import { isRecord, type KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Resource } from "@gennaker/kube-client/resources/resource.ts";
import { dropManagedFields } from "@gennaker/kube-client/watch/transforms.ts";
import type { JudgedHealth } from "@gennaker/kube-health/health.ts";
import type { AccountRuntime, OpenAccount } from "../accounts/account.ts";
import { seesKind, seesNamespace } from "../accounts/scope.ts";
import type { ManifestEvent } from "../cluster-port.ts";
import { eventsAbout, toManifestEvents } from "../health/events-about.ts";
import { toHealth } from "../health/to-health.ts";
import { applicationOf, type FindOwner } from "../tree/belonging.ts";
import { createWorld } from "../tree/world.ts";
import { resolveKind, resolveRef } from "../operations/resolve.ts";
import { fullName, monikerOf, spinnakerKind } from "./moniker.ts";
import { record, relatedTo } from "./related.ts";

export type BrowseFilter = { application?: string; namespace?: string; kind?: string };
export type Browsed = {
  objects: KubernetesObject[];
  problems: { kind: string; reason: string }[];
  truncated: boolean;
};
export type Shown = {
  /** As Spinnaker's stages name it. */
  manifestName: string;
  live: KubeObject;
  lastApplied: Record<string, unknown> | null;
  health: JudgedHealth;
  events: ManifestEvent[];
};

/** Objects given at most: a tree of more is of no use to anybody. */
const most = 5_000;
/** Kinds asked for at the same time. */
const width = 4;
/** Kinds that are noise in a tree, or shown in another way. */
const skipped = new Set(["events", "events.events.k8s.io", "componentstatuses", "leases.coordination.k8s.io"]);

/** Objects of every kind that the cluster serves, read now. One kind that cannot be listed hides no other. */
export async function browse(account: AccountRuntime, filter: BrowseFilter, signal: AbortSignal): Promise<Browsed> {
  const opened = await answering(account, signal);
  const found: Browsed = { objects: [], problems: [], truncated: false };
  const kinds = await kindsToList(account, opened, filter);
  const owners = createWorld(opened.caches, []);
  const queue = kinds.values();
  const one = async (): Promise<void> => {
    for (const resource of queue) {
      if (found.truncated) return;
      try {
        await listKind(account, opened, resource, filter, found, owners.owner, signal);
      } catch (error) {
        signal.throwIfAborted();
        found.problems.push({
          kind: spinnakerKind(resource),
          reason: error instanceof Error ? error.message : String(error),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  found.objects.sort((a, b) =>
    `${a.kind} ${a.namespace} ${a.name}`.localeCompare(`${b.kind} ${b.namespace} ${b.name}`),
  );
  return found;
}

/** One object with what is needed to judge it. Null where it does not exist. */
export async function show(
  account: AccountRuntime,
  ref: { kind: string; name: string; namespace?: string },
  signal: AbortSignal,
): Promise<Shown | null> {
  const opened = await answering(account, signal);
  const exact = await resolveRef(opened.client, account.settings, ref);
  const object = await opened.client.find(exact, { signal });
  if (object === null) return null;
  const events = await eventsAbout(opened.client, object, signal);
  const live = withoutSecrets(dropManagedFields(object));
  return {
    manifestName: fullName(object),
    live: withoutCopy(live),
    lastApplied: lastAppliedOf(live),
    health: opened.caches.judge(object, { related: [...relatedTo(opened.caches, object), ...events] }),
    events: toManifestEvents(events),
  };
}

/** How long the first reading of everything is waited for; what is not there by then is missing in the verdicts only. */
const patienceMs = 5_000;

/** The account where its cluster answers; otherwise people are told at once instead of waiting for it. */
async function answering(account: AccountRuntime, signal: AbortSignal): Promise<OpenAccount> {
  const opened = await account.open();
  const { reachable, reason } = account.reach();
  if (!reachable) throw new GennakerError("upstream_failed", `${account.settings.name}: ${reason}`);
  await opened.caches
    .ready(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
    .catch(() => signal.throwIfAborted());
  return opened;
}

async function kindsToList(
  account: AccountRuntime,
  { client }: OpenAccount,
  filter: BrowseFilter,
): Promise<Resource[]> {
  const { settings } = account;
  if (filter.namespace !== undefined && !seesNamespace(settings, filter.namespace)) {
    throw new GennakerError(
      "forbidden",
      `The account ${settings.name} is configured without the namespace ${filter.namespace}.`,
    );
  }
  if (filter.kind !== undefined) return [await resolveKind(client, filter.kind)];
  const { resources } = await client.discovery.all();
  // A kind in several versions is listed once, by the version that the server prefers.
  const byKind = new Map<string, Resource>();
  for (const resource of resources) {
    const name = resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
    if (!resource.verbs.includes("list") || skipped.has(name) || byKind.has(name)) continue;
    if (filter.namespace !== undefined && !resource.namespaced) continue;
    if (seesKind(settings, resource)) byKind.set(name, resource);
  }
  return [...byKind.values()];
}

async function listKind(
  account: AccountRuntime,
  { client, caches }: OpenAccount,
  resource: Resource,
  filter: BrowseFilter,
  found: Browsed,
  findOwner: FindOwner,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = account;
  const all = filter.namespace === undefined ? settings.namespaces : [filter.namespace];
  const scopes = resource.namespaced && all.length > 0 ? all : [undefined];
  const wanted = filter.application?.toLowerCase();
  for (const namespace of scopes) {
    const { items } = await client.list(resource, { namespace, signal, retries: 0 });
    for (const item of items) {
      if (item.metadata.namespace !== undefined && !seesNamespace(settings, item.metadata.namespace)) continue;
      if (settings.onlySpinnakerManaged && !monikerOf(item).managed) continue;
      const application = applicationOf(item, findOwner);
      if (wanted !== undefined && application !== wanted) continue;
      if (found.objects.length >= most) {
        found.truncated = true;
        return;
      }
      found.objects.push(toNode(item, application, caches.judge(item, { related: relatedTo(caches, item) })));
    }
  }
}

function toNode(object: KubeObject, application: string, health: JudgedHealth): KubernetesObject {
  const { cluster } = monikerOf(object);
  const { name = "", namespace = null, uid = "", creationTimestamp = null, ownerReferences = [] } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    namespace,
    uid,
    application,
    cluster,
    createdAt: creationTimestamp === null ? null : new Date(creationTimestamp).toISOString(),
    owners: ownerReferences.map((owner) => ({ kind: owner.kind, name: owner.name, uid: owner.uid })),
    health: toHealth(health),
  };
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
const hidden = "(hidden)";

/** A Secret shows its keys, never its values, also in the copy that kubectl or Spinnaker left on it. */
export function withoutSecrets(object: KubeObject): KubeObject {
  if (object.kind !== "Secret" || object.apiVersion !== "v1") return object;
  const mask = (manifest: Record<string, unknown>): Record<string, unknown> => {
    const masked = { ...manifest };
    for (const field of ["data", "stringData"]) {
      if (isRecord(masked[field])) {
        masked[field] = Object.fromEntries(Object.keys(masked[field]).map((key) => [key, hidden]));
      }
    }
    return masked;
  };
  const result = mask(object) as KubeObject;
  const annotations = { ...object.metadata.annotations };
  if (annotations[lastApplied] !== undefined) {
    const copy = parse(annotations[lastApplied]);
    if (copy === null) delete annotations[lastApplied];
    else annotations[lastApplied] = JSON.stringify(mask(copy));
  }
  return { ...result, metadata: { ...object.metadata, annotations } };
}

function withoutCopy(object: KubeObject): KubeObject {
  const { [lastApplied]: _copy, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function lastAppliedOf(object: KubeObject): Record<string, unknown> | null {
  const text = object.metadata.annotations?.[lastApplied];
  return text === undefined ? null : parse(text);
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? record(value) : null;
  } catch {
    return null;
  }
}
