import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";

type Manifest = Record<string, unknown>;

/** How a kind is asked for: with its group, so that two kinds of one name are told apart. */
export function kindName({ apiVersion, kind }: Pick<KubernetesNode, "apiVersion" | "kind">): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
}

/** An object without what only the server writes, for reading; `status` only where it is asked for. */
export function forReading(live: Manifest, withStatus: boolean): Manifest {
  const { status, ...rest } = live;
  const metadata = { ...(rest["metadata"] as Manifest | undefined) };
  delete metadata["managedFields"];
  return { ...rest, metadata, ...(withStatus && status !== undefined ? { status } : {}) };
}

/** Metadata that differs between any two objects and says nothing about what was meant. */
const ownOnly = ["uid", "resourceVersion", "creationTimestamp", "generation", "selfLink", "ownerReferences"];

/** An object as it is compared with another version of it. */
export function forComparing(live: Manifest): Manifest {
  const { metadata, ...rest } = forReading(live, false);
  const kept = Object.entries(metadata as Manifest).filter(([name]) => !ownOnly.includes(name));
  return { ...rest, metadata: Object.fromEntries(kept) };
}

/** Other versions of the same thing, newest first: of one base name, or revisions of one owner. */
export function otherVersions(node: KubernetesNode, all: Iterable<KubernetesNode>): KubernetesNode[] {
  const related = (other: KubernetesNode): boolean => {
    if (other.id === node.id || other.kind !== node.kind || other.apiVersion !== node.apiVersion) return false;
    if (other.account !== node.account || other.namespace !== node.namespace) return false;
    if (node.kind === "ReplicaSet" && node.owners[0] !== undefined) return other.owners[0] === node.owners[0];
    return other.baseName === node.baseName && other.sequence !== null && node.sequence !== null;
  };
  return [...all].filter(related).toSorted((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0));
}
