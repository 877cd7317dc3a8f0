import type { JsonObject } from "@gennaker/contract/json.ts";
import { listOf } from "./values.ts";

/** The stages of a pipeline with what each waits for. */
export type StageOrder = {
  refOf(index: number): string;
  requisites(index: number): readonly string[];
  /** The refIds of all stages before one, nearest first. */
  before(index: number): readonly string[];
  /** Positions of the stages, each behind those it waits for; those that wait in a circle come last. */
  inOrder(): readonly number[];
};

export function orderOf(stages: readonly JsonObject[]): StageOrder {
  // Stages that say nothing about themselves run one after another.
  const linear = stages.every((stage) => stage["refId"] === undefined);
  const refs = stages.map((stage, index) => String(stage["refId"] ?? index + 1));
  const required = stages.map((stage, index) =>
    linear ? (index === 0 ? [] : [String(index)]) : listOf(stage["requisiteStageRefIds"]).map(String),
  );
  const byRef = new Map<string, number>();
  for (const [index, ref] of refs.entries()) if (!byRef.has(ref)) byRef.set(ref, index);

  const before = (index: number): string[] => {
    const found = new Set<string>(required[index]);
    for (const ref of found) for (const next of required[byRef.get(ref) ?? -1] ?? []) found.add(next);
    return [...found];
  };
  return {
    refOf: (index) => refs[index] ?? "",
    requisites: (index) => required[index] ?? [],
    before,
    inOrder() {
      const waiting = required.map((each) => new Set(each.filter((ref) => byRef.has(ref))));
      const after = new Map<string, number[]>();
      for (const [index, each] of waiting.entries())
        for (const ref of each) after.set(ref, [...(after.get(ref) ?? []), index]);
      const ready = waiting.flatMap((each, index) => (each.size === 0 ? [index] : []));
      for (const index of ready)
        for (const next of after.get(refs[index] ?? "") ?? []) {
          const rest = waiting[next];
          if (rest?.delete(refs[index] ?? "") === true && rest.size === 0) ready.push(next);
        }
      const placed = new Set(ready);
      return [...ready, ...stages.flatMap((_stage, index) => (placed.has(index) ? [] : [index]))];
    },
  };
}
