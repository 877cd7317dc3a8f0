import { judgeByName } from "@gennaker/canary-judge/json-line.ts";
import type { JudgeInput, JudgeResult } from "@gennaker/canary-judge/types.ts";

/** From this many values on (about twenty milliseconds) the judgement moves to a thread, so that it does not hold up the server. */
const threadFrom = 20_000;

export type JudgeAnswer = { result: JudgeResult } | { error: { code: string; message: string } };

/** Judges in another thread. */
export type JudgeElsewhere = (input: JudgeInput, signal: AbortSignal) => Promise<JudgeAnswer>;

/** Judges with the judge that the config names (Kayenta's unless it is ours). Throws the judge's error. */
export async function judgePairs(
  input: JudgeInput,
  signal: AbortSignal,
  elsewhere?: JudgeElsewhere,
): Promise<JudgeResult> {
  if (elsewhere === undefined || valuesIn(input) < threadFrom) return judgeByName(input);
  const answer = await elsewhere(input, signal);
  if ("error" in answer) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
  return answer.result;
}

/** The judgement as a thread gives it: errors keep their code on the way. */
export function judgeAnswer(input: JudgeInput): JudgeAnswer {
  try {
    return { result: judgeByName(input) };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { error: { code: code ?? "judge.failed", message } };
  }
}

function valuesIn({ metricSetPairList }: JudgeInput): number {
  return (metricSetPairList ?? []).reduce(
    (sum, pair) => sum + (pair?.values?.["control"]?.length ?? 0) + (pair?.values?.["experiment"]?.length ?? 0),
    0,
  );
}
