import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { webhookSchema } from "@gennaker/pipeline-model/stages/webhook.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps, HttpAnswer } from "../deps.ts";
import { bodyOf, valueIn } from "./answer.ts";
import { codeName } from "./http-names.ts";
import { noAnswerKind } from "./no-answer.ts";
import { callFrom, limits, withoutSecrets } from "./request.ts";
import type { WebhookFields } from "./run.ts";
import { artifactsIn, asOutputs } from "./run.ts";
import { redactor, safeHeaders } from "./secrets.ts";
import { statusMeaning } from "./status.ts";

/** Waits `waitBeforeMonitor` seconds before the first look. */
export function waitTask(): TaskDefinition {
  return {
    name: "waitBeforeMonitorWebhook",
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
export function monitorTask(deps: Pick<DeliverDeps, "outgoing">): TaskDefinition {
  return {
    name: "monitorWebhook",
    timeoutMs: 60 * 60_000,
    async run(context) {
      const fields = fieldsOf(webhookSchema, context.stage);
      const endpoint = endpointOf(fields);
      const headers = (fields.customHeaders ?? {}) as JsonObject;
      const call = callFrom({ url: endpoint, method: "GET", payload: null, headers });
      const redact = redactor(call.headers, call.url);
      let answer: HttpAnswer;
      try {
        answer = await deps.outgoing({
          ...call,
          ...limits,
          application: context.execution.application,
          signal: context.signal,
        });
      } catch (error) {
        if (context.signal.aborted) throw error;
        const why = redact(error instanceof Error ? error.message : String(error));
        const words = `${withoutSecrets(endpoint)} got no answer: ${why}`;
        if (noAnswerKind(error) !== "other") return going(context, { error: why }, words);
        return ended("TERMINAL", context, {}, "webhook.noAnswer", words);
      }
      return judged(answer, { fields, endpoint, redact, context });
    },
  };
}

type Asked = {
  fields: WebhookFields;
  endpoint: string;
  redact: <T extends Json>(value: T) => T;
  context: TaskContext;
};

function judged(answer: HttpAnswer, { fields, endpoint, redact, context }: Asked): TaskResult {
  const code = answer.status;
  const where = withoutSecrets(endpoint);
  const body = bodyOf(answer);
  const monitor: JsonObject = {
    statusCode: codeName(code),
    statusCodeValue: code,
    headers: redact(safeHeaders(answer.headers)),
    ...(body === null ? {} : { body: redact(body) }),
  };
  if (code < 200 || code >= 400) {
    const past = pastCodes(context);
    if (mayRetry(code, past, fields))
      return going(context, { ...monitor, pastStatusCodes: [...past, code] }, `${where} answered ${code}`);
    return ended("TERMINAL", context, monitor, "webhook.status", `${where} answered ${code} ${codeName(code)}.`);
  }
  if (fields.statusJsonPath === undefined || fields.statusJsonPath === "")
    return { status: "SUCCEEDED", ...merged(context, monitor), ...asOutputs(artifactsIn(body)) };
  if (answer.truncated)
    return ended("TERMINAL", context, monitor, "webhook.long", `The answer of ${where} is too long to be read.`);
  return byStatus(body, monitor, fields.statusJsonPath, { fields, where, context });
}

function byStatus(
  body: Json,
  monitor: JsonObject,
  path: string,
  { fields, where, context }: { fields: WebhookFields; where: string; context: TaskContext },
): TaskResult {
  const failed = (found: JsonObject, words: string): TaskResult =>
    ended("TERMINAL", context, { ...monitor, ...found }, "webhook.failed", `${where}: ${words}.`);
  const found = valueIn(body, path);
  if (found === null) return failed({}, `there is no status at ${path} of the answer's body`);
  const progress = progressOf(body, fields);
  const single = found.value === null || typeof found.value === "object" ? { resolvedValue: found.value } : null;
  if (single === null && progress !== null && "fault" in progress) return failed(progress.resolved, progress.fault);
  const words = progress !== null && "words" in progress ? progress.words : null;
  const full = words === null ? monitor : { ...monitor, progressMessage: words };
  const status = statusMeaning(found.value, path, {
    success: fields.successStatuses ?? null,
    canceled: fields.canceledStatuses ?? [],
    terminal: fields.terminalStatuses ?? [],
  });
  if (status.kind === "failed")
    return ended(
      "TERMINAL",
      context,
      { ...full, ...single },
      "webhook.failed",
      `${where} says that the work failed: ${status.words}.`,
    );
  if (status.kind === "canceled")
    return ended("CANCELED", context, full, "webhook.canceled", `${where} says that the work was canceled.`);
  const seen: JsonObject = status.percent === null ? full : { ...full, percentComplete: status.percent };
  if (status.kind === "done") return { status: "SUCCEEDED", ...merged(context, seen), ...asOutputs(artifactsIn(body)) };
  return going(context, seen, `${where}: ${[status.words, words].filter((part) => part !== null).join(", ")}`);
}

/** `retries` limits one code; otherwise 5xx, 429 and `retryStatusCodes` are waited out. */
function mayRetry(code: number, past: readonly number[], fields: WebhookFields): boolean {
  const most = fields.retries?.[String(code)]?.maxAttempts;
  if (most !== undefined) return past.filter((one) => one === code).length < most;
  return code >= 500 || code === 429 || (fields.retryStatusCodes ?? []).includes(code);
}

function monitorOf(context: TaskContext): JsonObject {
  const webhook = context.stage.context["webhook"];
  return isJsonObject(webhook) && isJsonObject(webhook["monitor"]) ? webhook["monitor"] : {};
}

function pastCodes(context: TaskContext): number[] {
  const past = monitorOf(context)["pastStatusCodes"];
  return Array.isArray(past) ? past.map(Number) : [];
}

function going(context: TaskContext, monitor: JsonObject, words: string): TaskResult {
  const start = context.task.startTime === null ? context.now().getTime() : Date.parse(context.task.startTime);
  const young = context.now().getTime() - start <= 60_000;
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

/** The whole `webhook` object with its new `monitor`: contexts are merged key by key. Codes seen before are kept. */
function merged(context: TaskContext, monitor: JsonObject): { context: JsonObject } {
  const webhook = context.stage.context["webhook"];
  const past = pastCodes(context);
  const kept = past.length === 0 ? {} : { pastStatusCodes: past };
  return { context: { webhook: { ...(isJsonObject(webhook) ? webhook : {}), monitor: { ...kept, ...monitor } } } };
}

function endpointOf(fields: WebhookFields): string {
  const found = [fields.statusEndpoint, fields.url].find((one) => one !== undefined && one.trim() !== "");
  if (found !== undefined) return found.trim();
  throw new TaskError("webhook.url", "The webhook has neither a url nor a statusEndpoint to ask for its status.");
}

function progressOf(
  body: Json,
  fields: WebhookFields,
): { words: string } | { fault: string; resolved: JsonObject } | null {
  const path = fields.progressJsonPath;
  if (path === undefined || path === "") return null;
  const found = valueIn(body, path);
  if (found === null) return { fault: `there is no progress at ${path} of the answer's body`, resolved: {} };
  if (typeof found.value === "string") return { words: found.value };
  return { fault: `the progress at ${path} is no text`, resolved: { resolvedValue: found.value } };
}
