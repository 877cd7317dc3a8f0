import type { Permissions } from "../access/guard/api.ts";
import type { SecondPerson } from "../access/second-person/api.ts";
import type { ExecutionView, StageType, TaskContext, TaskDefinition, TaskResult } from "../engine/api.ts";
import { TaskError } from "../engine/api.ts";

export type StageGuards = { permissions: Permissions; secondPerson: SecondPerson };

export const heldCode = "access.secondPerson";
const threeDaysMs = 3 * 24 * 60 * 60 * 1_000;
/** A safety net only: an approval wakes the stage. */
const lookAgainMs = 3_600_000;

/**
 * A stage whose tasks run only while the user they run as may still do it, and only after a second person has let it go on
 * where a rule asks for one.
 */
export function guardedStage(type: StageType, guards: StageGuards | null): StageType {
  if (guards === null) return type;
  return {
    ...type,
    tasks(input) {
      const tasks = type.tasks(input).map((task) => guardedTask(task, guards));
      const waits =
        tasks.length > 0 &&
        type.type !== "manualJudgment" &&
        !isDry(input.execution) &&
        guards.secondPerson.needed(input.execution, input.stage);
      // A task of its own, so that waiting takes nothing from the time of the work.
      return waits ? [waitForSecondPerson(guards), ...tasks] : tasks;
    },
  };
}

function waitForSecondPerson({ secondPerson }: StageGuards): TaskDefinition {
  return {
    name: "waitForSecondPerson",
    timeoutMs: threeDaysMs,
    run: async (context) => (await held(context, secondPerson)) ?? { status: "SUCCEEDED" },
  };
}

function guardedTask(task: TaskDefinition, { permissions, secondPerson }: StageGuards): TaskDefinition {
  return {
    ...task,
    async run(context) {
      const { execution, stage } = context;
      const { user } = execution.authentication;
      const refusal = await permissions.stageRefusal({
        user,
        application: execution.application,
        stage: stage.context,
      });
      if (refusal !== null) throw new TaskError("access.denied", `${user} may not run this stage: ${refusal}`);
      return (await held(context, secondPerson)) ?? (await task.run(context));
    },
  };
}

/** A dry run changes nothing. */
function isDry({ trigger }: Pick<ExecutionView, "trigger">): boolean {
  return String(trigger["dryRun"]) === "true";
}

/** What it waits for; null once it may go on. A judgement is a person's word already: only the one to go on is held. */
async function held({ execution, stage }: TaskContext, secondPerson: SecondPerson): Promise<TaskResult | null> {
  if (isDry(execution)) return null;
  const isJudgement = stage.type === "manualJudgment";
  if (isJudgement && String(stage.context["judgmentStatus"] ?? "").toLowerCase() !== "continue") return null;
  if (!secondPerson.needed(execution, stage)) return null;
  if ((await secondPerson.approval(execution, stage)) !== null) return null;
  const by = execution.authentication.user;
  return {
    status: "RUNNING",
    retryAfterMs: lookAgainMs,
    wakeOn: [`stage:${stage.id}`],
    ...(isJudgement ? { context: { judgmentStatus: null, judgmentInput: null } } : {}),
    waiting: {
      code: heldCode,
      message: `Waits for a second person: ${by} has started this run, and somebody else who may judge it must let it go on.`,
      details: { startedBy: by },
    },
  };
}
