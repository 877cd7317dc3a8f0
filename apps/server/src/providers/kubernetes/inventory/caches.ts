import type { KubeClient } from "@gennaker/kube-client/client.ts";
import { objectKey, type KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Change } from "@gennaker/kube-client/watch/object-store.ts";
import type { InformerStatus } from "@gennaker/kube-client/watch/informer.ts";
import { createSharedWatches, type SharedWatch } from "@gennaker/kube-client/watch/shared-watches.ts";
import { seesKind, seesNamespace } from "../accounts/scope.ts";
import { plainJudge, type Judge } from "../health/judge.ts";
import type { KubernetesAccountSettings } from "../settings.ts";
import { watchedKinds, type WatchedKind } from "./watched-kinds.ts";

/** What an account watches: local copies of the kinds that the inventory is made of, without excluded namespaces. */
export type Caches = {
  /** Tells the health by the rules that are in force on this account. */
  judge: Judge;
  get(kind: string, namespace: string, name: string): KubeObject | undefined;
  list(kind: string): KubeObject[];
  byIndex(kind: string, index: string, value: string): KubeObject[];
  /** The namespaces in which there is one of the kind. */
  namespacesOf(kind: string): string[];
  /** Whether all objects of the kind were read, so that an absent one does not exist. */
  knows(kind: string): boolean;
  onChange(listener: (kind: string, change: Change) => void): () => void;
  onStatus(listener: () => void): () => void;
  statuses(): { kind: string; status: InformerStatus }[];
  /** Resolves when every watch has read its state once, or said why it cannot. */
  ready(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** Opens the watches; a cluster that does not answer delays nothing, its copies stay empty until it does. */
export function openCaches(client: KubeClient, settings: KubernetesAccountSettings, judge: Judge = plainJudge): Caches {
  const watches = createSharedWatches(client);
  const open = new Map<string, SharedWatch[]>();
  const statusListeners = new Set<() => void>();
  for (const watched of watchedKinds()) {
    const group = watched.apiVersion.includes("/") ? (watched.apiVersion.split("/")[0] ?? "") : "";
    const seen = seesKind(settings, { kind: watched.kind, group }) || watched.kind === "Node";
    const handles = seen ? scopesOf(watched, settings).map((namespace) => openOne(watched, namespace)) : [];
    for (const handle of handles) handle.onStatus(() => statusListeners.forEach((listener) => listener()));
    open.set(watched.kind, handles);
  }

  function openOne(watched: WatchedKind, namespace: string | undefined): SharedWatch {
    const { apiVersion, kind, transform, indexes } = watched;
    return watches.open({ kind: { apiVersion, kind }, namespace, transform, indexes, variant: "inventory" });
  }

  const handlesOf = (kind: string): SharedWatch[] => open.get(kind) ?? [];
  const visible = (object: KubeObject): boolean =>
    object.metadata.namespace === undefined || seesNamespace(settings, object.metadata.namespace);
  const omits = settings.omitNamespaces.length > 0;
  const filtered = (objects: KubeObject[]): KubeObject[] => (omits ? objects.filter(visible) : objects);

  return {
    judge,
    get(kind, namespace, name) {
      const key = objectKey({ metadata: namespace === "" ? { name } : { name, namespace } });
      for (const handle of handlesOf(kind)) {
        const found = handle.get(key);
        if (found !== undefined && visible(found)) return found;
      }
      return undefined;
    },
    list: (kind) => filtered(handlesOf(kind).flatMap((handle) => handle.list())),
    byIndex: (kind, index, value) => filtered(handlesOf(kind).flatMap((handle) => handle.byIndex(index, value))),
    namespacesOf: (kind) =>
      handlesOf(kind)
        .flatMap((handle) => handle.indexValues("namespace"))
        .filter((namespace) => !omits || seesNamespace(settings, namespace)),
    knows(kind) {
      const handles = handlesOf(kind);
      return handles.length > 0 && handles.every((handle) => handle.status().relists > 0 && handle.status().served);
    },
    onChange(listener) {
      const ways = [...open].flatMap(([kind, handles]) =>
        handles.map((handle) =>
          handle.onChange((change) => {
            if (visible(change.object)) listener(kind, change);
          }),
        ),
      );
      return () => ways.forEach((way) => way());
    },
    onStatus(listener) {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    statuses: () =>
      [...open].flatMap(([kind, handles]) => handles.map((handle) => ({ kind, status: handle.status() }))),
    ready: (signal) => allReady([...open.values()].flat(), signal),
    async close() {
      statusListeners.clear();
      await watches.close();
    },
  };
}

/** One watch over all namespaces, or one for each that the account is limited to. */
function scopesOf(watched: WatchedKind, settings: KubernetesAccountSettings): (string | undefined)[] {
  return watched.namespaced && settings.namespaces.length > 0 ? settings.namespaces : [undefined];
}

async function allReady(handles: readonly SharedWatch[], signal: AbortSignal | undefined): Promise<void> {
  await Promise.all(
    handles.map((handle) => {
      const refused = Promise.withResolvers<void>();
      const look = () => {
        // What is forbidden stays so; waiting for it would never end.
        if (handle.status().error?.code === 403) refused.resolve();
      };
      const off = handle.onStatus(look);
      look();
      return Promise.race([handle.synced(signal), refused.promise]).finally(off);
    }),
  );
}
