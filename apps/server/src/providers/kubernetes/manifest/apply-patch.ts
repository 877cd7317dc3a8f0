import { Buffer } from "node:buffer";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { annotation, lastAppliedOf } from "./annotations.ts";
import { isNative, kindOf } from "./kinds.ts";
import { childOf, equalJson, metadataOf } from "./manifest.ts";

/** The API server takes 256 KiB of annotations in all; this leaves room for the others. */
const longestRecord = 250 * 1024;

/** What changes an object to what a manifest says: one patch, or null when there is nothing to change. */
export type ApplyPatch = { patch: JsonObject; type: "strategic" | "merge" } | null;

/**
 * The manifest with `kubectl.kubernetes.io/last-applied-configuration`, by which the next apply knows what to take away and
 * a version is used again; null where the manifest is too long to be kept in an annotation.
 */
export function recorded(manifest: JsonObject): JsonObject | null {
  const copy = structuredClone(manifest);
  const annotations = childOf(childOf(copy, "metadata"), "annotations");
  delete annotations[annotation.lastApplied];
  const record = `${sortedText(copy)}\n`;
  if (Buffer.byteLength(record) > longestRecord) return null;
  annotations[annotation.lastApplied] = record;
  return copy;
}

/**
 * What `kubectl apply` sends: the manifest (from `recorded`), and an order to remove what the last applied configuration had
 * and this one has not. What others wrote into the object stays. Kinds of Kubernetes' own are patched by list keys,
 * custom ones by whole lists.
 */
export function applyPatch(manifest: JsonObject, live: JsonObject): ApplyPatch {
  const strategic = isNative(kindOf(manifest));
  const before = lastAppliedOf(live) ?? {};
  const scope: Scope = { kind: kindOf(manifest), strategic };
  const patch = merged(before, manifest, live, scope, []);
  if (patch === undefined) return null;
  return { patch, type: strategic ? "strategic" : "merge" };
}

type Scope = { kind: string; strategic: boolean };

/** What is to be sent of an object: changes against the live one and nulls for what went away; undefined for nothing. */
function merged(
  before: JsonObject,
  wanted: JsonObject,
  live: JsonObject,
  scope: Scope,
  path: readonly string[],
): JsonObject | undefined {
  const patch: JsonObject = {};
  for (const [key, value] of Object.entries(wanted)) {
    const change = changed(before[key], value, live[key], scope, [...path, key]);
    if (change !== undefined) patch[key] = change;
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(wanted, key) && live[key] !== undefined) patch[key] = null;
  }
  if (scope.strategic && retainsKeys(path) && Object.keys(live).some((key) => !Object.hasOwn(wanted, key))) {
    patch["$retainKeys"] = Object.keys(wanted).toSorted();
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changed(
  before: Json | undefined,
  wanted: Json,
  live: Json | undefined,
  scope: Scope,
  path: readonly string[],
): Json | undefined {
  if (wanted === null) return live === undefined || live === null ? undefined : null;
  if (isJsonObject(wanted) && isJsonObject(live ?? null))
    return merged(isJsonObject(before ?? null) ? (before as JsonObject) : {}, wanted, live as JsonObject, scope, path);
  if (Array.isArray(wanted) && Array.isArray(live)) {
    const key = scope.strategic ? mergeKey(path, scope.kind) : null;
    if (key !== null && [wanted, live].every((list) => keyed(list, key)))
      return mergedList(
        Array.isArray(before) ? before : [],
        wanted as JsonObject[],
        live as JsonObject[],
        key,
        scope,
        path,
      );
  }
  return equalJson(wanted, live) ? undefined : wanted;
}

/** A list whose entries are told apart by a key: entries of others stay, those no longer wanted are deleted one by one. */
function mergedList(
  before: readonly Json[],
  wanted: readonly JsonObject[],
  live: readonly JsonObject[],
  key: string,
  scope: Scope,
  path: readonly string[],
): Json[] | undefined {
  const under = (list: readonly Json[], value: Json | undefined): JsonObject | undefined =>
    list.filter(isJsonObject).find((entry) => equalJson(entry[key], value));
  const patch: Json[] = [];
  for (const entry of wanted) {
    const existing = under(live, entry[key]);
    if (existing === undefined) {
      patch.push(entry);
      continue;
    }
    const change = merged(under(before, entry[key]) ?? {}, entry, existing, scope, [...path, "*"]);
    if (change !== undefined) patch.push({ ...change, [key]: entry[key] ?? null });
  }
  for (const entry of before.filter(isJsonObject)) {
    const value = entry[key] ?? null;
    if (under(wanted, value) === undefined && under(live, value) !== undefined)
      patch.push({ $patch: "delete", [key]: value });
  }
  return patch.length === 0 ? undefined : patch;
}

function keyed(list: readonly Json[], key: string): boolean {
  const values = list.map((entry) => (isJsonObject(entry) ? entry[key] : undefined));
  return (
    values.every((value) => value !== undefined) &&
    new Set(values.map((value) => JSON.stringify(value))).size === values.length
  );
}

/** Lists within pod specs and containers that the API merges by a key. */
const podLists: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  volumes: "name",
  imagePullSecrets: "name",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
  resourceClaims: "name",
  schedulingGates: "name",
};
const containerLists: Readonly<Record<string, string>> = {
  env: "name",
  ports: "containerPort",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
};

/** The key by which the API merges a list at a place, as its schema says; null for lists that are replaced as a whole. */
function mergeKey(path: readonly string[], kind: string): string | null {
  const field = path.at(-1) ?? "";
  const parent = path.slice(0, -1).join("/");
  if (parent === "metadata") return field === "ownerReferences" ? "uid" : null;
  if (kind === "service" && parent === "spec" && field === "ports") return "port";
  if (kind === "serviceAccount" && parent === "" && field === "secrets") return "name";
  if (/^(mutating|validating)WebhookConfiguration$/.test(kind) && parent === "" && field === "webhooks") return "name";
  if (isPodSpec(path.slice(0, -1), kind)) return podLists[field] ?? null;
  const [list = "", entry = ""] = path.slice(-3, -1);
  const inContainer = entry === "*" && /^(containers|initContainers|ephemeralContainers)$/.test(list);
  return inContainer && isPodSpec(path.slice(0, -3), kind) ? (containerLists[field] ?? null) : null;
}

function isPodSpec(path: readonly string[], kind: string): boolean {
  const place = path.join("/");
  if (kind === "pod") return place === "spec";
  return place === "spec/template/spec" || (kind === "cronJob" && place === "spec/jobTemplate/spec/template/spec");
}

/** Unions: what the manifest does not say is to be cleared, or two alternatives would stand side by side. */
function retainsKeys(path: readonly string[]): boolean {
  if (path.join("/") === "spec/strategy") return true;
  return path.at(-1) === "*" && path.at(-2) === "volumes";
}

/** JSON with sorted keys, as kubectl writes it. */
function sortedText(value: Json): string {
  return JSON.stringify(value, (_key, item: Json) =>
    isJsonObject(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  );
}

/** What a plain create or replace must not send: what only the server writes. */
export function withoutServerFields(manifest: JsonObject): JsonObject {
  const { status: _status, ...rest } = structuredClone(manifest);
  const metadata = metadataOf(rest);
  for (const field of ["uid", "creationTimestamp", "generation", "managedFields", "selfLink", "deletionTimestamp"])
    delete metadata[field];
  return rest;
}
