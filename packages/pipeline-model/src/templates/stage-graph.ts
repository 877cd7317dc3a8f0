import { fault } from "./fault.ts";
import { hashOrder } from "@gennaker/expressions/hash-order.ts";

/** Where an instance puts a stage of its own into the template's graph. */
export type Inject = {
  first: boolean;
  last: boolean;
  before: readonly string[] | null;
  after: readonly string[] | null;
};

/**
 * A stage on its way into a plan. Its requisites are walked and shown in the order of their insertion, or, when `hashed`,
 * in that of `hashOrder`: Orca reads written lists into hash sets and keeps others in order.
 */
export type GraphNode = {
  id: string;
  requisites: Set<string>;
  hashed: boolean;
  inject: Inject | null;
  pointer: string;
};

export function requisitesOf(node: GraphNode): string[] {
  return node.hashed ? hashOrder([...node.requisites]) : [...node.requisites];
}

/** Requisites before those that need them; among independent stages, Orca's order. A circle is a fault. */
export function sortStages<N extends GraphNode>(nodes: readonly N[]): N[] {
  const byId = new Map<string, N>();
  for (const node of nodes) {
    const twin = byId.get(node.id);
    if (twin !== undefined)
      throw fault(
        node.pointer,
        `has the id "${node.id}", which another stage of the plan has as well (${twin.pointer})`,
      );
    byId.set(node.id, node);
  }
  const sorted: N[] = [];
  const seen = new Map<string, "visiting" | "visited">();
  const visit = (node: N): void => {
    seen.set(node.id, "visiting");
    for (const id of requisitesOf(node)) {
      const state = seen.get(id);
      if (state === "visiting")
        throw fault(node.pointer, `waits for "${id}", which waits for it: the stages form a circle`);
      const next = byId.get(id);
      if (state === undefined && next !== undefined) visit(next);
    }
    seen.set(node.id, "visited");
    sorted.push(node);
  };
  for (const id of hashOrder([...byId.keys()])) {
    const node = byId.get(id);
    if (node !== undefined && !seen.has(id)) visit(node);
  }
  return sorted;
}

/** The ids that no other stage of the list waits for, in the list's sorted order. */
export function leavesOf(nodes: readonly GraphNode[]): string[] {
  const needed = new Set(nodes.flatMap((node) => [...node.requisites]));
  return sortStages(nodes)
    .map((node) => node.id)
    .filter((id) => !needed.has(id));
}

/** `stages` with those of `injected` that have a rule put in their places, in the order given. */
export function injectStages<N extends GraphNode>(stages: readonly N[], injected: readonly N[]): N[] {
  let all = [...stages];
  for (const node of injected) {
    if (node.inject === null) continue;
    all = injectOne(
      node,
      node.inject,
      all.filter((other) => other.id !== node.id),
    );
  }
  return all;
}

function injectOne<N extends GraphNode>(node: N, rule: Inject, all: N[]): N[] {
  if (rule.first) {
    for (const other of all) if (other.requisites.size === 0) other.requisites.add(node.id);
    return [node, ...all];
  }
  if (rule.last) {
    for (const id of leavesOf(all)) node.requisites.add(id);
    return acyclic([...all, node]);
  }
  if (rule.before !== null)
    return acyclic(placed(node, before(node, targets(node, "before", rule.before, all)), all, 0));
  return acyclic(placed(node, after(node, targets(node, "after", rule.after ?? [], all), all), all, 1));
}

/** The stages waited for by the targets are now waited for by the injected one, and it by them. */
function before<N extends GraphNode>(node: N, found: readonly N[]): readonly N[] {
  const inherited = found.flatMap(requisitesOf);
  for (const target of found) target.requisites = new Set([node.id]);
  for (const id of inherited) node.requisites.add(id);
  return found;
}

/** Whoever waited for a target waits for the injected one instead. */
function after<N extends GraphNode>(node: N, found: readonly N[], all: readonly N[]): readonly N[] {
  for (const target of found) {
    node.requisites.add(target.id);
    for (const other of all) if (other.requisites.delete(target.id)) other.requisites.add(node.id);
  }
  return found;
}

function placed<N extends GraphNode>(node: N, found: readonly N[], all: readonly N[], offset: number): N[] {
  const at = Math.max(...found.map((target) => all.indexOf(target))) + offset;
  return [...all.slice(0, at), node, ...all.slice(at)];
}

function targets<N extends GraphNode>(
  node: N,
  rule: "before" | "after",
  ids: readonly string[],
  all: readonly N[],
): N[] {
  const at = `${node.pointer}/inject/${rule}`;
  if (ids.length === 0) throw fault(at, "names no stage; name at least one");
  return ids.map((id, index) => {
    const found = all.find((other) => other.id === id);
    if (found !== undefined) return found;
    throw fault(`${at}/${index}`, `names the stage "${id}", which the plan does not have`);
  });
}

function acyclic<N extends GraphNode>(nodes: N[]): N[] {
  sortStages(nodes);
  return nodes;
}
