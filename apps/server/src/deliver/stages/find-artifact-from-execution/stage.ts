import type { JsonObject } from "@gennaker/contract/json.ts";
import { findArtifactFromExecutionSchema } from "@gennaker/pipeline-model/stages/artifacts.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, Status } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { allArtifacts } from "../../artifacts/api.ts";
import { bindExpected } from "../artifacts/bind-produced.ts";
import type { DeliverDeps } from "../deps.ts";

/**
 * Takes artifacts from the latest run of another pipeline, or of its own, but never from this same stage of it. As in
 * Orca a run that is still going counts where the options allow it, so of its own pipeline it may be this very run.
 */
export function findArtifactFromExecutionStage(deps: Pick<DeliverDeps, "latestRun">): StageType {
  return {
    type: "findArtifactFromExecution",
    description: "Takes artifacts from another run",
    validate: rulesFor("findArtifactFromExecution").validate,
    tasks: () => [
      {
        name: "findArtifactFromExecution",
        async run({ execution, stage }) {
          const fields = fieldsOf(findArtifactFromExecutionSchema, stage);
          const options = fields.executionOptions ?? {};
          const statuses: Status[] = [
            ...(options.successful === true || options.succeeded === true ? (["SUCCEEDED"] as const) : []),
            ...(options.terminal === true ? (["TERMINAL"] as const) : []),
            ...(options.running === true ? (["RUNNING"] as const) : []),
          ];
          const found = await deps.latestRun(fields.pipeline, statuses);
          if (found === null) {
            const kind = statuses.length === 0 ? "" : ` that is ${statuses.join(" or ")}`;
            throw new TaskError(
              "artifact.noRun",
              `Pipeline ${fields.pipeline} has no run${kind} to take artifacts from.`,
            );
          }
          const own = execution.pipelineConfigId === fields.pipeline ? stage.refId : undefined;
          const expected =
            fields.expectedArtifacts ?? (fields.expectedArtifact === undefined ? [] : [fields.expectedArtifact]);
          return bindExpected(expected as JsonObject[], allArtifacts(found, own));
        },
      },
    ],
  };
}
