import { manualJudgmentSchema } from "@gennaker/pipeline-model/stages/manual-judgment.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { judge, judgeOf } from "./judge.ts";

const threeDaysMs = 3 * 24 * 60 * 60 * 1000;
/** A safety net only: the patch of the stage wakes the task. */
const lookAgainMs = 60_000;

/**
 * Waits until a person says go on or stop. The judgement comes as a patch of the stage's context: `judgmentStatus`,
 * optionally `judgmentInput`; the engine adds `lastModifiedBy` and `lastModifiedRoles` of who sent it.
 */
export function manualJudgmentStage(): StageType {
  return {
    type: "manualJudgment",
    description: "Waits for a person's decision",
    validate: rulesFor("manualJudgment").validate,
    tasks: () => [
      {
        name: "waitForJudgment",
        timeoutMs: threeDaysMs,
        async run({ stage }): Promise<TaskResult> {
          const fields = fieldsOf(manualJudgmentSchema, stage);
          const person = judgeOf(stage.context);
          const roles = [...(fields.requiredJudgmentRoles ?? []), ...(fields.selectedStageRoles ?? [])];
          const verdict = judge({ status: fields.judgmentStatus ?? "", roles, person });
          const instructions =
            fields.instructions === undefined || fields.instructions === "" ? "" : `: ${fields.instructions}`;
          const waiting = { code: "judgment.waiting", message: `Waits for a person's decision${instructions}` };
          const wake = { retryAfterMs: lookAgainMs, wakeOn: [`stage:${stage.id}`] };
          if (verdict.kind === "open")
            return { status: "RUNNING", ...wake, waiting: heldBack(stage.context["judgmentRefused"]) ?? waiting };
          if (verdict.kind === "refused") {
            const context = { judgmentStatus: null, judgmentInput: null, judgmentRefused: verdict.words };
            return {
              status: "RUNNING",
              ...wake,
              context,
              waiting: { code: "judgment.refused", message: verdict.words },
            };
          }
          const outputs = { judgmentInput: fields.judgmentInput ?? null, judgedBy: person.user };
          if (verdict.kind === "stop") {
            const chosen = fields.judgmentInput === undefined ? "" : ` with the answer "${fields.judgmentInput}"`;
            const message = `${person.user ?? "Somebody"} decided to stop here${chosen}.`;
            return {
              status: "TERMINAL",
              outputs,
              failure: { code: "judgment.stop", message, details: { judgedBy: person.user } },
            };
          }
          const propagated =
            fields.propagateAuthenticationContext === true && person.user !== null
              ? { propagatedUser: person.user }
              : {};
          return { status: "SUCCEEDED", outputs, context: { judgmentRefused: null, ...propagated } };
        },
      },
    ],
  };
}

function heldBack(words: unknown) {
  return typeof words === "string" && words !== "" ? { code: "judgment.refused", message: words } : null;
}
