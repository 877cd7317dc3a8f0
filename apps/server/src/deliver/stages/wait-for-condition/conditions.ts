import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { waitForConditionSchema } from "@gennaker/pipeline-model/stages/wait-for-condition.ts";
import type { z } from "zod";
import type { StageSettings } from "../../../platform/config/stage-settings.ts";
import type { TaskContext } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { evaluateFields, evaluateInOrder } from "../expressions/evaluate-in-order.ts";
import { bodyOf, valueIn } from "../webhook/answer.ts";
import { callFrom, limits, withoutSecrets } from "../webhook/request.ts";
import { redactor } from "../webhook/secrets.ts";

/** A condition that holds a stage now, as Orca shows it in the stage's outputs. */
export type Condition = { name: string; description: string };

type OwnCondition = NonNullable<z.output<typeof waitForConditionSchema>["condition"]>;

/** What the configuration holds a cluster with. */
export function configured(settings: StageSettings["waitForCondition"], cluster: string | undefined): Condition[] {
  if (cluster === undefined || settings.skipWait || !settings.clusters.includes(cluster)) return [];
  return settings.activeConditions.map((name) => ({ name, description: `Active condition applies to: ${name}` }));
}

/** The stage's own condition where it holds the stage now, with why. */
export async function asked(
  deps: Pick<DeliverDeps, "outgoing">,
  context: TaskContext,
  condition: OwnCondition,
): Promise<Condition[]> {
  if (condition.type === "manual")
    return [{ name: "manual", description: "Somebody has to let it go: set the stage's status to SKIPPED" }];
  const description =
    condition.type === "expression"
      ? await askExpression(context, condition.expression ?? "")
      : await askAddress(deps, context, condition);
  return description === null ? [] : [{ name: condition.type, description }];
}

/** Null when the expression is true; it may stand bare or inside `${ }`. What cannot be evaluated yet is asked again. */
async function askExpression(context: TaskContext, expression: string): Promise<string | null> {
  const value = expression.includes("${") ? expression : `\${${expression}}`;
  const { values, errors } = await evaluateInOrder(context, [{ name: "", value }]);
  const [problem] = errors;
  if (problem !== undefined) return `${expression} cannot be evaluated yet: ${problem.description}`;
  const shown = words(values[0]?.value ?? null);
  return shown.toLowerCase() === "true" ? null : `${expression} is ${shown}`;
}

/** Null when the answer is good: a code from 200 to 299 and, with a JSONPath, one of the wanted values there (without any: true). */
async function askAddress(
  deps: Pick<DeliverDeps, "outgoing">,
  context: TaskContext,
  condition: OwnCondition,
): Promise<string | null> {
  const written: JsonObject = { url: condition.url ?? "", headers: (condition.customHeaders ?? {}) as JsonObject };
  const { url, headers } = evaluateFields(context, written, context.stage.context);
  const call = callFrom({
    url: String(url),
    method: condition.method ?? "GET",
    payload: null,
    headers: isJsonObject(headers) ? headers : {},
  });
  const where = withoutSecrets(call.url);
  const redact = redactor(call.headers, call.url);
  try {
    const { signal, execution } = context;
    const answer = await deps.outgoing({ ...call, ...limits, application: execution.application, signal });
    if (answer.status < 200 || answer.status >= 300) return `${where} answered ${answer.status}`;
    const path = condition.statusJsonPath ?? "";
    if (path === "") return null;
    const found = valueIn(bodyOf(answer), path);
    const shown = found === null ? "nothing" : words(redact(found.value));
    const wanted = condition.successStatuses ?? ["true"];
    if (found !== null && wanted.some((each) => each.toLowerCase() === shown.toLowerCase())) return null;
    return `${where} says ${shown.slice(0, 200)} at ${path}, not ${wanted.join(" or ")}`;
  } catch (error) {
    if (context.signal.aborted || !isNoAnswer(error)) throw error;
    return `${where} gave no answer: ${redact(error.message)}`;
  }
}

const isNoAnswer = (error: unknown): error is Error => error instanceof Error && error.name !== "TaskError";

function words(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
