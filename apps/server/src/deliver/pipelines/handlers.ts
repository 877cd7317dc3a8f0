import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Pipeline, Validation } from "@gennaker/contract/resources/pipeline.ts";
import type { Engine } from "../../engine/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Pipelines, StoredPipeline } from "./api.ts";

type Dependencies = {
  pipelines: Pipelines;
  engine: Pick<Engine, "list">;
  validate(document: JsonObject): Validation;
};

export function pipelineHandlers({ pipelines, engine, validate }: Dependencies): Handlers {
  async function existing(id: string): Promise<StoredPipeline> {
    const found = await pipelines.get(id);
    if (found) return found;
    throw new GennakerError("not_found", `There is no pipeline with the id ${id}. List the application's pipelines to see them.`);
  }

  async function toResource(stored: StoredPipeline): Promise<Pipeline> {
    const last = (await engine.list({ pipelineConfigIds: [stored.id], limit: 1 }))[0];
    return {
      id: stored.id,
      application: stored.application,
      name: stored.name,
      disabled: stored.disabled,
      updatedAt: stored.updatedAt.toISOString(),
      lastModifiedBy: stored.lastModifiedBy,
      version: stored.version,
      document: stored.document,
      lastExecution: last ? { id: last.id, status: last.status, buildTime: last.buildTime } : null,
    };
  }

  return {
    listPipelines: async ({ params }) => Promise.all((await pipelines.list(params.application)).map(toResource)),
    getPipeline: async ({ params }) => toResource(await existing(params.pipeline)),
    savePipeline: async ({ body, query, actor }) =>
      toResource(await pipelines.save(body as JsonObject, actor, { staleCheck: query.staleCheck === "true" })),
    validatePipeline: async ({ body }) => validate(body as JsonObject),
    deletePipeline: async ({ params, actor }) => {
      await pipelines.remove(params.pipeline, actor);
      return {};
    },
    startPipeline: async ({ params, body, actor }) => {
      const { parameters, artifacts, ...rest } = body;
      return pipelines.start(
        await existing(params.pipeline),
        {
          parameters: (parameters ?? {}) as JsonObject,
          artifacts: (artifacts ?? []) as JsonObject[],
          trigger: { ...(rest as JsonObject), type: "manual" },
        },
        actor,
      );
    },
  };
}
