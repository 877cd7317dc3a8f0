import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import { waitForConditionSchema } from "@gennaker/pipeline-model/stages/wait-for-condition.ts";
import type { StageType, TaskContext, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { asked, configured, type Condition } from "./conditions.ts";

/** How often conditions are asked; `backoffPeriodMs` of the stage makes it rarer. */
const askAgainMs = 10_000;

export type ConditionDeps = Pick<DeliverDeps, "outgoing" | "settings">;

/**
 * Waits while a condition holds it: its own (an expression, a question by HTTP, or a person), one that the configuration has for its
 * cluster, or for a while its status WAITING. Status SKIPPED, also as a patch, and `skipWait` of the configuration let it go on.
 */
export function waitForConditionStage(deps: ConditionDeps): StageType {
  return {
    type: "waitForCondition",
    description: "Waits while a condition holds it",
    validate: rulesFor("waitForCondition").validate,
    // Kept raw: it is evaluated anew at each look.
    rawFields: ["condition"],
    tasks: () => [
      {
        name: "waitForCondition",
        timeoutMs: deps.settings.waitForCondition.waitTimeoutMs,
        run: (context) => look(deps, context),
      },
    ],
  };
}

async function look(deps: ConditionDeps, context: TaskContext): Promise<TaskResult> {
  const { stage } = context;
  const settings = deps.settings.waitForCondition;
  const fields = fieldsOf(waitForConditionSchema, stage);
  const status = fields.status?.toUpperCase();
  if (settings.skipWait || status === "SKIPPED") return { status: "SUCCEEDED", context: { status: "SKIPPED" } };
  const known = [
    ...configured(settings, fields.cluster),
    ...(fields.condition === undefined ? [] : await asked(deps, context, fields.condition)),
  ];
  // What it waits for by its status alone was never asked before: afterwards the status is this task's own word.
  const left = status === "WAITING" && stage.outputs["conditions"] === undefined ? leftToWait(settings, context) : 0;
  if (known.length === 0 && left <= 0) return { status: "SUCCEEDED", context: { status: "SKIPPED" } };
  const place = [fields.cluster, fields.region, fields.account].filter((part) => part !== undefined && part !== "");
  return {
    status: "RUNNING",
    retryAfterMs: known.length === 0 ? left : askAgainMs,
    wakeOn: [`stage:${stage.id}`],
    waiting: {
      code: "wait.condition",
      message: `${explained(known)}${place.length === 0 ? "" : ` (${place.join(" in ")})`}`,
      details: { conditions: known },
    },
    ...(known.length === 0 || isShown(stage, known)
      ? {}
      : { context: { status: "WAITING" }, outputs: { conditions: known } }),
  };
}

/** Milliseconds that a stage written with the status WAITING still waits though nothing else holds it, as in Orca. */
function leftToWait({ backoffWaitMs }: { backoffWaitMs: number }, { task, now }: TaskContext): number {
  const start = task.startTime === null ? now().getTime() : Date.parse(task.startTime);
  return start + backoffWaitMs - now().getTime();
}

function explained(conditions: readonly Condition[]): string {
  if (conditions.length === 0)
    return "Waits because its status is WAITING; set the stage's status to SKIPPED to let it go";
  return `Waits for its conditions: ${conditions.map(({ description }) => description).join("; ")}`;
}

function isShown({ context, outputs }: TaskContext["stage"], conditions: readonly Condition[]): boolean {
  return context["status"] === "WAITING" && JSON.stringify(outputs["conditions"]) === JSON.stringify(conditions);
}
