import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { webhookSchema } from "@gennaker/pipeline-model/stages/webhook.ts";
import type { TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps, HttpAnswer } from "../deps.ts";
import { bodyOf, codeName, meaningOf, valueAtPath } from "./answer.ts";
import { callFrom, limits, withoutSecrets } from "./request.ts";
import type { WebhookFields } from "./run.ts";
import { redactor, safeHeaders } from "./secrets.ts";
import { statusMeaning } from "./status.ts";

/** Waits `waitBeforeMonitor` seconds before the first look. */
export function waitTask(): TaskDefinition {
  return {
    name: "waitBeforeMonitor",
    async run(context) {
      const seconds = Math.max(0, fieldsOf(webhookSchema, context.stage).waitBeforeMonitor ?? 0);
      const start = context.task.startTime === null ? context.now().getTime() : Date.parse(context.task.startTime);
      const left = start + seconds * 1000 - context.now().getTime();
      if (left <= 0) return { status: "SUCCEEDED" };
      return {
        status: "RUNNING",
        retryAfterMs: left,
        waiting: { code: "webhook.before", message: `Waits ${seconds} seconds before it asks for the status` },
      };
    },
  };
}

/** Asks for the status each second, each 15 seconds after a minute, for an hour at most. */
export function monitorTask(deps: DeliverDeps): TaskDefinition {
  return {
    name: "monitorWebhook",
    timeoutMs: 60 * 60_000,
    async run(context) {
      const fields = fieldsOf(webhookSchema, context.stage);
      const endpoint = endpointOf(context, fields);
      const call = callFrom({
        url: endpoint,
        method: "GET",
        payload: null,
        headers: (fields.customHeaders ?? {}) as JsonObject,
      });
      const redact = redactor(call.headers, fields.url);
      let answer: HttpAnswer;
      try {
        answer = await deps.outgoing({ ...call, ...limits, signal: context.signal });
      } catch (error) {
        if (context.signal.aborted) throw error;
        const why = redact(error instanceof Error ? error.message : String(error));
        return going(
          context,
          { statusEndpoint: endpoint, error: why },
          `${withoutSecrets(endpoint)} got no answer: ${why}`,
        );
      }
      const body = redact(bodyOf(answer));
      const monitor: JsonObject = {
        statusEndpoint: endpoint,
        statusCode: codeName(answer.status),
        statusCodeValue: answer.status,
        headers: redact(safeHeaders(answer.headers)),
        body,
      };
      return judged(answer.status, body, monitor, fields, context);
    },
  };
}

function judged(
  code: number,
  body: Json,
  monitor: JsonObject,
  fields: WebhookFields,
  context: TaskContext,
): TaskResult {
  const where = withoutSecrets(String(monitor["statusEndpoint"]));
  const retry = [...(fields.retryStatusCodes ?? []), ...(fields.webhookRetryStatusCodes ?? [])];
  const meaning = meaningOf(code, { failFast: fields.failFastStatusCodes, retry });
  if (meaning === "retry") return going(context, monitor, `${where} answered ${code}`);
  if (meaning === "failed")
    return ended("TERMINAL", context, monitor, "webhook.status", `${where} answered ${code} ${codeName(code)}.`);
  if (fields.statusJsonPath === undefined || fields.statusJsonPath === "")
    return { status: "SUCCEEDED", ...merged(context, monitor), ...artifactsIn(body) };
  const progress = progressOf(body, fields);
  const full = progress === null ? monitor : { ...monitor, progressMessage: progress };
  const status = statusMeaning(valueAtPath(body, fields.statusJsonPath), fields.statusJsonPath, {
    success: fields.successStatuses ?? [],
    canceled: fields.canceledStatuses ?? [],
    terminal: fields.terminalStatuses ?? [],
  });
  const done: JsonObject = { ...full, percentComplete: 100 };
  if (status.kind === "done") return { status: "SUCCEEDED", ...merged(context, done), ...artifactsIn(body) };
  if (status.kind === "canceled")
    return ended("CANCELED", context, full, "webhook.canceled", `${where} says that the work was canceled.`);
  if (status.kind === "failed")
    return ended("TERMINAL", context, full, "webhook.failed", `${where} says that the work failed: ${status.words}.`);
  const percent = status.percent === null ? {} : { percentComplete: status.percent };
  return going(
    context,
    { ...full, ...percent },
    `${where}: ${[status.words, progress].filter((part) => part !== null).join(", ")}`,
  );
}

function going(context: TaskContext, monitor: JsonObject, words: string): TaskResult {
  const start = context.task.startTime === null ? context.now().getTime() : Date.parse(context.task.startTime);
  const young = context.now().getTime() - start < 60_000;
  const waiting = { code: "webhook.waiting", message: `Waits for the work to end. ${words}` };
  return { status: "RUNNING", retryAfterMs: young ? 1000 : 15_000, waiting, ...merged(context, monitor) };
}

function ended(
  status: "TERMINAL" | "CANCELED",
  context: TaskContext,
  monitor: JsonObject,
  code: string,
  message: string,
): TaskResult {
  return { status, failure: { code, message }, ...merged(context, { ...monitor, error: message }) };
}

/** The whole `webhook` object with its new `monitor`: contexts are merged key by key. */
function merged(context: TaskContext, monitor: JsonObject): { context: JsonObject } {
  const webhook = context.stage.context["webhook"];
  return { context: { webhook: { ...(isJsonObject(webhook) ? webhook : {}), monitor } } };
}

function endpointOf(context: TaskContext, fields: WebhookFields): string {
  const webhook = context.stage.context["webhook"];
  const monitor = isJsonObject(webhook) ? webhook["monitor"] : null;
  const found = isJsonObject(monitor) ? monitor["statusEndpoint"] : null;
  return typeof found === "string" ? found : fields.url;
}

function progressOf(body: Json, fields: WebhookFields): string | null {
  if (fields.progressJsonPath === undefined || fields.progressJsonPath === "") return null;
  const value = valueAtPath(body, fields.progressJsonPath);
  return value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value);
}

function artifactsIn(body: Json): { outputs?: JsonObject } {
  return isJsonObject(body) && Array.isArray(body["artifacts"]) ? { outputs: { artifacts: body["artifacts"] } } : {};
}
