import type { z } from "zod";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { webhookSchema } from "@gennaker/pipeline-model/stages/webhook.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps, HttpAnswer } from "../deps.ts";
import { bodyOf, codeName, meaningOf, valueAtPath } from "./answer.ts";
import { callFrom, limits, withoutSecrets } from "./request.ts";
import { redactor, safeHeaders } from "./secrets.ts";

const retryEachMs = 10_000;
const retryForMs = 5 * 60_000;

export type WebhookFields = z.output<typeof webhookSchema>;

/** Sends the request. Codes worth another try are tried each 10 s for 5 minutes, or as often as `retries` says. */
export function createTask(deps: DeliverDeps): TaskDefinition {
  return {
    name: "createWebhook",
    timeoutMs: retryForMs + 2 * limits.timeoutMs,
    backoffMs: retryEachMs,
    async run(context) {
      const fields = fieldsOf(webhookSchema, context.stage);
      if (fields.monitorOnly === true)
        throw new TaskError("webhook.monitorOnly", "monitorOnly needs waitForCompletion.");
      const call = callFrom({
        url: fields.url,
        method: fields.method,
        payload: fields.payload,
        headers: (fields.customHeaders ?? {}) as JsonObject,
      });
      call.headers["idempotency-key"] ??= context.operationKey;
      const redact = redactor(call.headers, fields.url);
      let answer: HttpAnswer;
      try {
        answer = await deps.outgoing({ ...call, ...limits, signal: context.signal });
      } catch (error) {
        if (context.signal.aborted) throw error;
        const why = redact(error instanceof Error ? error.message : String(error));
        const message = `${call.method} ${withoutSecrets(call.url)} got no answer: ${why}`;
        return {
          status: "TERMINAL",
          context: { webhook: { error: message } },
          failure: { code: "webhook.noAnswer", message },
        };
      }
      return judged(answer, fields, redact, context);
    },
  };
}

function judged(
  answer: HttpAnswer,
  fields: WebhookFields,
  redact: <T extends Json>(value: T) => T,
  context: TaskContext,
): TaskResult {
  const body = redact(bodyOf(answer));
  const attempts = attemptsOf(context, answer.status);
  const webhook: JsonObject = {
    statusCode: codeName(answer.status),
    statusCodeValue: answer.status,
    headers: redact(safeHeaders(answer.headers)),
    body,
    attempts,
  };
  const target = `${fields.method ?? "POST"} ${withoutSecrets(fields.url)}`;
  const retry = [
    ...(fields.webhookRetryStatusCodes ?? []),
    ...(fields.retryStatusCodes ?? []),
    ...Object.keys(fields.retries ?? {}).map(Number),
  ];
  const meaning = meaningOf(answer.status, { failFast: fields.failFastStatusCodes, retry });
  if (meaning === "ok") return accepted(answer, fields, webhook, body);
  const message = `${target} answered ${answer.status} ${codeName(answer.status)}`;
  if (meaning === "retry" && mayRetry(fields, answer.status, attempts, context)) {
    return {
      status: "RUNNING",
      retryAfterMs: retryEachMs,
      context: { webhook: { ...webhook, error: message } },
      waiting: { code: "webhook.retry", message: `${message}; tries again in ${retryEachMs / 1000} seconds` },
    };
  }
  const failure = { code: "webhook.status", message: `${message}.`, details: { statusCode: answer.status } };
  return { status: "TERMINAL", context: { webhook: { ...webhook, error: message } }, failure };
}

function accepted(answer: HttpAnswer, fields: WebhookFields, webhook: JsonObject, body: Json): TaskResult {
  const artifacts =
    isJsonObject(body) && Array.isArray(body["artifacts"]) ? { outputs: { artifacts: body["artifacts"] } } : {};
  if (fields.waitForCompletion !== true) return { status: "SUCCEEDED", context: { webhook }, ...artifacts };
  const endpoint = statusEndpoint(answer, fields, bodyOf(answer));
  return {
    status: "SUCCEEDED",
    context: { webhook: { ...webhook, monitor: { statusEndpoint: endpoint } } },
    ...artifacts,
  };
}

/** Where to ask for the status: the same address, the answer's Location header, or an address in its body. */
function statusEndpoint(answer: HttpAnswer, fields: WebhookFields, body: Json): string {
  const way = fields.statusUrlResolution ?? "getMethod";
  if (way === "getMethod") return fields.url;
  const found =
    way === "locationHeader" ? answer.headers["location"] : valueAtPath(body, fields.statusUrlJsonPath ?? "$.location");
  const text = typeof found === "string" ? found : "";
  const url = URL.canParse(text, fields.url) && text !== "" ? new URL(text, fields.url) : null;
  if (url !== null) return url.href;
  const where =
    way === "locationHeader"
      ? "in the Location header"
      : `at ${fields.statusUrlJsonPath ?? "$.location"} of the answer's body`;
  throw new TaskError("webhook.statusUrl", `The webhook should be watched, but there is no address ${where}.`);
}

/** How often each code has come so far; `{"503": 2}`. */
function attemptsOf(context: TaskContext, code: number): JsonObject {
  const webhook = context.stage.context["webhook"];
  const before = isJsonObject(webhook) && isJsonObject(webhook["attempts"]) ? webhook["attempts"] : {};
  return { ...before, [String(code)]: Number(before[String(code)] ?? 0) + 1 };
}

function mayRetry(fields: WebhookFields, code: number, attempts: JsonObject, context: TaskContext): boolean {
  const most = fields.retries?.[String(code)]?.maxAttempts;
  if (most !== undefined) return Number(attempts[String(code)]) < most;
  const start = context.task.startTime === null ? context.now().getTime() : Date.parse(context.task.startTime);
  return context.now().getTime() + retryEachMs - start <= retryForMs;
}
