import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { monitoredDeploySchema } from "@gennaker/pipeline-model/stages/monitored-deploy.ts";
import type { DeploymentMonitor } from "../../../platform/config/stage-settings.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskContext, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";

export type MonitorDeps = Pick<DeliverDeps, "outgoing" | "settings">;
type Fields = ReturnType<typeof monitoredDeploySchema.parse>;

const mostRetries = 3;
const askAgainMs = 30_000;
const limits = { timeoutMs: 30_000, maxBytes: 262_144, configured: true };

/** The configured monitor a stage names; an unknown one is told with those there are. */
export function monitorNamed(deps: Pick<DeliverDeps, "settings">, id: string): DeploymentMonitor {
  const monitors = deps.settings.monitoredDeploy.deploymentMonitors;
  const found = monitors.find((monitor) => monitor.id === id);
  if (found !== undefined) return found;
  const known = monitors.map((monitor) => monitor.id).join(", ") || "none";
  throw new TaskError("monitor.unknown", `There is no deployment monitor "${id}". Configured are: ${known}.`);
}

/** How long a monitor may take: the stage's own minutes, or the monitor's. */
export function analysisMs(fields: Fields, monitor: DeploymentMonitor): number {
  const own = fields.deploymentMonitor.maxAnalysisMinutesOverride ?? 0;
  return (own > 0 ? own : monitor.maxAnalysisMinutes) * 60_000;
}

/**
 * Asks a deployment monitor and reads its directive: `continue` and `complete` end well, `wait` asks again, `abort`
 * ends the deploy. Errors are tried again three times; then, and when it takes too long, `failOnError` decides: TERMINAL, or
 * FAILED_CONTINUE, as in Orca.
 */
export async function askMonitor(
  deps: MonitorDeps,
  context: TaskContext,
  path: "starting" | "evaluateHealth",
): Promise<TaskResult> {
  const fields = fieldsOf(monitoredDeploySchema, context.stage);
  const monitor = monitorNamed(deps, fields.deploymentMonitor.id);
  const start = context.task.startTime === null ? context.now().getTime() : Date.parse(context.task.startTime);
  const late = context.now().getTime() - start >= analysisMs(fields, monitor);
  if (late) return unsure(fields, monitor, "did not decide in the time it has");
  let answer: JsonObject;
  try {
    const progress: JsonObject =
      path === "starting" ? {} : { newInstances: [], currentProgress: fields.currentProgress ?? 0 };
    answer = await post(deps, context, monitor, path, { ...requestOf(fields, context), ...progress });
  } catch (error) {
    if (context.signal.aborted) throw error;
    const tries = Number(context.stage.context["deployMonitorHttpRetryCount"] ?? 0);
    const why = error instanceof Error ? error.message : String(error);
    if (tries >= mostRetries) return unsure(fields, monitor, `gave no usable answer (${why})`);
    return {
      status: "RUNNING",
      retryAfterMs: askAgainMs,
      context: { deployMonitorHttpRetryCount: tries + 1 },
      waiting: { code: "monitor.retry", message: `${titleOf(monitor)} gave no answer: ${why}. It is asked again.` },
    };
  }
  return directed(answer, fields, monitor, path);
}

function directed(answer: JsonObject, fields: Fields, monitor: DeploymentMonitor, path: string): TaskResult {
  const next = isJsonObject(answer["nextStep"]) ? answer["nextStep"]["directive"] : null;
  const reason = answer["statusReason"] ?? null;
  const explained = (summary: string): JsonObject => ({ deploymentMonitorReasons: { summary, reason } });
  const own = isJsonObject(reason) && typeof reason["message"] === "string" ? `: ${reason["message"]}` : "";
  if (next === "wait") {
    const message = `Waits for ${titleOf(monitor)} to judge the new instances${own}`;
    const waiting = { code: "monitor.waiting", message };
    return { status: "RUNNING", retryAfterMs: askAgainMs, waiting, context: explained(message) };
  }
  if (next === "continue")
    return { status: "SUCCEEDED", context: explained("The new instances are healthy; the deploy goes on.") };
  if (next === "complete") {
    const outputs = path === "starting" ? {} : { outputs: { skipToPercentage: 100 } };
    return {
      status: "SUCCEEDED",
      context: explained("The new instances are healthy; the deploy skips to its end."),
      ...outputs,
    };
  }
  if (next === "abort") {
    const message = `${titleOf(monitor)} says that the new instances are not healthy${own}.`;
    return { status: "TERMINAL", context: explained(message), failure: { code: "monitor.abort", message } };
  }
  return unsure(fields, monitor, "gave no directive of abort, complete, continue, wait");
}

/** Nothing is known: with `failOnError` that ends the deploy, otherwise it goes on without that word, and says so. */
function unsure(fields: Fields, monitor: DeploymentMonitor, what: string): TaskResult {
  const fails = fields.deploymentMonitor.failOnErrorOverride ?? monitor.failOnError;
  const fate = fails ? "the deploy ends, because the monitor fails on errors" : "the deploy goes on without its word";
  const message = `${titleOf(monitor)} ${what}; ${fate}.`;
  const context: JsonObject = { deploymentMonitorReasons: { summary: message, reason: null } };
  return { status: fails ? "TERMINAL" : "FAILED_CONTINUE", context, failure: { code: "monitor.unsure", message } };
}

/** Tells the monitor how it ended. That it cannot be told changes nothing of the deploy. */
export async function tellCompleted(deps: MonitorDeps, context: TaskContext): Promise<TaskResult> {
  const fields = fieldsOf(monitoredDeploySchema, context.stage);
  const siblings = context.execution.stages.filter(
    ({ parentStageId }) => parentStageId === context.stage.parentStageId,
  );
  const settled = siblings.find(({ type }) => type === "settleFailedDeploy");
  const rolledBack =
    settled === undefined || fields.rollsBack !== true
      ? "not_performed"
      : settled.status === "SUCCEEDED"
        ? "success"
        : "failure";
  const status = fields.hasDeploymentFailed === true ? "failure" : "success";
  try {
    const monitor = monitorNamed(deps, fields.deploymentMonitor.id);
    await post(deps, context, monitor, "completed", { ...requestOf(fields, context), status, rollback: rolledBack });
    return { status: "SUCCEEDED" };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const summary = `The monitor could not be told: ${error instanceof Error ? error.message : String(error)}`;
    const told: JsonObject = { deploymentMonitorReasons: { summary, reason: null } };
    return { status: "FAILED_CONTINUE", context: told, failure: { code: "monitor.notTold", message: summary } };
  }
}

async function post(
  deps: MonitorDeps,
  { signal, operationKey }: TaskContext,
  monitor: DeploymentMonitor,
  path: string,
  body: JsonObject,
): Promise<JsonObject> {
  const answer = await deps.outgoing({
    method: "POST",
    url: `${monitor.baseUrl.replace(/\/+$/, "")}/deployment/${path}`,
    headers: { "content-type": "application/json", "idempotency-key": operationKey },
    body: JSON.stringify(body),
    signal,
    ...limits,
  });
  if (answer.status < 200 || answer.status >= 300) throw new Error(`it answered ${answer.status}`);
  if (path === "completed") return {};
  const read = JSON.parse(answer.body) as unknown;
  if (!isJsonObject(read)) throw new Error("its answer is no JSON object");
  return read;
}

function requestOf(fields: Fields, { execution, stage }: TaskContext): JsonObject {
  return {
    application: fields.application ?? execution.application,
    executionId: execution.id,
    stageId: stage.id,
    deploymentId: deploymentOf(execution.stages, stage.parentStageId),
    oldServerGroup: fields.oldServerGroup ?? null,
    newServerGroup: fields.newServerGroup ?? null,
    account: fields.account ?? null,
    region: fields.region ?? null,
    cloudProvider: fields.cloudProvider ?? null,
    parameters: (fields.deploymentMonitor.parameters ?? {}) as JsonObject,
  };
}

/** The deploy that the stages of one rollout share, whatever stands between them. */
function deploymentOf(
  stages: readonly { id: string; type: string; parentStageId: string | null }[],
  parentId: string | null,
): string | null {
  const parent = stages.find(({ id }) => id === parentId);
  return parent?.type === "monitoredDeployStep" ? parent.parentStageId : parentId;
}

function titleOf(monitor: DeploymentMonitor): string {
  return `Deployment monitor ${monitor.name ?? monitor.id}`;
}
