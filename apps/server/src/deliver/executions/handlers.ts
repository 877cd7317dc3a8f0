import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import type { Engine, ExecutionView, StageView } from "../../engine/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import { operationStages } from "./api.ts";
import { filterOf } from "./filter.ts";

export function executionHandlers(engine: Engine): Handlers {
  async function existing(id: string): Promise<ExecutionView> {
    const found = await engine.get(id);
    if (found) return found;
    throw new GennakerError(
      "not_found",
      `There is no execution ${id}. It may have been deleted; list the executions to see those kept.`,
    );
  }

  async function stageOf(executionId: string, stageId: string): Promise<StageView> {
    const execution = await existing(executionId);
    const stage = execution.stages.find((each) => each.id === stageId || each.refId === stageId);
    if (stage) return stage;
    throw new GennakerError("not_found", `Execution ${executionId} has no stage ${stageId}.`);
  }

  return {
    listExecutions: async ({ query }) => (await engine.list(filterOf(query))).map(toResource),
    getExecution: async ({ params }) => toResource(await existing(params.execution)),
    cancelExecution: async ({ params, body, actor }) => {
      await existing(params.execution);
      await engine.cancel(params.execution, body.reason ?? null, actor);
      return {};
    },
    pauseExecution: async ({ params, actor }) => {
      await existing(params.execution);
      await engine.pause(params.execution, actor);
      return {};
    },
    resumeExecution: async ({ params, actor }) => {
      await existing(params.execution);
      await engine.resume(params.execution, actor);
      return {};
    },
    judgeStage: async ({ params, body, actor }) => {
      const stage = await stageOf(params.execution, params.stage);
      // Stages that wait for a second person are let go in the same way.
      const held = stage.tasks.some(({ waiting }) => waiting?.code === "access.secondPerson");
      if ((stage.type !== "manualJudgment" && !(held && body.decision === "continue")) || stage.status !== "RUNNING") {
        throw new GennakerError(
          "wrong_state",
          `Stage ${stage.name} is ${stage.status} and no waiting manual judgement. Nothing was changed.`,
        );
      }
      const patch: JsonObject = { judgmentStatus: body.decision };
      if (body.input !== undefined) patch["judgmentInput"] = body.input;
      if (body.reason !== undefined) patch["judgmentReason"] = body.reason;
      await engine.patchStage(params.execution, stage.id, patch, actor);
      return {};
    },
    skipStage: async ({ params, body, actor }) => {
      const stage = await stageOf(params.execution, params.stage);
      if (stage.type === "wait" && stage.status === "RUNNING") {
        await engine.patchStage(params.execution, stage.id, { skipRemainingWait: true }, actor);
      } else {
        await engine.skipStage(params.execution, stage.id, body.reason ?? null, actor);
      }
      return {};
    },
    restartStage: async ({ params, actor }) => {
      const stage = await stageOf(params.execution, params.stage);
      await engine.restartStage(params.execution, stage.id, actor);
      return {};
    },
    startOperation: async ({ body, actor }) =>
      engine.start(
        {
          type: "ORCHESTRATION",
          application: body.application.toLowerCase(),
          name: body.description,
          pipelineConfigId: null,
          stages: operationStages(body.job as JsonObject[]),
          trigger: { type: "manual", user: actor.user },
          initialConfig: body as JsonObject,
        },
        actor,
      ),
  };
}

/** The engine's view is the resource, without the pipeline's own document. */
function toResource(view: ExecutionView): Execution {
  const { initialConfig: _document, ...rest } = view;
  return {
    ...rest,
    stages: view.stages.map((stage) => ({
      ...stage,
      requisiteStageRefIds: [...stage.requisiteStageRefIds],
      tasks: [...stage.tasks],
    })),
  };
}
