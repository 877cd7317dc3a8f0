import { choice, filledText, flag, list, map, maybe, object, text } from "../fields.ts";

export const pipelineStageSchema = object({
  application: maybe(text),
  /** Whose strategy it is, where the child is one. */
  pipelineApplication: maybe(text),
  /** The id of the pipeline to run. */
  pipeline: maybe(text),
  /** The id of the deployment strategy to run, with `pipelineParameters.strategy`. */
  pipelineId: maybe(text),
  pipelineParameters: maybe(map),
  waitForCompletion: maybe(flag),
  /** True: the outputs of the child's stages do not become outputs of this stage. */
  skipDownstreamOutput: maybe(flag),
});

/** Waits for runs by their ids; a null among them is left out. */
export const monitorPipelineSchema = object({
  executionIds: maybe(list(maybe(text))),
  monitorBehavior: maybe(choice(["WaitForAllToComplete", "FailFast"])),
});

export const dependsOnExecutionSchema = object({
  executionId: filledText,
  executionType: choice(["pipeline", "orchestration"]),
});

/** Reads nothing of its own. */
export const noopSchema = object({});
