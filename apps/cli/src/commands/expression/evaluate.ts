import { evaluateLine } from "@gennaker/expressions/json-line.ts";
import type { CliContext } from "../../context.ts";
import { answerLines } from "../../offline/answer-lines.ts";

export async function evaluateExpressions(context: CliContext): Promise<void> {
  await answerLines(context, (line) => evaluateLine(line));
}
