import type { Stage } from "@gennaker/engine-core/model.ts";
import type { StageType } from "./api.ts";

/** Looks a stage's type up: `type:cloudProvider` first, then `type`, then the stage's `alias`. */
export function findStageType(types: ReadonlyMap<string, StageType>, stage: Stage): StageType | undefined {
  const { cloudProvider, alias } = stage.context;
  const special = typeof cloudProvider === "string" ? types.get(`${stage.type}:${cloudProvider}`) : undefined;
  return special ?? types.get(stage.type) ?? (typeof alias === "string" ? types.get(alias) : undefined);
}
