import type { JsonObject } from "@gennaker/contract/json.ts";
import type { TaskContext } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import type { NotificationState } from "./reminders.ts";
import { messageFor, remindersDue } from "./reminders.ts";

/**
 * Hands the notifications that are due to the notifier. Gives what to keep in the stage's context, how often people
 * were told, and when the next reminder is due. A notifier that fails stops nothing: the reason is kept beside.
 */
export async function tell(
  deps: Pick<DeliverDeps, "notify">,
  { execution, stage, now }: TaskContext,
  state: NotificationState,
  more: JsonObject,
): Promise<{ context: JsonObject; told: number; nextInMs: number | null }> {
  const { due, notifications, told, nextInMs } = remindersDue(stage.context, state, now().getTime());
  const failures: string[] = [];
  for (const { index, notification, times } of due) {
    try {
      await deps.notify({
        key: `${execution.id}/${stage.id}/${state}/${index}/${times}`,
        application: execution.application,
        executionId: execution.id,
        stageId: stage.id,
        stageName: stage.name,
        state,
        times,
        message: messageFor(notification, state),
        notification,
        details: more,
      });
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (due.length === 0) return { context: {}, told, nextInMs };
  const reminded: JsonObject = state === "manualJudgment" ? { reminded: told - 1 } : {};
  const failed = failures.length === 0 ? {} : { notificationFailures: failures };
  return { context: { notifications, ...reminded, ...failed }, told, nextInMs };
}
