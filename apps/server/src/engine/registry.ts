import type { Execution, Stage } from "@gennaker/engine-core/model.ts";
import type { StageType } from "./api.ts";

/** The registry key of what runs in the place of a type that is not here, in a run started with `dryRun`. */
const standInKey = "dryRun";

/** Does a run only pretend to do what its stages do? */
export const isDryRun = ({ trigger }: Pick<Execution, "trigger">): boolean =>
  String(trigger["dryRun"]).toLowerCase() === "true";

/**
 * Looks a stage's type up: `type:cloudProvider` first, then `type`, then the stage's `alias`. A dry run touches nothing, so it does
 * without the types that are not here.
 */
export function findStageType(
  types: ReadonlyMap<string, StageType>,
  stage: Stage,
  execution: Pick<Execution, "trigger">,
): StageType | undefined {
  const key = findKey(types, stage);
  if (key !== null) return types.get(key);
  return isDryRun(execution) ? types.get(standInKey) : undefined;
}

/** The registry key under which a stage's type is found among these keys, null when it is not. */
export function findKey(keys: { has(key: string): boolean }, stage: Stage): string | null {
  const { cloudProvider, alias } = stage.context;
  const candidates = [
    ...(typeof cloudProvider === "string" ? [`${stage.type}:${cloudProvider}`] : []),
    stage.type,
    ...(typeof alias === "string" ? [alias] : []),
  ];
  return candidates.find((key) => keys.has(key)) ?? null;
}
