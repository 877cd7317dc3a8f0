import type { z } from "zod";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { webhookSchema } from "@gennaker/pipeline-model/stages/webhook.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps, HttpAnswer } from "../deps.ts";
import { bodyOf, meaningOf, valueIn } from "./answer.ts";
import { codeName } from "./http-names.ts";
import { noAnswerKind } from "./no-answer.ts";
import { callFrom, limits, withoutSecrets } from "./request.ts";
import type { Call } from "./request.ts";
import { redactor, safeHeaders } from "./secrets.ts";
import { statusEndpoint } from "./status-endpoint.ts";

const retryEachMs = 10_000;
const retryForMs = 5 * 60_000;
/** Gateway timeout: what was asked for may well be going on. */
const defaultFailFast: readonly number[] = [504];

export type WebhookFields = z.output<typeof webhookSchema>;

/** Sends the request. Codes worth another try are tried each 10 s for 5 minutes. */
export function createTask(deps: Pick<DeliverDeps, "outgoing">): TaskDefinition {
  return {
    name: "createWebhook",
    timeoutMs: retryForMs + 2 * limits.timeoutMs,
    backoffMs: retryEachMs,
    async run(context) {
      const fields = fieldsOf(webhookSchema, context.stage);
      if (fields.monitorOnly === true)
        throw new TaskError("webhook.monitorOnly", "monitorOnly needs waitForCompletion.");
      const call = callFrom({
        url: fields.url ?? "",
        method: fields.method,
        payload: fields.payload,
        headers: (fields.customHeaders ?? {}) as JsonObject,
      });
      call.headers["idempotency-key"] ??= context.operationKey;
      const redact = redactor(call.headers, call.url);
      try {
        return judged(
          await deps.outgoing({
            ...call,
            ...limits,
            application: context.execution.application,
            signal: context.signal,
          }),
          {
            fields,
            call,
            redact,
            context,
          },
        );
      } catch (error) {
        if (context.signal.aborted || error instanceof TaskError) throw error;
        return unanswered(error, call, redact, context);
      }
    },
  };
}

type Sent = { fields: WebhookFields; call: Call; redact: <T extends Json>(value: T) => T; context: TaskContext };

function judged(answer: HttpAnswer, { fields, call, redact, context }: Sent): TaskResult {
  const body = bodyOf(answer);
  const webhook: JsonObject = {
    statusCode: codeName(answer.status),
    statusCodeValue: answer.status,
    headers: redact(safeHeaders(answer.headers)),
    ...(body === null ? {} : { body: redact(body) }),
    ...(answer.truncated ? { bodyTruncated: true } : {}),
  };
  const meaning = meaningOf(answer.status, {
    failFast: fields.failFastStatusCodes ?? defaultFailFast,
    retry: fields.webhookRetryStatusCodes ?? [],
  });
  if (meaning === "ok") return accepted(answer, { fields, call, body, webhook, context });
  const message = `${call.method} ${withoutSecrets(call.url)} answered ${answer.status} ${codeName(answer.status)}`;
  if (meaning === "retry" && mayRetry(context)) return again(message, webhook);
  const failure = { code: "webhook.status", message: `${message}.`, details: { statusCode: answer.status } };
  return { status: "TERMINAL", context: { webhook: { ...webhook, error: message } }, failure };
}

function accepted(
  answer: HttpAnswer,
  sent: { fields: WebhookFields; call: Call; body: Json; webhook: JsonObject; context: TaskContext },
): TaskResult {
  const { fields, call, body, webhook, context } = sent;
  const failed = (code: string, message: string): TaskResult => ({
    status: "TERMINAL",
    context: { webhook: { ...webhook, error: message } },
    failure: { code, message },
  });
  const readsBody = fields.waitForCompletion === true && fields.statusUrlResolution === "webhookResponse";
  const expects = Array.isArray(context.stage.context["expectedArtifacts"]);
  const wants = expects && (context.stage.context["expectedArtifacts"] as Json[]).length > 0;
  if (answer.truncated && (readsBody || wants))
    return failed("webhook.long", `The answer of ${withoutSecrets(call.url)} is too long to be read.`);
  const artifacts = artifactsIn(body);
  if (fields.waitForCompletion !== true) {
    if (wants && artifacts === null)
      return failed(
        "webhook.artifacts",
        "The stage expects artifacts, but the webhook's answer has no list of them under `artifacts`.",
      );
    return { status: "SUCCEEDED", context: { webhook }, ...asOutputs(artifacts) };
  }
  const found = statusEndpoint(answer, { ...fields, url: call.url }, body);
  if ("missing" in found) return failed("webhook.statusUrl", found.missing);
  return {
    status: "SUCCEEDED",
    context: { statusEndpoint: found.url, webhook: { ...webhook, statusEndpoint: found.url } },
    ...asOutputs(artifacts),
  };
}

/** An unknown name may be known soon; a GET that took too long may be asked again. Anything else has failed. */
function unanswered(
  error: unknown,
  call: Call,
  redact: <T extends Json>(value: T) => T,
  context: TaskContext,
): TaskResult {
  const why = redact(error instanceof Error ? error.message : String(error));
  const message = `${call.method} ${withoutSecrets(call.url)} got no answer: ${why}`;
  const kind = noAnswerKind(error);
  if ((kind === "name" || (kind === "timeout" && call.method === "GET")) && mayRetry(context))
    return again(message, {});
  return {
    status: "TERMINAL",
    context: { webhook: { error: message } },
    failure: { code: "webhook.noAnswer", message },
  };
}

function again(message: string, webhook: JsonObject): TaskResult {
  return {
    status: "RUNNING",
    retryAfterMs: retryEachMs,
    context: { webhook: { ...webhook, error: message } },
    waiting: { code: "webhook.retry", message: `${message}; tries again in ${retryEachMs / 1000} seconds` },
  };
}

function mayRetry(context: TaskContext): boolean {
  const start = context.task.startTime === null ? context.now().getTime() : Date.parse(context.task.startTime);
  return context.now().getTime() + retryEachMs - start <= retryForMs;
}

/** The list under `artifacts` of a JSON answer; null when there is none. */
export function artifactsIn(body: Json): Json[] | null {
  const found = valueIn(body, "$.artifacts");
  return found !== null && Array.isArray(found.value) && isJsonObject(found.value[0] ?? {}) ? found.value : null;
}

export function asOutputs(artifacts: Json[] | null): { outputs?: JsonObject } {
  return artifacts === null ? {} : { outputs: { artifacts } };
}
