import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Pipelines } from "../pipelines/api.ts";
import type { DryRuns } from "./api.ts";

export function dryRunHandlers(dryRuns: DryRuns, pipelines: Pick<Pipelines, "get">): Handlers {
  return {
    async dryRunPipeline({ params, body, actor }) {
      const unsaved = body.pipeline as JsonObject | undefined;
      const stored = unsaved === undefined ? await pipelines.get(params.pipeline) : null;
      if (unsaved === undefined && stored?.application.toLowerCase() !== params.application.toLowerCase()) {
        const message = `The application ${params.application} has no pipeline with the id ${params.pipeline}.`;
        throw new GennakerError("not_found", `${message} List its pipelines, or give one as "pipeline".`);
      }
      const document = { application: params.application, ...(unsaved ?? stored?.document) };
      return dryRuns.run(
        {
          document,
          parameters: (body.parameters ?? {}) as JsonObject,
          artifacts: (body.artifacts ?? []) as JsonObject[],
          trigger: { type: "manual", ...(body.trigger as JsonObject | undefined) },
        },
        actor,
      );
    },
  };
}
