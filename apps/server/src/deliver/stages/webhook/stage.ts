import { toFlag, toNumber } from "@gennaker/pipeline-model/coerce.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, StageView, TaskDefinition } from "../../../engine/api.ts";
import { bindProducedArtifacts } from "../artifacts/bind-produced.ts";
import type { DeliverDeps } from "../deps.ts";
import { cancelAfterFailure, cancelWebhook } from "./cancel.ts";
import { monitorTask, waitTask } from "./monitor.ts";
import { createTask } from "./run.ts";

/** Calls an HTTP endpoint; with `waitForCompletion` it then watches a status endpoint until a final status. */
export function webhookStage(deps: Pick<DeliverDeps, "outgoing">): StageType {
  return {
    type: "webhook",
    description: "Calls an HTTP endpoint",
    validate: rulesFor("webhook").validate,
    tasks: ({ stage }) => webhookTasks(deps, stage),
    onFailure: ({ stage }) => cancelAfterFailure(stage),
    cancel: (context) => cancelWebhook(deps, context),
  };
}

/** The tasks of a webhook as the stage's fields ask for them. */
export function webhookTasks(deps: Pick<DeliverDeps, "outgoing">, stage: StageView): TaskDefinition[] {
  const only = toFlag(stage.context["monitorOnly"]) === true;
  const waits = toFlag(stage.context["waitForCompletion"]) === true;
  const before = Number(toNumber(stage.context["waitBeforeMonitor"] ?? 0));
  return [
    ...(only && waits ? [] : [createTask(deps)]),
    ...(waits && before > 0 ? [waitTask()] : []),
    ...(waits ? [monitorTask(deps)] : []),
    ...(Array.isArray(stage.context["expectedArtifacts"]) ? [bindProducedArtifacts()] : []),
  ];
}
