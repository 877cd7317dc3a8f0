import type { JsonObject } from "@gennaker/contract/json.ts";
import type { DryRun } from "@gennaker/contract/resources/dry-run.ts";
import type { Actor } from "../../platform/audit/api.ts";

/** What would be started: the pipeline's document, and what a start would bring along. */
export type DryRunRequest = {
  document: JsonObject;
  parameters: JsonObject;
  artifacts: JsonObject[];
  trigger: JsonObject;
};

/** Plans, validates and evaluates a run and says what it would call. Nothing is written, sent or started. */
export type DryRuns = { run(request: DryRunRequest, actor: Actor): Promise<DryRun> };
