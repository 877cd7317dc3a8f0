import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { HealthVerdict } from "@gennaker/kube-health/health.ts";

/**
 * One object of an account. `kind` is what people and Spinnaker's pipelines write: `deployment`, `replicaSet`,
 * `CronTab.stable.example.com`, `deployments.apps`; with `apiVersion` it is the exact kind of that version.
 * `namespace` is left out, or empty, for cluster-wide kinds.
 */
export type ManifestRef = { kind: string; name: string; namespace?: string; apiVersion?: string };

/** How a kind is served. */
type ServedKind = { apiVersion: string; kind: string; namespaced: boolean };

/** Carried by every call: the run's signal. Its reason is thrown when it fires. */
type CallOptions = { signal?: AbortSignal };

export type ChangeOptions = CallOptions & {
  /** Who owns the fields; `gennaker` when left out. */
  fieldManager?: string;
  /** The server checks and admits it, and stores nothing. */
  dryRun?: boolean;
};

type ApplyOptions = ChangeOptions & {
  /** Takes over fields that others own instead of failing with the conflicts. */
  force?: boolean;
};

/** `json`: RFC 6902, `merge`: RFC 7386, `strategic`: Kubernetes' own, by list keys. */
type PatchType = "json" | "merge" | "strategic";

export type DeleteOptions = CallOptions & {
  /** `false` leaves the dependents behind (orphans); `true`, the default, deletes them in the background. */
  cascade?: boolean | "foreground" | "background";
  /** Seconds; undefined: the object's own. */
  gracePeriod?: number;
};

type LogOptions = CallOptions & {
  /** Undefined: every container of the pod. */
  container?: string;
  /** Lines from the end, per container. */
  tail?: number;
  /** Goes on until the containers end or the signal fires. */
  follow?: boolean;
  /** Only what is younger than so many seconds. */
  since?: number;
  /** The previous run of the containers. */
  previous?: boolean;
};

type LogLine = { pod: string; container: string; time: string; text: string };

/** One thing the cluster told about an object, newest first; `count` how often. Times are ISO 8601. */
export type ManifestEvent = {
  type: string;
  reason: string;
  message: string;
  count: number;
  firstAt: string | null;
  lastAt: string | null;
};

/**
 * What stages may do on a cluster, by account. Failures are `KubeError` (`@gennaker/kube-client/errors.ts`) with
 * code, reason and words; an unknown account, or a namespace or kind that the account's configuration excludes, is an
 * `AppError` (`not_found`, `forbidden`). Reads go to the API server, never to a cache, so they see every earlier
 * write. Every change may be repeated after a crash: `apply`, `replace`, `scale` and `delete` are ensures by nature;
 * `create` is not, and its caller marks what it made.
 */
export type ClusterPort = {
  /** Names of the accounts, in the order of the configuration. */
  accounts(): readonly string[];
  /** How the cluster serves a kind; throws `UnknownKind`. */
  kind(account: string, kind: string, options?: CallOptions): Promise<ServedKind>;
  /** Null where the object does not exist. */
  get(account: string, ref: ManifestRef, options?: CallOptions): Promise<KubeObject | null>;
  /** Objects of a kind, in one namespace or (null) in all the account may see, by a label selector's text or none. */
  list(
    account: string,
    kind: string,
    namespace: string | null,
    selector?: string,
    options?: CallOptions,
  ): Promise<KubeObject[]>;
  /** Server-side apply. */
  apply(account: string, manifest: KubeObject, options?: ApplyOptions): Promise<KubeObject>;
  /** Also for `generateName`. A name that is taken is a `KubeError` with reason `AlreadyExists`. */
  create(account: string, manifest: KubeObject, options?: ChangeOptions): Promise<KubeObject>;
  /** Writes the whole object; with `metadata.resourceVersion` only over that version. */
  replace(account: string, manifest: KubeObject, options?: ChangeOptions): Promise<KubeObject>;
  patch(
    account: string,
    ref: ManifestRef,
    patch: unknown,
    type: PatchType,
    options?: ChangeOptions & { subresource?: string },
  ): Promise<KubeObject>;
  /** False where it was gone already. Returns when the API server has taken it; `waitGone` waits for the end. */
  delete(account: string, ref: ManifestRef, options?: DeleteOptions): Promise<boolean>;
  /** Resolves when the object, this uid of it if given, no longer exists. Told by a watch. */
  waitGone(account: string, ref: ManifestRef, options: { uid?: string; signal: AbortSignal }): Promise<void>;
  scale(account: string, ref: ManifestRef, replicas: number, options?: ChangeOptions): Promise<void>;
  /** The verdict now, with what is around the object. Null where it does not exist. */
  stability(account: string, ref: ManifestRef, options?: CallOptions): Promise<HealthVerdict | null>;
  /**
   * Resolves with the first verdict that is `stable`, `paused` or `failed`, told by watches. `onVerdict` hears every
   * change on the way. Rejects with the signal's reason, or `not_found` when the object is deleted meanwhile.
   */
  waitStable(
    account: string,
    ref: ManifestRef,
    signal: AbortSignal,
    options?: { onVerdict?: (verdict: HealthVerdict) => void },
  ): Promise<HealthVerdict>;
  /** Lines of the pods as they come. */
  logs(account: string, namespace: string, pods: readonly string[], options?: LogOptions): AsyncIterable<LogLine>;
  events(account: string, ref: ManifestRef, options?: CallOptions): Promise<ManifestEvent[]>;
};
