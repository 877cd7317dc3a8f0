import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import { stateCounts, worstFirst, type HealthState } from "./filter.ts";
import type { Branch, Section, SectionName } from "./forest.ts";

/** Siblings of one kind from this number on stand as one row until they are opened. */
const groupFrom = 13;
/** Rows below one parent before "more". */
export const pageSize = 50;

type Place = {
  /** The way down: unique, and the same as long as the row is about the same thing. */
  key: string;
  /** 1 at the top. */
  level: number;
  position: number;
  siblings: number;
};
export type Row = Place &
  (
    | { type: "section"; name: SectionName; count: number; states: [HealthState, number][]; open: boolean }
    | { type: "node"; node: KubernetesNode; percent: number | null; open: boolean | null }
    | { type: "group"; of: GroupOf; states: [HealthState, number][]; count: number; open: boolean }
    | { type: "more"; parent: string; rest: number }
  );
export type GroupOf =
  | { what: "kind"; kind: string }
  | { what: "idle" }
  | { what: "versions"; kind: string; name: string; place: string };

export type Opened = {
  /** What a person has opened or closed; others are as `opensAtFirst` says. */
  isOpen(key: string, atFirst: boolean): boolean;
  /** How many rows below a parent are shown. */
  limit(key: string): number;
};

type Item = { branch: Branch } | { of: GroupOf; branches: readonly Branch[] };

/**
 * The rows of a tree as they stand on the screen. Groups and pages keep their number small however large the tree is:
 * Pods of one owner, sets that run nothing, and versions of one configuration are one row each until opened.
 */
export function rowsOf(sections: readonly Section[], opened: Opened, everythingOpen = false): Row[] {
  const rows: Row[] = [];
  const add = (items: readonly Item[], parent: string, level: number): void => {
    const limit = opened.limit(parent);
    const shown = items.slice(0, limit);
    const siblings = shown.length + (items.length > limit ? 1 : 0);
    shown.forEach((item, index) => {
      const place = { level, position: index + 1, siblings };
      if ("branch" in item) addBranch(item.branch, parent, place);
      else addGroup(item.of, item.branches, parent, place);
    });
    if (items.length > limit) {
      const rest = items.length - limit;
      rows.push({ type: "more", key: `${parent}>more`, parent, rest, level, position: siblings, siblings });
    }
  };
  const addBranch = (branch: Branch, parent: string, place: Omit<Place, "key">): void => {
    const { node, percent, children } = branch;
    const key = `${parent}>${node.id}`;
    const open = children.length === 0 ? null : opened.isOpen(key, everythingOpen || opensAtFirst(node));
    rows.push({ type: "node", key, node, percent, open, ...place });
    if (open === true) add(itemsOf(children), key, place.level + 1);
  };
  const addGroup = (of: GroupOf, branches: readonly Branch[], parent: string, place: Omit<Place, "key">): void => {
    const key = `${parent}>${groupKey(of)}`;
    const open = opened.isOpen(key, everythingOpen && of.what === "versions");
    const states = stateCounts(branches.map(({ node }) => node));
    rows.push({ type: "group", key, of, states, count: branches.length, open, ...place });
    if (open)
      add(
        worst(branches).map((branch) => ({ branch })),
        key,
        place.level + 1,
      );
  };
  sections.forEach(({ name, branches }, index) => {
    const open = opened.isOpen(name, true);
    const place = { level: 1, position: index + 1, siblings: sections.length };
    const states = stateCounts(nodesOf(branches));
    rows.push({ type: "section", key: name, name, count: branches.length, states, open, ...place });
    if (open) add(name === "configuration" ? versionsOf(branches) : itemsOf(branches), name, 2);
  });
  return rows;
}

/** Owners are open; where traffic ends in Pods that stand elsewhere too, only their number is shown. */
function opensAtFirst(node: KubernetesNode): boolean {
  return node.kind !== "EndpointSlice" && !(node.kind === "ReplicaSet" && node.replicas?.desired === 0);
}

/** Kinds that people look for by name: they are paged, never gathered. */
const alone = new Set([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "Service",
  "Ingress",
  "HTTPRoute",
  "Gateway",
]);

/** Children with many of a kind, and sets that run nothing, gathered. */
function itemsOf(branches: readonly Branch[]): Item[] {
  const idle = branches.filter(isIdle);
  const rest = branches.filter((branch) => !isIdle(branch));
  const kinds = Map.groupBy(rest, ({ node }) => node.kind);
  const items = [...kinds].flatMap(([kind, list]): Item[] =>
    list.length >= groupFrom && !alone.has(kind)
      ? [{ of: { what: "kind", kind }, branches: list }]
      : list.map((branch) => ({ branch })),
  );
  if (idle.length < 2) return [...items, ...idle.map((branch) => ({ branch }))];
  return [...items, { of: { what: "idle" }, branches: idle }];
}

const isIdle = ({ node }: Branch): boolean =>
  node.kind === "ReplicaSet" && node.replicas?.desired === 0 && node.replicas.ready === 0 && node.owners.length > 0;

/** ConfigMaps and Secrets by what they are versions of. */
function versionsOf(branches: readonly Branch[]): Item[] {
  const groups = Map.groupBy(branches, ({ node }) => `${node.account} ${node.namespace} ${node.kind} ${node.baseName}`);
  return [...groups.values()].flatMap((list): Item[] => {
    const [first] = list;
    if (first === undefined || list.length < 2) return list.map((branch) => ({ branch }));
    return [{ of: versionsOfNode(first.node), branches: list }];
  });
}

function versionsOfNode({ kind, baseName, account, namespace }: KubernetesNode): GroupOf {
  return { what: "versions", kind, name: baseName, place: `${account}/${namespace ?? ""}` };
}

function groupKey(of: GroupOf): string {
  return of.what === "kind" ? `(${of.kind})` : of.what === "idle" ? "(idle)" : `(${of.kind} ${of.place}/${of.name})`;
}

/** Those that need a look first. */
function worst(branches: readonly Branch[]): Branch[] {
  return branches.toSorted((a, b) => worstFirst.indexOf(a.node.health.state) - worstFirst.indexOf(b.node.health.state));
}

function nodesOf(branches: readonly Branch[]): KubernetesNode[] {
  return branches.flatMap(({ node, children }) => [node, ...nodesOf(children)]);
}
