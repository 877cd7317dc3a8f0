import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Pipeline, Validation } from "@gennaker/contract/resources/pipeline.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Pipelines, StoredPipeline } from "./api.ts";
import { documentForAnswer } from "./api.ts";
import { differencesBetween } from "./differences.ts";

type Dependencies = {
  pipelines: Pipelines;
  /** The newest run of each of these pipelines that has one. */
  lastRuns(
    pipelineIds: readonly string[],
  ): Promise<ReadonlyMap<string, { id: string; status: string; buildTime: string }>>;
  validate(document: JsonObject): Validation;
};

export function pipelineHandlers({ pipelines, lastRuns, validate }: Dependencies): Handlers {
  async function existing(id: string): Promise<StoredPipeline> {
    const found = await pipelines.get(id);
    if (found) return found;
    throw new GennakerError(
      "not_found",
      `There is no pipeline with the id ${id}. List the application's pipelines to see them.`,
    );
  }

  async function toResources(stored: readonly StoredPipeline[]): Promise<Pipeline[]> {
    const runs = await lastRuns(stored.map((each) => each.id));
    return stored.map((each) => {
      const last = runs.get(each.id);
      return {
        id: each.id,
        application: each.application,
        name: each.name,
        disabled: each.disabled,
        updatedAt: each.updatedAt.toISOString(),
        lastModifiedBy: each.lastModifiedBy,
        version: each.version,
        document: documentForAnswer(each),
        lastExecution: last ? { id: last.id, status: last.status, buildTime: last.buildTime } : null,
      };
    });
  }

  async function toResource(stored: StoredPipeline): Promise<Pipeline> {
    return (await toResources([stored]))[0] as Pipeline;
  }

  return {
    listPipelines: async ({ params }) => toResources(await pipelines.list(params.application)),
    getPipeline: async ({ params }) => toResource(await existing(params.pipeline)),
    savePipeline: async ({ body, bodyText, query, actor }) =>
      toResource(
        await pipelines.save(body as JsonObject, actor, {
          staleCheck: query.staleCheck === "true",
          received: bodyText,
        }),
      ),
    listPipelineVersions: async ({ params, query }) => {
      const limit = query.limit ?? 20;
      // One more than is shown, so that the last one shown has something to be compared with.
      const found = await pipelines.history(params.pipeline, limit + 1);
      if (found.length === 0)
        throw new GennakerError("not_found", `There never was a pipeline with the id ${params.pipeline}.`);
      return found.slice(0, limit).map((each, index) => {
        const older = found[index + 1];
        return {
          version: each.version,
          savedAt: each.savedAt.toISOString(),
          savedBy: each.savedBy,
          changes: older ? differencesBetween(older.document, each.document) : null,
          document: documentForAnswer(each),
        };
      });
    },
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
