import type { JsonObject } from "@gennaker/contract/json.ts";

/** The jobs of an operation as stages that run one after the other, in the order given. */
export function operationStages(jobs: readonly JsonObject[]): JsonObject[] {
  return jobs.map((job, index) => ({
    ...job,
    name: typeof job["name"] === "string" ? job["name"] : String(job["type"]),
    refId: String(index),
    requisiteStageRefIds: index === 0 ? [] : [String(index - 1)],
  }));
}
