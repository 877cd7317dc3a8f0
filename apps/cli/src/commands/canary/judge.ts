import { judgeLine } from "@gennaker/canary-judge/json-line.ts";
import type { CliContext } from "../../context.ts";
import { answerLines } from "../../offline/answer-lines.ts";

export async function judgeCanaries(context: CliContext): Promise<void> {
  await answerLines(context, (line) => judgeLine(line));
}
