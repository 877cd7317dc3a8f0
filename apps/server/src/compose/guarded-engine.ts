import { GennakerError } from "@gennaker/contract/errors.ts";
import type { SecondPerson } from "../access/second-person/api.ts";
import type { Engine, ExecutionView, StageView } from "../engine/api.ts";
import type { Actor, Denials } from "../platform/audit/api.ts";
import { heldCode } from "./guarded-stages.ts";

/** Fields of a judgement that the pipeline says, and nobody who answers it may say otherwise. */
const rules = ["requiredJudgmentRoles", "selectedStageRoles", "propagateAuthenticationContext", "propagatedUser"];

/**
 * The engine as people reach it: who answers a judgement cannot change who may, nobody skips past one that they may not
 * answer, and stages that need a second person are let go by one.
 */
export function guardedEngine<E extends Engine>(
  engine: E,
  secondPerson: SecondPerson,
  denials: Pick<Denials, "note">,
): E {
  /** What is refused here is in the audit like what routes refuse. */
  async function audited<T>(run: ExecutionView, stage: StageView, actor: Actor, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof GennakerError && error.code === "forbidden")
        await denials.note({
          actor,
          action: "access.denied",
          resource: `execution/${run.id}/stage/${stage.id}`,
          application: run.application,
          reason: error.message,
        });
      throw error;
    }
  }

  async function find(executionId: string, stageId: string): Promise<{ run: ExecutionView; stage: StageView } | null> {
    const run = await engine.get(executionId);
    const stage = run?.stages.find(({ id }) => id === stageId);
    return run && stage ? { run, stage } : null;
  }

  return {
    ...engine,
    async patchStage(executionId, stageId, patch, actor) {
      const found = await find(executionId, stageId);
      const says = String(patch["judgmentStatus"] ?? "").toLowerCase();
      if (found === null || isOurs(actor)) return engine.patchStage(executionId, stageId, patch, actor);
      const { run, stage } = found;
      const waits = says === "continue" && secondPerson.needed(run, stage);
      await audited(run, stage, actor, async () => {
        if (patch["manualSkip"] === true) await checkSkip(run, stage, actor);
        if (stage.type === "manualJudgment") checkFields(patch);
        const reason = patch["judgmentReason"] ?? patch["judgmentInput"];
        if (waits) await secondPerson.approve(run, stage, actor, typeof reason === "string" ? reason : null);
      });
      if (!waits) return engine.patchStage(executionId, stageId, patch, actor);
      if (stage.type === "manualJudgment") return engine.patchStage(executionId, stageId, patch, actor);
      // Parts of a stage wait for the approval of the whole.
      engine.wake(run.stages.filter(isHeld).map(({ id }) => `stage:${id}`));
    },
    async skipStage(executionId, stageId, reason, actor) {
      const found = await find(executionId, stageId);
      if (found !== null && !isOurs(actor)) {
        const { run, stage } = found;
        await audited(run, stage, actor, () => checkSkip(run, stage, actor));
      }
      return engine.skipStage(executionId, stageId, reason, actor);
    },
  };

  /** Skipping a judgement is answering it. */
  async function checkSkip(run: ExecutionView, stage: StageView, actor: Actor): Promise<void> {
    if (stage.type !== "manualJudgment") return;
    const wanted = [stage.context["requiredJudgmentRoles"], stage.context["selectedStageRoles"]]
      .map((list) => (Array.isArray(list) ? list.filter((role): role is string => typeof role === "string") : []))
      .find((list) => list.length > 0);
    const roles = new Set(actor.roles.map((role) => role.toLowerCase()));
    if (wanted !== undefined && !wanted.some((role) => roles.has(role.toLowerCase())))
      throw new GennakerError(
        "forbidden",
        `Stage "${stage.name}" is decided by the roles ${wanted.join(", ")}; ${actor.user} has none of them and cannot skip it.`,
      );
    if (secondPerson.needed(run, stage)) await secondPerson.approve(run, stage, actor, "skipped");
  }
}

/** A stage that waits for a second person. */
function isHeld({ tasks }: StageView): boolean {
  return tasks.some(({ waiting }) => waiting?.code === heldCode);
}

function isOurs({ via }: Actor): boolean {
  return via === "engine" || via === "system";
}

function checkFields(patch: Readonly<Record<string, unknown>>): void {
  const changed = rules.filter((field) => Object.hasOwn(patch, field));
  if (changed.length > 0)
    throw new GennakerError(
      "forbidden",
      `${changed.join(", ")} of a judgement cannot be changed while it waits. Change the pipeline.`,
    );
}
