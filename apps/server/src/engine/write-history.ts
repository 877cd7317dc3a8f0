import type { Outcome } from "@gennaker/engine-core/advance.ts";
import { createdStep } from "@gennaker/engine-core/history.ts";
import type { Execution } from "@gennaker/engine-core/model.ts";
import { endTerm, inPeriod, termsOf, weekOf, type Searchable } from "./search-terms.ts";

/** A transition as far as it is told. `created`: a new execution as it was before the transition. */
export type Told = {
  before: { version: number } | null;
  outcome: Pick<Outcome, "execution" | "steps">;
  created?: Execution;
  /** Epoch milliseconds. */
  at: number;
};

/** One row for each transition that did something to be told; the first of a run begins with its creation. */
export function historyRows(changes: readonly Told[]): object[] {
  return changes.flatMap(({ before, outcome, created, at }) => {
    const steps = created === undefined ? outcome.steps : [createdStep(created), ...outcome.steps];
    if (steps.length === 0) return [];
    const version = (before?.version ?? 0) + 1;
    const time = new Date(at).toISOString();
    return [{ execution_id: outcome.execution.id, version, time, steps: JSON.stringify(steps) }];
  });
}

/** What new runs are found by. */
export function searchRows(changes: readonly Told[]): object[] {
  return changes.flatMap(({ created }) => (created === undefined ? [] : [searchRow(created)]));
}

/** What runs that ended otherwise than by success are found by from now on. `before` is null for a new run. */
export function endRows(
  changes: readonly { before: { execution: Pick<Execution, "status"> } | null; outcome: Pick<Outcome, "execution"> }[],
): { execution_id: string; term: string }[] {
  return changes.flatMap(({ before, outcome: { execution } }) => {
    const { id, status } = execution;
    const term = before?.execution.status === status ? null : endTerm(status);
    return term === null ? [] : [{ execution_id: id, term: inPeriod(weekOf(id), term) }];
  });
}

export function searchRow(run: Searchable): { execution_id: string; terms: string[] } {
  const week = weekOf(run.id);
  return { execution_id: run.id, terms: termsOf(run).map((term) => inPeriod(week, term)) };
}
