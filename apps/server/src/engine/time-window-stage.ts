import { isJsonObject } from "@gennaker/contract/json.ts";
import { nextOpening, readTimeWindow, type TimeWindow } from "@gennaker/engine-core/time-window.ts";
import { TaskError, type StageType, type TaskContext, type TaskResult } from "./api.ts";
import { windowType } from "./planner.ts";
import { isSkipped } from "./skipped-wait.ts";

/**
 * The stage that the engine puts before a stage with `restrictExecutionDuringTimeWindow`: it waits until the window opens (and a
 * random delay more, where the window has jitter), or until somebody patches it with `skipRemainingWait: true`.
 */
export function createTimeWindowStage(options: { timezone: string; random: () => number }): StageType {
  const openingOf = (context: TaskContext): number => {
    const { scheduledTime, restrictedExecutionWindow } = context.stage.context;
    if (typeof scheduledTime === "number") return scheduledTime;
    try {
      const window = readTimeWindow(isJsonObject(restrictedExecutionWindow) ? restrictedExecutionWindow : {});
      return nextOpening(window, context.now().getTime(), options.timezone) + delay(window, context, options.random);
    } catch (error) {
      throw new TaskError("window.invalid", error instanceof Error ? error.message : String(error), { cause: error });
    }
  };

  return {
    type: windowType,
    description: "Waits until the time window of the stage it belongs to is open.",
    validate: () => [],
    tasks: () => [
      {
        name: "suspendExecutionDuringTimeWindow",
        async run(context): Promise<TaskResult> {
          if (isSkipped(context)) return { status: "SUCCEEDED" };
          const opens = openingOf(context);
          const left = opens - context.now().getTime();
          if (left <= 0) return { status: "SUCCEEDED", context: { scheduledTime: opens } };
          const at = new Date(opens).toISOString();
          return {
            status: "RUNNING",
            retryAfterMs: left,
            ...(context.stage.context["scheduledTime"] === opens ? {} : { context: { scheduledTime: opens } }),
            waiting: {
              code: "window.closed",
              message: `Waits for its time window, which opens at ${at}.`,
              details: { opensAt: at },
            },
          };
        },
      },
    ],
  };
}

/** Milliseconds between the least and the greatest delay; none for a manual start where the window says so. */
function delay(window: TimeWindow, context: TaskContext, random: () => number): number {
  const { jitter } = window;
  if (jitter === null || (jitter.skipManual && context.execution.trigger["type"] === "manual")) return 0;
  return Math.round((jitter.minSeconds + random() * (jitter.maxSeconds - jitter.minSeconds)) * 1_000);
}
