import type { Execution, Stage, Topology } from "./model.ts";

/** RefIds count among siblings only: a synthetic stage never follows a stage of another parent. */
export function scopeKey(parentId: string | null, refId: string): string {
  return `${parentId ?? ""}\n${refId}`;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

export function buildTopology(stages: Iterable<Stage>): Topology {
  const top: string[] = [];
  const children = new Map<string, string[]>();
  const byRefId = new Map<string, string[]>();
  const downstream = new Map<string, string[]>();
  for (const stage of stages) {
    if (stage.parentId === null) top.push(stage.id);
    else push(children, stage.parentId, stage.id);
    push(byRefId, scopeKey(stage.parentId, stage.refId), stage.id);
    for (const requisite of new Set(stage.requisites)) push(downstream, scopeKey(stage.parentId, requisite), stage.id);
  }
  return { top, children, byRefId, downstream };
}

/** The graph part of an execution: a snapshot or a draft of one. */
export type Graph = Pick<Execution, "topology" | "stages">;

const none: readonly string[] = [];

function resolve(graph: Graph, ids: readonly string[]): Stage[] {
  const stages: Stage[] = [];
  for (const id of ids) {
    const stage = graph.stages.get(id);
    if (stage !== undefined) stages.push(stage);
  }
  return stages;
}

export function topStages(graph: Graph): Stage[] {
  return resolve(graph, graph.topology.top);
}

export function childrenOf(graph: Graph, stageId: string): Stage[] {
  return resolve(graph, graph.topology.children.get(stageId) ?? none);
}

/** Siblings that require this stage. */
export function downstreamOf(graph: Graph, stage: Stage): Stage[] {
  return resolve(graph, graph.topology.downstream.get(scopeKey(stage.parentId, stage.refId)) ?? none);
}

/** Siblings that this stage requires; requirements that do not exist are not among them. */
export function upstreamOf(graph: Graph, stage: Stage): Stage[] {
  const ids = stage.requisites.flatMap((refId) => graph.topology.byRefId.get(scopeKey(stage.parentId, refId)) ?? none);
  return resolve(graph, ids);
}

/** The stage itself and everything that follows it, each once. */
export function withDownstream(graph: Graph, stage: Stage): Stage[] {
  const seen = new Map<string, Stage>([[stage.id, stage]]);
  for (const current of seen.values()) {
    for (const next of downstreamOf(graph, current)) if (!seen.has(next.id)) seen.set(next.id, next);
  }
  return [...seen.values()];
}

/** The top-level stage above a synthetic one, or the stage itself. */
export function topLevelOf(graph: Graph, stage: Stage): Stage {
  let current = stage;
  while (current.parentId !== null) {
    const parent = graph.stages.get(current.parentId);
    if (parent === undefined) return current;
    current = parent;
  }
  return current;
}
