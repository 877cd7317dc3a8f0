import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import type { ScriptDeps } from "./run.ts";
import { cancelScript, scriptTasks } from "./run.ts";

/** Runs a script as a process of the server's machine, kept in by limits. Off unless the configuration turns it on. */
export function scriptStage(deps: ScriptDeps): StageType {
  return {
    type: "script",
    description: "Runs a script on the server's machine",
    validate: rulesFor("script").validate,
    tasks: ({ stage }) => scriptTasks(deps, stage),
    cancel: (context) => cancelScript(deps, context),
  };
}
