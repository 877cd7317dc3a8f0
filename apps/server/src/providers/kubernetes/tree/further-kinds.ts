import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { SharedWatch } from "@gennaker/kube-client/watch/shared-watches.ts";
import { seesKind, seesNamespace } from "../accounts/scope.ts";
import type { OpenAccount } from "../accounts/account.ts";
import { watchedKinds } from "../inventory/watched-kinds.ts";
import { spinnakerKind } from "../inventory/moniker.ts";
import type { KubernetesAccountSettings } from "../settings.ts";
import { lean } from "./lean.ts";
import { startListing, type Listing } from "./listing.ts";

/** Kinds beyond the inventory's that change with a deployment: watched while somebody looks. */
const followed: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "ConfigMap"],
  ["v1", "Secret"],
  ["v1", "PersistentVolumeClaim"],
  ["batch/v1", "Job"],
  ["batch/v1", "CronJob"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["policy/v1", "PodDisruptionBudget"],
  ["gateway.networking.k8s.io/v1", "HTTPRoute"],
  ["gateway.networking.k8s.io/v1", "Gateway"],
];

/** What an account holds beside its inventory. */
export type FurtherKinds = {
  list(): KubeObject[];
  problems(): { kind: string; reason: string }[];
  /** Everything was read once. */
  complete(): boolean;
  onChange(listener: () => void): () => void;
  /** Ends the watches when the last reader has left. */
  release(): Promise<void>;
};

/** Follows the kinds that a tree shows beside the inventory; all others are listed every now and then. */
export function openFurtherKinds(account: OpenAccount, settings: KubernetesAccountSettings): FurtherKinds {
  const listeners = new Set<() => void>();
  const tell = () => listeners.forEach((listener) => listener());
  const seen = followed.filter(([apiVersion, kind]) => seesKind(settings, { kind, group: groupOf(apiVersion) }));
  const scopes = settings.namespaces.length > 0 ? settings.namespaces : [undefined];
  const watches: SharedWatch[] = seen.flatMap(([apiVersion, kind]) =>
    scopes.map((namespace) =>
      account.watches.open({ kind: { apiVersion, kind }, namespace, transform: lean, variant: "tree" }),
    ),
  );
  for (const watch of watches) {
    watch.onChange(tell);
    watch.onStatus(tell);
  }
  const known = [...watchedKinds().map(({ apiVersion, kind }) => [apiVersion, kind] as const), ...followed];
  const skipped = new Set(known.map(([apiVersion, kind]) => `${groupOf(apiVersion)}/${kind}`));
  const listing: Listing = startListing(account, settings, {
    skips: ({ group, kind }) => skipped.has(`${group}/${kind}`),
    onChange: tell,
  });
  const visible = ({ metadata }: KubeObject): boolean =>
    metadata.namespace === undefined || seesNamespace(settings, metadata.namespace);
  return {
    list: () => [...watches.flatMap((watch) => watch.list()), ...listing.objects()].filter(visible),
    problems: () => [
      ...seen.flatMap(([apiVersion, kind], index) => {
        const failing = watches.slice(index * scopes.length, (index + 1) * scopes.length);
        // A kind that the cluster does not serve has no objects: that is no problem.
        const error = failing
          .map((watch) => watch.status())
          .find((status) => status.served && status.error !== null)?.error;
        return error ? [{ kind: spinnakerKind({ apiVersion, kind }), reason: error.message }] : [];
      }),
      ...listing.problems(),
    ],
    complete: () => listing.complete() && watches.every((watch) => settled(watch)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async release() {
      listeners.clear();
      listing.stop();
      await Promise.all(watches.map((watch) => watch.release()));
    },
  };
}

/** Read once, or known not to come: what is forbidden stays so. */
function settled(watch: SharedWatch): boolean {
  const { phase, relists, served, error } = watch.status();
  return phase === "synced" || relists > 0 || !served || (error !== null && error.code >= 400 && error.code < 500);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
}
