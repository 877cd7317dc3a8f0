import type { MethodTable } from "../overload.ts";
import { DATA_FUNCTIONS } from "./data.ts";
import { LOOKUP_FUNCTIONS } from "./lookups.ts";
import { STAGE_FUNCTIONS } from "./stages.ts";

/** Every `#function(…)`. */
export const FUNCTIONS: MethodTable = new Map([...STAGE_FUNCTIONS, ...DATA_FUNCTIONS, ...LOOKUP_FUNCTIONS]);

/** Functions whose first parameter is the execution: the engine inserts it where they are called. */
export const EXECUTION_FUNCTIONS: readonly string[] = [
  ...STAGE_FUNCTIONS.keys(),
  "pipelineId",
  "pipelineIdOrNull",
  "pipelineIdInApplication",
  "cfServiceKey",
];
