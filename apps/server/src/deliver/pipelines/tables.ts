/** Where documents of one kind are kept, and what they are called. */
export type PipelineKind = { table: string; versions: string; noun: "pipeline" | "strategy" };

/** Pipelines, and the deployment strategies that stages of pipelines run: the same documents, kept apart as in Spinnaker. */
export const kinds = {
  pipeline: { table: "deliver_pipeline", versions: "deliver_pipeline_version", noun: "pipeline" },
  strategy: { table: "deliver_strategy", versions: "deliver_strategy_version", noun: "strategy" },
} as const satisfies Record<string, PipelineKind>;
