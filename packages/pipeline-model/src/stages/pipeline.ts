import { filledText, flag, map, maybe, object, text } from "../fields.ts";

export const pipelineStageSchema = object({
  application: maybe(text),
  pipeline: filledText,
  pipelineParameters: maybe(map),
  waitForCompletion: maybe(flag),
});
