import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { z } from "zod";
import type { StageView, TaskDefinition } from "../../../engine/api.ts";
import type { ServerGroupRef } from "../../../providers/port/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { refOf, refsIn, targetsOf } from "./inventory.ts";
import type { TargetFields } from "./inventory.ts";

/** Finds the stage's targets once, so that later tasks work on the same groups whatever is deployed meanwhile. */
export function determineTargets<S extends z.ZodType<TargetFields>>(deps: TrafficDeps, schema: S): TaskDefinition {
  return {
    name: "determineTargetServerGroup",
    async run(context) {
      const groups = await targetsOf(deps, fieldsOf(schema, context.stage));
      return { status: "SUCCEEDED", context: { targetServerGroups: groups.map(refOf) } };
    },
  };
}

/** The groups that `determineTargets` found. */
export function targetRefs(stage: StageView): ServerGroupRef[] {
  return refsIn(stage.context, "targetServerGroups");
}
