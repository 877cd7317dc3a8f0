import type { JsonObject } from "@gennaker/contract/json.ts";
import { manualJudgmentSchema } from "@gennaker/pipeline-model/stages/manual-judgment.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { Explanation, StageType, TaskContext, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import type { NotificationState } from "../notifications/reminders.ts";
import { tell } from "../notifications/tell.ts";
import { judge, judgeOf } from "./judge.ts";

const threeDaysMs = 3 * 24 * 60 * 60 * 1000;
/** A safety net only, and rare, since thousands may wait for days: the patch of the stage wakes the task. */
const lookAgainMs = 3_600_000;

/**
 * Waits until a person says go on or stop. The judgement comes as a patch of the stage's context: `judgmentStatus`,
 * optionally `judgmentInput`; the engine adds `lastModifiedBy` and `lastModifiedRoles` of who sent it.
 */
export function manualJudgmentStage(deps: Pick<DeliverDeps, "notify">): StageType {
  return {
    type: "manualJudgment",
    description: "Waits for a person's decision",
    validate: rulesFor("manualJudgment").validate,
    tasks: () => [
      { name: "waitForJudgment", timeoutMs: threeDaysMs, run: (context) => waitForJudgment(deps, context) },
    ],
  };
}

async function waitForJudgment(deps: Pick<DeliverDeps, "notify">, context: TaskContext): Promise<TaskResult> {
  const { stage } = context;
  const fields = fieldsOf(manualJudgmentSchema, stage);
  const person = judgeOf(stage.context);
  const required = fields.requiredJudgmentRoles ?? [];
  const roles = required.length > 0 ? required : (fields.selectedStageRoles ?? []);
  const verdict = judge({ status: fields.judgmentStatus ?? "", roles, person });
  const asked = async (
    state: NotificationState,
  ): Promise<{ context: JsonObject; told: number; nextInMs: number | null }> =>
    await tell(deps, context, state, { instructions: fields.instructions ?? "", judgedBy: person.user });

  if (verdict.kind === "open" || verdict.kind === "refused") {
    const reminders = await asked("manualJudgment");
    const refused = verdict.kind === "refused" ? verdict.words : wordsIn(stage.context["judgmentRefused"]);
    const reset: JsonObject =
      verdict.kind === "refused" ? { judgmentStatus: null, judgmentInput: null, judgmentRefused: verdict.words } : {};
    return {
      status: "RUNNING",
      retryAfterMs: Math.min(lookAgainMs, reminders.nextInMs ?? lookAgainMs),
      wakeOn: [`stage:${stage.id}`],
      context: { ...reset, ...reminders.context },
      waiting: waitingWords(fields.instructions ?? "", refused, reminders.told - 1),
    };
  }
  const outputs = { judgmentInput: fields.judgmentInput ?? null, judgedBy: person.user };
  const state = verdict.kind === "stop" ? "manualJudgmentStop" : "manualJudgmentContinue";
  const notified = fields.sendNotifications === true ? (await asked(state)).context : {};
  if (verdict.kind === "stop") {
    const chosen = fields.judgmentInput === undefined ? "" : ` with the answer "${fields.judgmentInput}"`;
    const message = `${person.user ?? "Somebody"} decided to stop here${chosen}.`;
    const failure = { code: "judgment.stop", message, details: { judgedBy: person.user } };
    return { status: "TERMINAL", outputs, context: notified, failure };
  }
  return { status: "SUCCEEDED", outputs, context: { judgmentRefused: null, ...notified } };
}

/** What it waits for; `reminded` counts what was told after the first time. */
function waitingWords(instructions: string, refused: string | null, reminded: number): Explanation {
  const times = reminded > 0 ? ` (reminded ${reminded === 1 ? "once" : `${reminded} times`})` : "";
  const details = reminded > 0 ? { details: { reminded } } : {};
  if (refused !== null) return { code: "judgment.refused", message: `${refused}${times}`, ...details };
  const words = instructions === "" ? "" : `: ${instructions}`;
  return { code: "judgment.waiting", message: `Waits for a person's decision${words}${times}`, ...details };
}

function wordsIn(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
