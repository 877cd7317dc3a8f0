import { GennakerError } from "@gennaker/contract/errors.ts";
import { isComplete } from "@gennaker/engine-core/status.ts";
import { restartObstacle } from "@gennaker/engine-core/messages/restart-stage.ts";
import type { Execution, Message, Stage } from "@gennaker/engine-core/model.ts";
import type { Actor, AuditInput, AuditLog } from "../platform/audit/api.ts";
import type { Database } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import { encodeText } from "../platform/values/document.ts";
import type { Work } from "./batch.ts";
import type { Engine, ForgetRuns } from "./api.ts";
import { removeRuns } from "./removal.ts";
import { toJsonObject } from "./task-outcome.ts";

type Commands = Pick<Engine, "cancel" | "pause" | "resume" | "patchStage" | "skipStage" | "restartStage" | "remove">;

export type CommandOptions = {
  submit(executionId: string, work: Work): Promise<boolean>;
  database: Database;
  audit: AuditLog;
  events: EventLog;
  forget: readonly ForgetRuns[];
};

function stageOf(execution: Execution, stageId: string): Stage {
  const stage = execution.stages.get(stageId);
  if (stage === undefined) throw new GennakerError("not_found", `Execution ${execution.id} has no stage ${stageId}.`);
  return stage;
}

function wrongState(message: string): GennakerError {
  return new GennakerError("wrong_state", message);
}

/** What people and triggers ask of a run. Each writes its audit row in the transaction that does it. */
export function createCommands(options: CommandOptions): Commands {
  const ask = async (
    executionId: string,
    actor: Actor,
    action: string,
    extra: { resource?: string; reason?: string | null; after?: AuditInput["after"] },
    messages: (execution: Execution) => readonly Message[],
  ): Promise<void> => {
    const { reason, after } = extra;
    const audit = (execution: Execution): AuditInput => ({
      actor,
      action,
      resource: extra.resource ?? `execution/${executionId}`,
      application: encodeText(execution.application),
      ...(reason === null || reason === undefined ? {} : { reason: encodeText(reason) }),
      ...(after === undefined ? {} : { after }),
    });
    await options.submit(executionId, { impatient: true, audit, messages });
  };
  const stageResource = (executionId: string, stageId: string) => `execution/${executionId}/stage/${stageId}`;

  return {
    /** Without effect on a run that has ended, except that a restart which waits for its turn is given up. */
    cancel: (executionId, reason, actor) =>
      ask(executionId, actor, "execution.cancel", { reason }, (execution) =>
        execution.pendingRestart === null && (isComplete(execution.status) || execution.canceled)
          ? []
          : [{ type: "CancelExecution", user: actor.user, reason }],
      ),

    pause: (executionId, actor) =>
      ask(executionId, actor, "execution.pause", {}, (execution) => {
        if (execution.status === "PAUSED" && execution.paused?.engine !== true) return [];
        if (execution.status === "PAUSED") return [{ type: "PauseExecution", user: actor.user }];
        if (execution.status !== "RUNNING")
          throw wrongState(`Only a running execution can be paused; this one is ${execution.status}.`);
        if (execution.halting) throw wrongState("The run is ending and cannot be paused any more.");
        return [{ type: "PauseExecution", user: actor.user }];
      }),

    resume: (executionId, actor) =>
      ask(executionId, actor, "execution.resume", {}, (execution) => {
        if (execution.status !== "PAUSED")
          throw wrongState(`Only a paused execution can be resumed; this one is ${execution.status}.`);
        if (execution.paused?.engine === true)
          throw wrongState("The engine's pause holds this run, not a pause of its own; it goes on when that one ends.");
        return [{ type: "ResumeExecution" }];
      }),

    patchStage: async (executionId, stageId, patch, actor) => {
      // Who changed it comes from the request, never from the patch: a judgement is checked against these roles.
      const plain = toJsonObject({ ...patch, lastModifiedBy: actor.user, lastModifiedRoles: actor.roles }, "a patch");
      await ask(
        executionId,
        actor,
        "stage.patch",
        { resource: stageResource(executionId, stageId), after: plain },
        (execution) => {
          const stage = stageOf(execution, stageId);
          if (isComplete(stage.status))
            throw wrongState(`Stage "${stage.name}" has ended (${stage.status}) and cannot be changed any more.`);
          const skip: Message[] = plain["manualSkip"] === true ? [{ type: "ManualSkip", stageId, reason: null }] : [];
          return [{ type: "PatchStage", stageId, patch: plain }, ...skip];
        },
      );
    },

    skipStage: (executionId, stageId, reason, actor) =>
      ask(executionId, actor, "stage.skip", { resource: stageResource(executionId, stageId), reason }, (execution) => {
        const stage = stageOf(execution, stageId);
        if (isComplete(stage.status))
          throw wrongState(`Stage "${stage.name}" has ended (${stage.status}) and cannot be skipped.`);
        return [{ type: "ManualSkip", stageId, reason }];
      }),

    restartStage: (executionId, stageId, actor) =>
      ask(executionId, actor, "stage.restart", { resource: stageResource(executionId, stageId) }, (execution) => {
        const obstacle = restartObstacle(execution, stageOf(execution, stageId));
        if (obstacle !== null) throw wrongState(`The stage cannot be restarted now. ${obstacle}`);
        return [{ type: "RestartStage", stageId, user: actor.user }];
      }),

    remove: (executionId, actor) =>
      options.database.transaction(async (tx) => {
        const [row] = await tx.query<{ application: string; end_time: Date | null; name: string; status: string }>(
          "select application, end_time, name, status from engine_execution where id = $1 for update",
          [executionId],
        );
        if (row === undefined) throw new GennakerError("not_found", `There is no execution ${executionId}.`);
        if (row.end_time === null) throw wrongState("An execution can be removed when it has ended; cancel it first.");
        const { application, name, status, end_time: ended } = row;
        await removeRuns(tx, [{ id: executionId, application }], options);
        await options.audit.record(tx, {
          actor,
          action: "execution.remove",
          resource: `execution/${executionId}`,
          application,
          before: { name, status, ended: ended.toISOString() },
        });
      }),
  };
}
