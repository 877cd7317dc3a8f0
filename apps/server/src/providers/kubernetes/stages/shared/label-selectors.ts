import { TaskError } from "../../../../engine/api.ts";
import type { Selector, SelectorKind } from "../../manifest/selector.ts";
import { selectorProblem } from "../../manifest/selector.ts";

type Given =
  | {
      selectors?:
        | readonly {
            kind?: SelectorKind | undefined;
            key?: string | undefined;
            values?: readonly string[] | undefined;
          }[]
        | undefined;
    }
  | undefined;

/** The conditions of a stage on labels; those of kind ANY say nothing and are left out. */
export function selectorsOf(given: Given): Selector[] {
  const selectors = (given?.selectors ?? []).map(({ kind = "ANY", key = "", values = [] }) => ({ kind, key, values }));
  for (const selector of selectors) {
    const problem = selectorProblem(selector);
    if (problem !== null) throw new TaskError("manifest.selector", `The label selectors cannot be asked: ${problem}.`);
  }
  return selectors.filter(({ kind }) => kind !== "ANY");
}
