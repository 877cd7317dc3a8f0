import type { JsonObject } from "@gennaker/contract/json.ts";
import { labelsOf, textsIn } from "../manifest.ts";
import type { DeployWarning, Surroundings, Workload } from "./surroundings.ts";
import { asObject, objectsIn, selectorSelects, textIn, warning } from "./surroundings.ts";

/** Labels of nodes that people know by another word. */
const words: Readonly<Record<string, (value: string) => string>> = {
  "kubernetes.io/os": (value) => (value === "windows" ? "a Windows node" : `a ${value} node`),
  "kubernetes.io/arch": (value) => `a node of the architecture ${value}`,
  "nvidia.com/gpu.present": () => "a node with a GPU",
  "nvidia.com/gpu.product": (value) => `a node with the GPU ${value}`,
  "cloud.google.com/gke-accelerator": (value) => `a node with the GPU ${value}`,
  "k8s.amazonaws.com/accelerator": (value) => `a node with the GPU ${value}`,
};

/** Pods that ask for a kind of node, or for devices, that no node of the cluster has. */
export function nodeWarnings(workloads: readonly Workload[], around: Surroundings): DeployWarning[] {
  const nodes = around.list("node", "");
  if (nodes === null || nodes.length === 0) return [];
  return workloads.flatMap((workload) => {
    const { manifest, words: what, pod } = workload;
    const fitting = nodes.filter((node) => selected(pod, node));
    if (fitting.length === 0)
      return [
        warning(
          "node.noneFits",
          manifest,
          `${what} asks for ${asked(pod)}, and none of the ${nodes.length} nodes is: its Pods will wait. ` +
            "Add such a node, or correct nodeSelector and nodeAffinity.",
        ),
      ];
    return devices(pod).flatMap(([device, count]) => {
      const most = Math.max(...fitting.map((node) => Number(allocatable(node)[device] ?? 0)));
      if (most >= count) return [];
      const has = most === 0 ? "no node that fits has any" : `no node that fits has more than ${most}`;
      const message = `${what} asks for ${count} ${device}${/gpu/.test(device) ? " (GPU)" : ""}, and ${has}: its Pods will wait.`;
      return [warning("node.device", manifest, message)];
    });
  });
}

function selected(pod: JsonObject, node: JsonObject): boolean {
  const labels = labelsOf(node);
  const wanted = Object.entries(textsIn(pod["nodeSelector"]));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  const terms = requiredTerms(pod);
  // Gt and Lt are left to the scheduler.
  const open = (term: JsonObject): boolean =>
    objectsIn(term["matchExpressions"]).some(({ operator }) => operator === "Gt" || operator === "Lt") ||
    term["matchFields"] !== undefined;
  return terms.length === 0 || terms.some((term) => open(term) || selectorSelects(term, labels));
}

function requiredTerms(pod: JsonObject): JsonObject[] {
  const affinity = asObject(asObject(pod["affinity"])["nodeAffinity"]);
  const required = asObject(affinity["requiredDuringSchedulingIgnoredDuringExecution"]);
  return objectsIn(required["nodeSelectorTerms"]);
}

function asked(pod: JsonObject): string {
  const selector = Object.entries(textsIn(pod["nodeSelector"])).map(([key, value]) => {
    const word = words[key]?.(value);
    return word === undefined ? `a node with ${key}=${value}` : `${word} (${key}=${value})`;
  });
  const terms = requiredTerms(pod).map((term) =>
    objectsIn(term["matchExpressions"])
      .map(({ key, operator, values }) => {
        const list = Array.isArray(values) ? values.map(String) : [];
        const word = operator === "In" && list.length === 1 ? words[textIn(key)]?.(list[0] ?? "") : undefined;
        const plain = `${textIn(key)} ${textIn(operator)}${list.length === 0 ? "" : ` ${list.join(", ")}`}`;
        return word === undefined ? `a node with ${plain}` : `${word} (${plain})`;
      })
      .join(" and "),
  );
  return [...selector, ...(terms.length === 0 ? [] : [terms.join(" or ")])].join(" and ");
}

/** Extended resources, such as `nvidia.com/gpu`: whole numbers that only some nodes have. Containers run side by side. */
function devices(pod: JsonObject): [string, number][] {
  const sums = new Map<string, number>();
  for (const container of objectsIn(pod["containers"])) {
    const { limits, requests } = asObject(container["resources"]);
    for (const [name, amount] of Object.entries({ ...asObject(requests), ...asObject(limits) })) {
      if (!name.includes("/") || name.startsWith("kubernetes.io/")) continue;
      sums.set(name, (sums.get(name) ?? 0) + Number(amount));
    }
  }
  return [...sums].filter(([, count]) => count > 0);
}

const allocatable = (node: JsonObject): JsonObject => asObject(asObject(node["status"])["allocatable"]);
