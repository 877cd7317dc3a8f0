import type { Stage } from "@gennaker/contract/resources/execution.ts";
import type { ExecutionHistory, HistoryStep } from "@gennaker/contract/resources/history.ts";

/** Steps that are shown at once; the list goes on with the page that holds the chosen step. */
export const stepsOnPage = 300;

/** How many steps stand before the page that holds step `at` (from 1; 0 stands before the first). */
export function pageStart(at: number): number {
  return Math.floor(Math.max(0, at - 1) / stepsOnPage) * stepsOnPage;
}

/** A step within what there is. */
export function within(at: number, total: number): number {
  return Math.min(Math.max(0, at), total);
}

type State = NonNullable<ExecutionHistory["state"]>;

/** The stages as they stood then, for the graph; what they knew is not part of the history. */
export function stagesOf(state: State | null): Stage[] {
  return (state?.stages ?? []).map((stage) => ({ ...stage, context: {}, outputs: {} }));
}

/** The stage that a step is about, by id; null where it is about the whole run. */
export function stageOfStep(steps: readonly HistoryStep[], at: number): string | null {
  return steps.find((step) => step.number === at)?.stage?.id ?? null;
}
