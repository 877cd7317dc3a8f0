import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Problem } from "@gennaker/contract/errors.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { PreconfiguredWebhook } from "../../../platform/config/stage-settings.ts";
import { TaskError } from "../../../engine/api.ts";
import type { StageType, StageView, TaskContext, TaskDefinition } from "../../../engine/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { evaluateFields } from "../expressions/evaluate-in-order.ts";
import { cancelWebhook } from "../webhook/cancel.ts";
import { webhookTasks } from "../webhook/stage.ts";
import { parameterValues, valuesProblems } from "./parameters.ts";

/** The fields of a webhook that the configuration may set; what it sets, a pipeline cannot change. */
const presetFields = [
  "url",
  "customHeaders",
  "method",
  "payload",
  "failFastStatusCodes",
  "waitForCompletion",
  "statusUrlResolution",
  "statusUrlJsonPath",
  "statusJsonPath",
  "progressJsonPath",
  "successStatuses",
  "canceledStatuses",
  "terminalStatuses",
  "signalCancellation",
  "cancelEndpoint",
  "cancelMethod",
  "cancelPayload",
] as const;

type Deps = Pick<DeliverDeps, "outgoing" | "rolesOf">;

/**
 * A webhook that the configuration describes, as a stage type of its own (Orca's `webhook.preconfigured`). What it sets
 * never enters the stage's context, so that headers with secrets are not shown.
 */
export function preconfiguredWebhookStage(deps: Deps, webhook: PreconfiguredWebhook): StageType {
  const preset = presetOf(webhook);
  const planned = (stage: StageView): StageView => ({ ...stage, context: { ...stage.context, ...preset } });
  const filled = (context: TaskContext): TaskContext => {
    const values = parameterValues(webhook, context.stage.context["parameterValues"]);
    const known: JsonObject = { ...context.stage.context, parameterValues: values };
    const fields = evaluateFields(context, preset, known);
    return { ...context, stage: { ...context.stage, context: { ...known, ...fields } } };
  };
  const wrapped = (task: TaskDefinition, index: number): TaskDefinition => ({
    ...task,
    async run(context) {
      if (index === 0) await refuseStranger(deps, webhook, context);
      return await task.run(filled(context));
    },
  });
  return {
    type: webhook.type,
    description: webhook.description || webhook.label,
    validate: (stage) => problemsOf(webhook, preset, stage),
    tasks: ({ stage }) => {
      if (stage.context["tellsToStop"] === true) return [stopTask(deps, filled)];
      return webhookTasks(deps, planned(stage)).map(wrapped);
    },
    preview: ({ stage }) => {
      const values = parameterValues(webhook, stage.context["parameterValues"]);
      return { type: "webhook", context: { ...planned(stage).context, parameterValues: values } };
    },
    onFailure({ stage }) {
      const endpoint = preset["cancelEndpoint"] ?? stage.context["cancelEndpoint"];
      if (typeof endpoint !== "string" || endpoint === "" || stage.context["tellsToStop"] === true) return [];
      const context: JsonObject = { ...stage.context, tellsToStop: true, continuePipeline: true };
      return [{ type: webhook.type, name: `Tell ${webhook.label} to stop`, context }];
    },
    cancel: (context) => cancelWebhook(deps, filled(context)),
  };
}

function stopTask(deps: Deps, filled: (context: TaskContext) => TaskContext): TaskDefinition {
  return {
    name: "cancelWebhook",
    run: async (context) => ({ status: "SUCCEEDED", ...(await cancelWebhook(deps, filled(context))) }),
  };
}

function presetOf(webhook: PreconfiguredWebhook): JsonObject {
  return Object.fromEntries(
    presetFields.flatMap((name) => (webhook[name] === undefined ? [] : [[name, webhook[name]]])),
  ) as JsonObject;
}

/** The stage's own fields are checked as a webhook's; those that the configuration sets are its own business. */
function problemsOf(webhook: PreconfiguredWebhook, preset: JsonObject, stage: JsonObject): Problem[] {
  const own = rulesFor("webhook").validate({ ...stage, ...preset });
  const set = new Set(Object.keys(preset).map((name) => `/${name}`));
  return [
    ...own.filter(({ pointer }) => !set.has(pointer.split("/").slice(0, 2).join("/"))),
    ...valuesProblems(webhook, stage["parameterValues"]),
  ];
}

async function refuseStranger(deps: Deps, webhook: PreconfiguredWebhook, context: TaskContext): Promise<void> {
  const user = actingUser(context.execution, context.stage);
  const roles = await deps.rolesOf(user);
  if (isAllowed(webhook, "WRITE", roles)) return;
  const wanted = (webhook.permissions["WRITE"] ?? []).join(", ");
  throw new TaskError(
    "webhook.permission",
    `${user} may not run "${webhook.label}": it needs one of the roles ${wanted}.`,
  );
}

/** Whether somebody with these roles may; null roles, or no list for the permission, let everybody. */
export function isAllowed(
  webhook: Pick<PreconfiguredWebhook, "permissions">,
  permission: "READ" | "WRITE",
  roles: readonly string[] | null,
): boolean {
  const wanted = webhook.permissions[permission] ?? [];
  const own = new Set((roles ?? []).map((role) => role.toLowerCase()));
  return roles === null || wanted.length === 0 || wanted.some((role) => own.has(role.toLowerCase()));
}

/** As Orca's list of preconfigured webhooks gives it to the UI. */
export function webhookForList(webhook: PreconfiguredWebhook): JsonObject {
  const properties = presetFields.filter((name) => webhook[name] !== undefined);
  const needed = presetFields.length - (webhook.statusUrlResolution === "webhookResponse" ? 0 : 1);
  const named = (["url", "customHeaders", "method", "payload"] as const).every((name) => webhook[name] !== undefined);
  const complete =
    webhook.waitForCompletion === undefined ? false : webhook.waitForCompletion ? properties.length >= needed : named;
  return {
    label: webhook.label,
    description: webhook.description,
    type: webhook.type,
    waitForCompletion: webhook.waitForCompletion ?? null,
    preconfiguredProperties: [...properties],
    noUserConfigurableFields: complete,
    parameters: webhook.parameters as unknown as JsonObject[],
    parameterData: isJsonObject(webhook.parameterData ?? null) ? (webhook.parameterData as JsonObject) : null,
  };
}
