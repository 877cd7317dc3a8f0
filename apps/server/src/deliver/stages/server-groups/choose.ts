import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { z } from "zod";
import type { StageView, TaskDefinition } from "../../../engine/api.ts";
import type { ServerGroup, ServerGroupRef } from "../../../providers/port/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import type { Choice } from "./cluster-choice.ts";
import { clusterIn, clusterNameIn, placesOf, refOf, refsIn } from "./inventory.ts";
import type { TargetFields } from "./inventory.ts";

/** Chooses the groups of a whole-cluster stage once, region by region; none to work on is fine. */
export function determineChoice<S extends z.ZodType<TargetFields>>(
  deps: TrafficDeps,
  schema: S,
  choose: (groups: readonly ServerGroup[], stage: StageView) => Choice,
): TaskDefinition {
  return {
    name: "determineServerGroups",
    async run({ stage }) {
      const fields = fieldsOf(schema, stage);
      const chosen: ServerGroup[] = [];
      const kept: ServerGroup[] = [];
      for (const place of await placesOf(deps, fields)) {
        const choice = choose(await clusterIn(place, clusterNameIn(fields)), stage);
        chosen.push(...choice.chosen);
        if (choice.chosen.length > 0) kept.push(...choice.kept);
      }
      return {
        status: "SUCCEEDED",
        context: { targetServerGroups: chosen.map(refOf), remainingServerGroups: kept.map(refOf) },
      };
    },
  };
}

/** The groups that stay. */
export function keptRefs(stage: StageView): ServerGroupRef[] {
  return refsIn(stage.context, "remainingServerGroups");
}
