import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";

/** Does nothing; like every stage without tasks it ends SKIPPED, and what follows runs. */
export function noopStage(): StageType {
  return {
    type: "noop",
    description: "Does nothing, and what follows runs",
    validate: rulesFor("noop").validate,
    tasks: () => [],
  };
}
