import type { JsonObject } from "@gennaker/contract/json.ts";

/** What Clouddriver can do with a kind beside deploying, patching and deleting it. */
export type Ability = "traffic" | "loadBalancer" | "pods" | "scale" | "pause" | "undo" | "restart";

/** Where artifacts are bound in a kind: in pod templates, in the pod itself, in an autoscaler's target. */
type Binding = "template" | "pod" | "autoscaler" | null;

export type KindRules = {
  /** Spinnaker's name of the kind, as in `replicaSet web-v000`. */
  name: string;
  /** Lower goes first; null: it cannot be deployed. */
  priority: number | null;
  /** Each deploy makes `name-vNNN`, unless an annotation or the stage says otherwise. */
  versioned: boolean;
  namespaced: boolean;
  binding: Binding;
  abilities: readonly Ability[];
  /** Top-level fields that are left out of outputs. */
  secretFields: readonly string[];
};

/** Priority of kinds that are not in the table: custom resources come last. */
const lastPriority = 1000;

type Row = Partial<Omit<KindRules, "name" | "priority">> & { short?: string };

const rolling: readonly Ability[] = ["traffic", "pause", "undo", "restart"];

function row(name: string, priority: number | null, more: Row = {}): [string, KindRules & { short: string | null }] {
  const rules = {
    name,
    priority,
    versioned: false,
    namespaced: true,
    binding: null,
    abilities: [],
    secretFields: [],
    short: null,
    ...more,
  };
  return [name.toLowerCase(), rules];
}

/** Clouddriver's registry of kinds: deploy priorities, what is versioned, what is cluster-wide, what a kind can do. */
const table = new Map([
  row("namespace", 0, { namespaced: false, short: "ns" }),
  row("role", 20),
  row("clusterRole", 20, { namespaced: false }),
  row("roleBinding", 30),
  row("clusterRoleBinding", 30, { namespaced: false }),
  row("customResourceDefinition", 30, { namespaced: false, short: "crd" }),
  row("serviceAccount", 40, { short: "sa" }),
  row("persistentVolume", 40, { namespaced: false, short: "pv" }),
  row("storageClass", 40, { namespaced: false, short: "sc" }),
  row("mutatingWebhookConfiguration", 40, { namespaced: false }),
  row("validatingWebhookConfiguration", 40, { namespaced: false }),
  row("configMap", 50, { versioned: true, short: "cm" }),
  row("secret", 50, { versioned: true, secretFields: ["data", "stringData"] }),
  row("persistentVolumeClaim", 50, { short: "pvc" }),
  row("service", 70, { abilities: ["loadBalancer"], short: "svc" }),
  row("ingress", 70),
  row("networkPolicy", 70, { short: "netpol" }),
  row("apiService", 80, { namespaced: false }),
  row("podDisruptionBudget", 90),
  row("limitRange", 90),
  row("podPreset", 90),
  row("podSecurityPolicy", 90, { namespaced: false }),
  row("pod", 100, { versioned: true, binding: "pod", abilities: ["traffic"], short: "po" }),
  row("replicaSet", 100, {
    versioned: true,
    binding: "template",
    abilities: ["traffic", "pods", "scale"],
    short: "rs",
  }),
  row("deployment", 100, { binding: "template", abilities: [...rolling, "scale"], short: "deploy" }),
  row("statefulSet", 100, { binding: "template", abilities: [...rolling, "scale"] }),
  row("daemonSet", 100, { binding: "template", abilities: rolling, short: "ds" }),
  row("job", 100, { binding: "template", abilities: ["traffic"] }),
  row("cronJob", 100, { binding: "template", abilities: ["traffic"] }),
  row("horizontalpodautoscaler", 110, { binding: "autoscaler", short: "hpa" }),
  row("controllerRevision", null),
  row("event", null),
  // Known by name, but without rules of their own.
  row("csiDriver", lastPriority, { namespaced: false }),
  row("csiNode", lastPriority, { namespaced: false }),
]);

const shortNames = new Map(
  [...table.values()].flatMap((rules) => (rules.short ? [[rules.short, rules] as const] : [])),
);

/** Clouddriver's native groups: kinds of all others are named `Kind.group`. */
const nativeGroups: ReadonlySet<string> = new Set([
  "",
  "core",
  "batch",
  "apps",
  "extensions",
  "storage.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "autoscaling",
  "admissionregistration.k8s.io",
  "policy",
  "scheduling.k8s.io",
  "settings.k8s.io",
  "authorization.k8s.io",
  "authentication.k8s.io",
  "rbac.authorization.k8s.io",
  "certificates.k8s.io",
  "networking.k8s.io",
]);

/** Built-in kinds without rules of Clouddriver's that no namespace holds. */
const clusterWide: ReadonlySet<string> = new Set([
  "priorityclass",
  "ingressclass",
  "certificatesigningrequest",
  "node",
]);

function qualified(kind: string, group: string): string {
  const lower = group.toLowerCase();
  if (!nativeGroups.has(lower)) return `${kind}.${lower}`;
  return (table.get(kind.toLowerCase()) ?? shortNames.get(kind.toLowerCase()))?.name ?? kind;
}

/** Spinnaker's name of a kind however it is written: `Deployment`, `deploy`, `deployment.apps`, `Widget.example.com`. */
export function kindNamed(text: string): string {
  const dot = text.indexOf(".");
  return dot === -1 ? qualified(text, "") : qualified(text.slice(0, dot), text.slice(dot + 1));
}

/** Spinnaker's name of a manifest's kind; empty when it says none. */
export function kindOf(manifest: JsonObject): string {
  const { kind, apiVersion } = manifest;
  if (typeof kind !== "string" || kind === "") return "";
  const version = typeof apiVersion === "string" ? apiVersion : "";
  return qualified(kind, version.includes("/") ? version.slice(0, version.indexOf("/")) : "");
}

/** The rules of a kind by any of its names. Those of custom resources are the same for all. */
export function rulesOfKind(kind: string): KindRules {
  const name = kindNamed(kind);
  const known = table.get(name.toLowerCase());
  if (known !== undefined) return known;
  return {
    name,
    priority: lastPriority,
    versioned: false,
    namespaced: !clusterWide.has(name.toLowerCase()),
    binding: null,
    abilities: [],
    secretFields: [],
  };
}

/** True for a kind of Kubernetes itself: its rules, `namespaced` among them, are known without asking a cluster. */
export const isNative = (kind: string): boolean => !kindNamed(kind).includes(".");

export function can(kind: string, ability: Ability): boolean {
  return rulesOfKind(kind).abilities.includes(ability);
}

export const sameKind = (a: string, b: string): boolean => kindNamed(a).toLowerCase() === kindNamed(b).toLowerCase();
