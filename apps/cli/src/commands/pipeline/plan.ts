import { planLine } from "@gennaker/pipeline-model/templates/json-plan-line.ts";
import type { CliContext } from "../../context.ts";
import { answerLines } from "../../offline/answer-lines.ts";

export async function planPipelines(context: CliContext): Promise<void> {
  await answerLines(context, planLine);
}
