import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, TaskDefinition } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { cancelWebhook } from "./cancel.ts";
import { monitorTask, waitTask } from "./monitor.ts";
import { createTask } from "./run.ts";

/** Calls an HTTP endpoint; with `waitForCompletion` it then watches a status endpoint until a final status. */
export function webhookStage(deps: DeliverDeps): StageType {
  return {
    type: "webhook",
    description: "Calls an HTTP endpoint",
    validate: rulesFor("webhook").validate,
    tasks({ stage }) {
      const only = toFlag(stage.context["monitorOnly"]) === true;
      const waits = toFlag(stage.context["waitForCompletion"]) === true;
      const monitor: TaskDefinition[] = waits ? [waitTask(), monitorTask(deps)] : [];
      return only && waits ? monitor : [createTask(deps), ...monitor];
    },
    cancel: (context) => cancelWebhook(deps, context),
  };
}
