import { healthLine } from "@gennaker/kube-health/json-line.ts";
import type { CliContext } from "../../context.ts";
import { answerLines } from "../../offline/answer-lines.ts";

export async function judgeManifests(context: CliContext): Promise<void> {
  await answerLines(context, (line) => healthLine(line));
}
