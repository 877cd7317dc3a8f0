import type { PipelineProblem } from "./problem.ts";
import { closest } from "./closest.ts";

/** A stage as the graph sees it. */
export type GraphStage = { refId: string; requisites: readonly string[]; index: number };

/** Equal refIds, requirements on stages that do not exist, and cycles. */
export function graphProblems(stages: readonly GraphStage[]): PipelineProblem[] {
  const first = new Map<string, GraphStage>();
  const problems: PipelineProblem[] = [];
  for (const stage of stages) {
    const other = first.get(stage.refId);
    if (other === undefined) first.set(stage.refId, stage);
    else {
      problems.push({
        level: "error",
        pointer: `/stages/${stage.index}/refId`,
        message: `refId "${stage.refId}" is also that of stage ${other.index}; every stage needs its own`,
      });
    }
  }
  for (const stage of stages) {
    for (const [position, wanted] of stage.requisites.entries()) {
      if (first.has(wanted)) continue;
      const near = closest(wanted, first.keys());
      problems.push({
        level: "error",
        pointer: `/stages/${stage.index}/requisiteStageRefIds/${position}`,
        message: `no stage has refId "${wanted}"`,
        ...(near === null ? {} : { suggestion: near }),
      });
    }
  }
  const cycle = findCycle(first);
  if (cycle !== null) {
    problems.push({
      level: "error",
      pointer: `/stages/${first.get(cycle[0] ?? "")?.index ?? 0}/requisiteStageRefIds`,
      message: `stages wait for each other in a circle: ${[...cycle, cycle[0]].join(" → ")}`,
    });
  }
  return problems;
}

/** The refIds of one cycle in the order in which they wait for each other, null when there is none. */
function findCycle(stages: ReadonlyMap<string, GraphStage>): string[] | null {
  const done = new Set<string>();
  for (const start of stages.keys()) {
    if (done.has(start)) continue;
    const path: { refId: string; next: number }[] = [{ refId: start, next: 0 }];
    const onPath = new Map([[start, 0]]);
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (top === undefined) break;
      const wanted = stages.get(top.refId)?.requisites[top.next];
      top.next += 1;
      if (wanted === undefined) {
        done.add(top.refId);
        onPath.delete(top.refId);
        path.pop();
        continue;
      }
      const seen = onPath.get(wanted);
      if (seen !== undefined) return path.slice(seen).map((step) => step.refId);
      if (stages.has(wanted) && !done.has(wanted)) {
        onPath.set(wanted, path.length);
        path.push({ refId: wanted, next: 0 });
      }
    }
  }
  return null;
}
