import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { accountOfArtifact } from "./artifact.ts";
import { kindOf, rulesOfKind } from "./kinds.ts";
import { namespaceOf } from "./manifest.ts";

/** One field of a manifest that names an artifact. */
type Slot = { type: string; holder: JsonObject; field: string; nameOf: (reference: string) => string };

export type Bound = { manifest: JsonObject; bound: JsonObject[] };

export type BindOptions = {
  /** Objects of Kubernetes are bound only within one account and namespace. */
  account: string;
  /** Default: the manifest's own. */
  namespace?: string;
  /** Whose rules hold; default: the manifest's own kind. A patch has none. */
  kind?: string;
};

/**
 * Puts artifacts where a manifest names them: container images by name without tag or digest, configMaps and secrets of
 * volumes, projected volumes and environments, the target of an autoscaler. Kinds without such places are left alone. The
 * manifest given is not changed. A second binding of the same artifacts changes nothing.
 */
export function bindArtifacts(manifest: JsonObject, artifacts: readonly JsonObject[], options: BindOptions): Bound {
  const copy = structuredClone(manifest);
  const namespace = options.namespace ?? namespaceOf(manifest);
  const usable = artifacts.filter((artifact) => isUsable(artifact, namespace, options.account));
  const bound: JsonObject[] = [];
  for (const group of slotGroups(copy, options.kind ?? kindOf(manifest))) {
    for (const artifact of usable) {
      const fitting = group.filter((slot) => fits(slot, artifact));
      if (fitting.length === 0) continue;
      for (const slot of fitting) slot.holder[slot.field] = artifact["reference"] ?? null;
      if (!bound.includes(artifact)) bound.push(artifact);
    }
  }
  return { manifest: copy, bound };
}

/** The artifacts that an object names, each once: what `findArtifactsFromResource` finds. */
export function artifactsIn(manifest: JsonObject): JsonObject[] {
  const found = new Map<string, JsonObject>();
  for (const slot of slotGroups(manifest, kindOf(manifest)).flat()) {
    const value = slot.holder[slot.field];
    if (typeof value !== "string" && typeof value !== "number") continue;
    const reference = String(value);
    const artifact = { customKind: false, type: slot.type, name: slot.nameOf(reference), reference };
    found.set(JSON.stringify(artifact), artifact);
  }
  return [...found.values()];
}

/**
 * The name in a reference to an image, as Clouddriver reads it: all before the digest, else all before the last colon. An
 * image of a registry with a port needs a tag or digest to be read right.
 */
export function imageName(reference: string): string {
  const at = reference.indexOf("@");
  if (at >= 0) return reference.slice(0, at);
  const colon = reference.lastIndexOf(":");
  return colon >= 0 ? reference.slice(0, colon) : reference;
}

function isUsable(artifact: JsonObject, namespace: string, account: string): boolean {
  const type = artifact["type"];
  if (typeof type !== "string" || type === "") return false;
  if (!type.startsWith("kubernetes/")) return true;
  const owner = accountOfArtifact(artifact);
  return (artifact["location"] ?? "") === namespace && (owner === "" || owner === account);
}

function fits(slot: Slot, artifact: JsonObject): boolean {
  const value = slot.holder[slot.field];
  return slot.type === artifact["type"] && typeof value === "string" && slot.nameOf(value) === artifact["name"];
}

const same = (reference: string): string => reference;

/** The places of a manifest by what they name, in the order in which Clouddriver looks at them. */
function slotGroups(manifest: JsonObject, kind: string): Slot[][] {
  const binding = rulesOfKind(kind).binding;
  if (binding === "pod") return [slots(at(manifest, ["spec", "containers"]), "docker/image", ["image"])];
  if (binding === "autoscaler") return scaleTarget(manifest);
  if (binding === null) return [];
  const pods = podSpecs(manifest);
  const containers = pods.flatMap((pod) => [...items(pod["containers"]), ...items(pod["initContainers"])]);
  const volumes = pods.flatMap((pod) => items(pod["volumes"]));
  const sources = volumes.flatMap((volume) => at(volume, ["projected", "sources"]));
  const environment = containers.flatMap((container) => items(container["env"]));
  const imports = containers.flatMap((container) => items(container["envFrom"]));
  const [config, secret] = ["kubernetes/configMap", "kubernetes/secret"];
  return [
    slots(containers, "docker/image", ["image"], imageName),
    slots(volumes, config, ["configMap", "name"]),
    slots(volumes, secret, ["secret", "secretName"]),
    slots(sources, config, ["configMap", "name"]),
    slots(sources, secret, ["secret", "name"]),
    slots(imports, config, ["configMapRef", "name"]),
    slots(imports, secret, ["secretRef", "name"]),
    slots(environment, config, ["valueFrom", "configMapKeyRef", "name"]),
    slots(environment, secret, ["valueFrom", "secretKeyRef", "name"]),
  ];
}

function scaleTarget(manifest: JsonObject): Slot[][] {
  const target = isJsonObject(manifest["spec"]) ? manifest["spec"]["scaleTargetRef"] : undefined;
  if (!isJsonObject(target)) return [];
  const type = {
    Deployment: "deployment",
    deployment: "deployment",
    ReplicaSet: "replicaSet",
    replicaSet: "replicaSet",
  };
  const named = Object.entries(type).find(([kind]) => kind === target["kind"])?.[1];
  return named === undefined ? [] : [slots([target], `kubernetes/${named}`, ["name"])];
}

/** Every `spec.template.spec` at any depth: a CronJob's is inside its job template. */
function podSpecs(value: Json): JsonObject[] {
  const found: JsonObject[] = [];
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next.toReversed());
    if (!isJsonObject(next)) continue;
    const template = isJsonObject(next["spec"]) ? next["spec"]["template"] : undefined;
    const spec = isJsonObject(template) ? template["spec"] : undefined;
    if (isJsonObject(spec)) found.push(spec);
    open.push(...Object.values(next).toReversed());
  }
  return found;
}

function slots(holders: readonly JsonObject[], type: string, path: readonly string[], nameOf = same): Slot[] {
  const field = path.at(-1) ?? "";
  return holders.flatMap((holder) => {
    let inner: Json | undefined = holder;
    for (const key of path.slice(0, -1)) inner = isJsonObject(inner) ? inner[key] : undefined;
    return isJsonObject(inner) && inner[field] !== undefined ? [{ type, holder: inner, field, nameOf }] : [];
  });
}

function at(value: JsonObject, path: readonly string[]): JsonObject[] {
  let inner: Json | undefined = value;
  for (const key of path) inner = isJsonObject(inner) ? inner[key] : undefined;
  return items(inner);
}

function items(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
