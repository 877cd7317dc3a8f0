import { asText, at, isObject, objectsOf } from "../json.ts";

const operatingSystems: Readonly<Record<string, string>> = { windows: "Windows", linux: "Linux" };

const gpu = /(^|[./])gpu($|[./-])|\/(mig-|shared-gpu|tpu$)|^(nvidia|amd)\.com\//u;

/** What the containers of a Pod ask for of one resource, as written. */
function requested(pod: unknown, resource: string): string[] {
  const containers = [...objectsOf(at(pod, "spec", "containers")), ...objectsOf(at(pod, "spec", "initContainers"))];
  return containers.flatMap((container) => {
    const amount = at(container, "resources", "requests", resource) ?? at(container, "resources", "limits", resource);
    return amount === undefined ? [] : [asText(amount) || String(amount)];
  });
}

/** The node labels a Pod insists on: its node selector and its required node affinity, as `key=value`. */
export function nodeRequirements(pod: unknown): string[] {
  const selector = at(pod, "spec", "nodeSelector");
  const labels = isObject(selector) ? Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`) : [];
  const terms = objectsOf(
    at(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"),
  );
  const expressions = terms.flatMap((term) => objectsOf(term["matchExpressions"]));
  const required = expressions.map((one) => {
    const values = Array.isArray(one["values"]) ? one["values"].map(String).join("|") : "";
    return `${asText(one["key"])} ${asText(one["operator"])}${values === "" ? "" : ` ${values}`}`;
  });
  return [...labels, ...required];
}

function selectorWords(pod: unknown, nodes: string): string {
  const requirements = nodeRequirements(pod);
  const os = /(?:^|\/)os(?:=| In )(\w+)/u.exec(requirements.find((one) => /(?:^|\/)os(?:=| In )/u.test(one)) ?? "");
  const system = os === null ? undefined : operatingSystems[os[1] ?? ""];
  const asked = requirements.length === 0 ? "its node selector or affinity" : requirements.join(", ");
  const wants = system === undefined ? "" : ` (a ${system} node)`;
  const graphics = requirements.some((one) => gpu.test(one)) ? " (a GPU node)" : "";
  return `${nodes} do not have what the Pod asks for: ${asked}${wants}${graphics}`;
}

function resourceWords(pod: unknown, nodes: string, resource: string): string {
  const amounts = requested(pod, resource);
  const asked = amounts.length === 0 ? "" : `; the Pod asks for ${amounts.join(" + ")}`;
  const name = gpu.test(resource) ? `free GPU (${resource})` : `free ${resource}`;
  return `${nodes} have not enough ${name}${asked}`;
}

type Cause = { readonly pattern: RegExp; readonly words: (pod: unknown, nodes: string, found: string) => string };

/** The scheduler's filter messages that need more words than it gives. */
const causes: readonly Cause[] = [
  { pattern: /^Insufficient (\S+)$/u, words: resourceWords },
  {
    pattern: /volume(?:'s)? node affinity/iu,
    words: (_, nodes) => `${nodes} cannot reach the Pod's PersistentVolume (other zone or host)`,
  },
  { pattern: /node affinity|node selector|didn't match (?:Pod's )?node/iu, words: selectorWords },
  {
    pattern: /taint \{?([^}]*)\}?/u,
    words: (_, nodes, taint) => `${nodes} have the taint {${taint}}, which the Pod does not tolerate`,
  },
  { pattern: /unschedulable/u, words: (_, nodes) => `${nodes} are cordoned` },
  { pattern: /topology spread/u, words: (_, nodes) => `${nodes} would break the topology spread constraints` },
  { pattern: /anti-affinity/u, words: (_, nodes) => `${nodes} already run a Pod this one must not share a node with` },
  { pattern: /pod affinity/u, words: (_, nodes) => `${nodes} do not run the Pod this one must be near to` },
  { pattern: /free ports/u, words: (_, nodes) => `${nodes} already use the host port the Pod asks for` },
  { pattern: /Too many pods/u, words: (_, nodes) => `${nodes} run as many Pods as they may` },
];

/**
 * Says in words why no node takes a Pod, from the scheduler's message (`0/3 nodes are available: 1 Insufficient cpu, …`) and
 * from what the Pod asks for. A message of another form is returned as it is.
 */
export function whyUnschedulable(pod: unknown, message: string): string {
  const parts =
    /^0\/(\d+) nodes are available: (.*?)\.?(?: (?:still not schedulable|no new claims to deallocate),?)?(?: preemption: .*)?$/su.exec(
      message.trim(),
    );
  if (parts === null) return message === "" ? "the scheduler gives no reason" : message;
  const [, total = "0", list = ""] = parts;
  if (total === "0") return "the cluster has no nodes";
  const reasons = list.split(/, (?=\d+ )/u).map((reason) => explain(pod, reason, total));
  return `none of ${total} nodes fits: ${reasons.join("; ")}`;
}

function explain(pod: unknown, reason: string, total: string): string {
  const parts = /^(\d+) (?:node\(s\) )?(.*)$/su.exec(reason);
  if (parts === null) return reason;
  const [, count = "", text = ""] = parts;
  const nodes = count === total ? "all" : count;
  for (const { pattern, words } of causes) {
    const found = pattern.exec(text);
    if (found !== null) return words(pod, nodes, found[1] ?? "");
  }
  return `${nodes} ${text}`;
}
