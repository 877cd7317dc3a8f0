import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { KubeError } from "@gennaker/kube-client/errors.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { HealthVerdict } from "@gennaker/kube-health/health.ts";
import type { ChangeOptions, ClusterPort, ManifestRef } from "../../cluster-port.ts";
import { kindNamed, kindOf, rulesOfKind } from "../../manifest/kinds.ts";
import { childOf, labelsOf, nameOf, namespaceOf } from "../../manifest/manifest.ts";
import { applyJsonPatch, applyMergePatch, applyStrategicPatch } from "../../manifest/testing/patching.ts";

export type FakeCluster = {
  port: ClusterPort;
  /** What was changed, in order: `create configMap settings-v000`. */
  changes: string[];
  /** Puts an object there as it is. */
  put(object: JsonObject): JsonObject;
  object(fullName: string): JsonObject | undefined;
  names(): string[];
  /** How an object stands: `kind name` → verdict; everything else is stable. */
  verdicts: Map<string, Partial<HealthVerdict>>;
  logs: Map<string, string>;
  /** Objects that stay a while after their deletion, by full name; `finish` lets them go. */
  lingering: Set<string>;
  finish(): void;
  /** The next change of this name fails once with this reason. */
  failOnce: Map<string, { reason: string; code: number; retryable?: boolean }>;
};

/** A cluster in memory: names, uids, conflicts of names, patches, deletion that takes time. One account, `prod`. */
export function createFakeCluster(): FakeCluster {
  const objects = new Map<string, JsonObject>();
  const fake: Omit<FakeCluster, "port"> = {
    changes: [],
    verdicts: new Map(),
    logs: new Map(),
    lingering: new Set(),
    failOnce: new Map(),
    put(object) {
      const stored = structuredClone(object);
      const metadata = childOf(stored, "metadata");
      metadata["uid"] ??= `uid-${(counter += 1)}`;
      metadata["creationTimestamp"] ??= new Date(Date.UTC(2026, 0, 1) + counter * 1000).toISOString();
      objects.set(keyOf(stored), stored);
      return stored;
    },
    object: (name) => [...objects.values()].find((object) => fullName(object) === name),
    names: () => [...objects.values()].map(fullName).toSorted(),
    finish() {
      fake.lingering.clear();
      for (const [key, object] of objects)
        if (childOf(object, "metadata")["deletionTimestamp"] !== undefined) objects.delete(key);
    },
  };
  let counter = 0;

  const fullName = (object: JsonObject): string => `${kindOf(object)} ${nameOf(object)}`;
  const keyOf = (object: JsonObject): string =>
    `${kindOf(object)}/${namespaceOf(object)}/${nameOf(object)}`.toLowerCase();
  const keyOfRef = ({ kind, apiVersion, namespace = "", name }: ManifestRef): string => {
    const named = apiVersion === undefined ? kindNamed(kind) : kindOf({ kind, apiVersion });
    return `${named}/${namespace}/${name}`.toLowerCase();
  };
  const fail = (reason: string, code: number, message: string, retryable = false): never => {
    throw new KubeError({ reason, code, message, retryable });
  };
  const change = (words: string, options?: ChangeOptions): void => {
    const failure = fake.failOnce.get(words);
    if (failure !== undefined) {
      fake.failOnce.delete(words);
      fail(failure.reason, failure.code, `${words} was refused`, failure.retryable);
    }
    if (options?.dryRun !== true) fake.changes.push(words);
  };
  const out = (object: JsonObject): KubeObject => structuredClone(object) as unknown as KubeObject;
  const store = (object: KubeObject, options?: ChangeOptions): KubeObject =>
    options?.dryRun === true ? structuredClone(object) : out(fake.put(object as unknown as JsonObject));
  const live = (ref: ManifestRef): JsonObject => {
    const found = objects.get(keyOfRef(ref));
    return found ?? fail("NotFound", 404, `${ref.kind} ${ref.name} not found`);
  };

  const port: ClusterPort = {
    accounts: () => ["prod"],
    kind: async (_account, kind) => {
      const { namespaced } = rulesOfKind(kind);
      return { apiVersion: "v1", kind, namespaced: namespaced && !kind.startsWith("ClusterWide") };
    },
    async get(_account, ref) {
      const found = objects.get(keyOfRef(ref));
      return found === undefined ? null : out(found);
    },
    async list(_account, kind, namespace, selector) {
      const wanted = kindNamed(kind).toLowerCase();
      return [...objects.values()]
        .filter((object) => kindOf(object).toLowerCase() === wanted)
        .filter((object) => namespace === null || namespaceOf(object) === namespace)
        .filter((object) => matches(selector ?? "", labelsOf(object)))
        .map(out);
    },
    async apply(_account, manifest, options) {
      const object = manifest as unknown as JsonObject;
      change(`apply${options?.force === true ? " forced" : ""} ${fullName(object)}`, options);
      return store(applyMergePatch(objects.get(keyOf(object)) ?? {}, object) as unknown as KubeObject, options);
    },
    async create(_account, manifest, options) {
      const object = manifest as unknown as JsonObject;
      if (objects.has(keyOf(object))) fail("AlreadyExists", 409, `${fullName(object)} exists`);
      change(`create ${fullName(object)}`, options);
      return store(manifest, options);
    },
    async replace(_account, manifest, options) {
      const object = manifest as unknown as JsonObject;
      const { uid = null } = childOf(
        live({ kind: kindOf(object), namespace: namespaceOf(object), name: nameOf(object) }),
        "metadata",
      );
      change(`replace ${fullName(object)}`, options);
      return store({ ...manifest, metadata: { ...manifest.metadata, uid: String(uid) } }, options);
    },
    async patch(_account, ref, patch, type, options) {
      const before = live(ref);
      change(`patch ${type} ${fullName(before)}`, options);
      const changes = patch as JsonObject | JsonObject[];
      const after = Array.isArray(changes)
        ? applyJsonPatch(before, changes)
        : type === "strategic"
          ? applyStrategicPatch(before, changes)
          : applyMergePatch(before, changes);
      return store(after as unknown as KubeObject, options);
    },
    async delete(_account, ref, options) {
      const found = objects.get(keyOfRef(ref));
      if (found === undefined) return false;
      change(`delete ${fullName(found)}${options?.cascade === undefined ? "" : ` ${String(options.cascade)}`}`);
      if (fake.lingering.has(fullName(found))) childOf(found, "metadata")["deletionTimestamp"] = "2026-01-02T00:00:00Z";
      else objects.delete(keyOf(found));
      return true;
    },
    waitGone: async () => {},
    async scale(_account, ref, replicas) {
      const found = live(ref);
      change(`scale ${fullName(found)} ${replicas}`);
      childOf(found, "spec")["replicas"] = replicas;
    },
    async stability(_account, ref) {
      const found = objects.get(keyOfRef(ref));
      if (found === undefined) return null;
      return { state: "stable", message: "", signs: [], ...fake.verdicts.get(fullName(found)) };
    },
    waitStable: async () => ({ state: "stable", message: "", signs: [] }),
    async *logs(_account, _namespace, pods, options) {
      for (const pod of pods) {
        const log = fake.logs.get(`${pod}/${options?.container ?? ""}`);
        if (log === undefined) fail("NotFound", 404, `pod ${pod} has no container ${options?.container ?? ""}`);
        for (const text of (log ?? "").split("\n")) yield { pod, container: options?.container ?? "", time: "", text };
      }
    },
    events: async () => [],
  };
  return { ...fake, port };
}

/** Label selectors as far as tests use them: equality only. */
function matches(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector
    .split(",")
    .filter((part) => part !== "")
    .every((part) => {
      const [key = "", value = ""] = part.split("=").map((each) => each.trim());
      return labels[key] === value;
    });
}

/** The value at a path of an object. */
export function at(object: Json | undefined, ...path: string[]): Json | undefined {
  let inner = object;
  for (const key of path)
    inner = Array.isArray(inner)
      ? inner[Number(key)]
      : isJsonObject(inner ?? null)
        ? (inner as JsonObject)[key]
        : undefined;
  return inner;
}
