import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { readFields } from "@gennaker/pipeline-model/check-fields.ts";
import { webhookSchema } from "@gennaker/pipeline-model/stages/webhook.ts";
import type { StageView, SyntheticStage, TaskContext } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { callFrom, limits, withoutSecrets } from "./request.ts";
import { redactor } from "./secrets.ts";

type Told = { url: string; method: string | undefined; payload: unknown; headers: JsonObject };

/**
 * What tells the other side to stop; null when the stage names no endpoint for it, says that it shall not be told, or when it has
 * been told already (when its time was up).
 */
function cancellation(stage: StageView): Told | null {
  const { webhook } = stage.context;
  if (isJsonObject(webhook) && webhook["cancellation"] !== undefined) return null;
  const fields = readFields(webhookSchema, stage.context);
  if (!fields.ok || fields.value.signalCancellation === false) return null;
  const { cancelEndpoint: url, cancelMethod: method, cancelPayload: payload, customHeaders } = fields.value;
  if (url === undefined || url.trim() === "") return null;
  return { url, method, payload, headers: (customHeaders ?? {}) as JsonObject };
}

/** The other side is told once; that it does not answer is kept, and stops nothing. */
export async function cancelWebhook(
  deps: Pick<DeliverDeps, "outgoing">,
  context: TaskContext,
): Promise<{ context?: JsonObject }> {
  const told = cancellation(context.stage);
  if (told === null) return {};
  const webhook = context.stage.context["webhook"];
  const before = isJsonObject(webhook) ? webhook : {};
  let result: JsonObject;
  try {
    const { status } = await deps.outgoing({
      ...callFrom(told),
      ...limits,
      application: context.execution.application,
      signal: context.signal,
    });
    result = { statusCodeValue: status };
  } catch (error) {
    const headers = Object.fromEntries(Object.entries(told.headers).map(([key, value]) => [key, String(value)]));
    result = { error: redactor(headers, told.url)(error instanceof Error ? error.message : String(error)) };
  }
  return { context: { webhook: { ...before, cancellation: result } } };
}

/** Codes that a cancellation is not sent again for: it is worth one try. */
const noRetry = [429, ...Array.from({ length: 100 }, (_, index) => 500 + index)];

/** A watched webhook that failed is told to stop as well, as in Spinnaker; whether that works changes nothing. */
export function cancelAfterFailure(stage: StageView): readonly SyntheticStage[] {
  const told = cancellation(stage);
  if (told === null) return [];
  const { url, method, payload, headers } = told;
  const context: JsonObject = {
    url,
    method: method ?? "POST",
    payload: (payload ?? null) as JsonObject[string],
    customHeaders: headers,
    failFastStatusCodes: noRetry,
    continuePipeline: true,
  };
  return [{ type: "webhook", name: `Tell ${withoutSecrets(url)} to stop`, context }];
}
