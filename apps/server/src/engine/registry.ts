import type { Stage } from "@gennaker/engine-core/model.ts";
import type { StageType } from "./api.ts";

/** Looks a stage's type up: `type:cloudProvider` first, then `type`, then the stage's `alias`. */
export function findStageType(types: ReadonlyMap<string, StageType>, stage: Stage): StageType | undefined {
  const key = findKey(types, stage);
  return key === null ? undefined : types.get(key);
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
