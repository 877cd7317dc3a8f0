import { z } from "zod";
import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "../closest.ts";
import { flag, map, maybe, object, text } from "../fields.ts";
import { pointerOf } from "../pointer.ts";

export const runMultiplePipelinesSchema = object({
  /** A list whose first entry holds the plan, the plan itself, or its YAML text. */
  yamlConfig: z.unknown(),
  pipelineApplication: maybe(text),
  checkDuplicated: maybe(flag),
  ignoreUncompleted: maybe(flag),
});

export const childSchema = object({ child_pipeline: text, arguments: maybe(map), depends_on: maybe(z.array(text)) });

/** One child run: its name in the plan, the pipeline's name, and what it waits for. */
export type Child = { name: string; pipeline: string; parameters: JsonObject; dependsOn: readonly string[] };

/**
 * The children of a plan in levels: those of a level run side by side, each level after the one before. `bundle` is
 * what stands under `bundle_web`.
 */
export function planLevels(
  bundle: JsonObject,
  checkDuplicated: boolean,
): { levels: Child[][] } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const children: Child[] = [];
  for (const [name, entry] of Object.entries(bundle)) {
    if (name === "rollback_onfailure") continue;
    const read = childSchema.safeParse(entry);
    if (!read.success || !isJsonObject(entry))
      problems.push({
        pointer: pointerOf([name]),
        reason: "must be an object with the name of a pipeline in child_pipeline",
      });
    else
      children.push({
        name,
        pipeline: read.data.child_pipeline,
        parameters: (read.data.arguments ?? {}) as JsonObject,
        dependsOn: read.data.depends_on ?? [],
      });
  }
  problems.push(...unknownDependencies(children), ...(checkDuplicated ? duplicates(children) : []));
  if (children.length === 0 && problems.length === 0)
    problems.push({ pointer: "", reason: "names no pipeline to run" });
  if (problems.length > 0) return { problems };
  const levels: Child[][] = [];
  const done = new Set<string>();
  while (done.size < children.length) {
    const level = children.filter(
      (child) => !done.has(child.name) && child.dependsOn.every((other) => done.has(other)),
    );
    if (level.length === 0) {
      const stuck = children.filter((child) => !done.has(child.name)).map((child) => child.name);
      return {
        problems: [
          { pointer: pointerOf([stuck[0] ?? "", "depends_on"]), reason: `${stuck.join(", ")} wait for each other` },
        ],
      };
    }
    for (const child of level) done.add(child.name);
    levels.push(level);
  }
  return { levels };
}

function unknownDependencies(children: readonly Child[]): Problem[] {
  const names = children.map((child) => child.name);
  return children.flatMap((child) =>
    child.dependsOn.flatMap((other, index) => {
      if (names.includes(other)) return [];
      const near = closest(other, names);
      const hint = near === null ? "" : `; did you mean "${near}"?`;
      return [
        {
          pointer: pointerOf([child.name, "depends_on", index]),
          reason: `names "${other}", which the plan does not have${hint}`,
        },
      ];
    }),
  );
}

function duplicates(children: readonly Child[]): Problem[] {
  const seen = new Map<string, string>();
  return children.flatMap((child) => {
    const key = JSON.stringify([
      child.pipeline,
      Object.entries(child.parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ]);
    const twin = seen.get(key);
    seen.set(key, child.name);
    return twin === undefined
      ? []
      : [{ pointer: pointerOf([child.name]), reason: `runs the same pipeline with the same arguments as ${twin}` }];
  });
}
