import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { readFields } from "@gennaker/pipeline-model/check-fields.ts";
import { webhookSchema } from "@gennaker/pipeline-model/stages/webhook.ts";
import type { TaskContext } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { callFrom, limits } from "./request.ts";
import { redactor } from "./secrets.ts";

/** With `signalCancellation` the other side is told once; that it does not answer is kept, and stops nothing. */
export async function cancelWebhook(deps: DeliverDeps, context: TaskContext): Promise<{ context?: JsonObject }> {
  const fields = readFields(webhookSchema, context.stage.context);
  if (!fields.ok || fields.value.signalCancellation !== true) return {};
  const { cancelEndpoint, cancelMethod, cancelPayload, customHeaders } = fields.value;
  const webhook = context.stage.context["webhook"];
  const before = isJsonObject(webhook) ? webhook : {};
  const headers = (customHeaders ?? {}) as JsonObject;
  let result: JsonObject;
  try {
    const call = callFrom({ url: cancelEndpoint ?? "", method: cancelMethod, payload: cancelPayload, headers });
    const { status } = await deps.outgoing({ ...call, ...limits, signal: context.signal });
    result = { statusCodeValue: status };
  } catch (error) {
    const redact = redactor(
      Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value)])),
      cancelEndpoint ?? "",
    );
    result = { error: redact(error instanceof Error ? error.message : String(error)) };
  }
  return { context: { webhook: { ...before, cancellation: result } } };
}
