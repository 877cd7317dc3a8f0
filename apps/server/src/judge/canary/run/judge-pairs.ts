import { Worker } from "node:worker_threads";
import { judgeByName } from "@gennaker/canary-judge/json-line.ts";
import type { JudgeInput, JudgeResult } from "@gennaker/canary-judge/types.ts";

/** From this many metrics on the judgement moves to a thread of its own, so that it does not hold up the server. */
const threadFrom = 200;

export type JudgeAnswer = { result: JudgeResult } | { error: { code: string; message: string } };

/** Judges with the judge that the config names (Kayenta's unless it is ours). Throws the judge's error. */
export async function judgePairs(input: JudgeInput, signal: AbortSignal): Promise<JudgeResult> {
  if ((input.metricSetPairList?.length ?? 0) <= threadFrom) return judgeByName(input);
  return await judgeInThread(input, signal);
}

async function judgeInThread(input: JudgeInput, signal: AbortSignal): Promise<JudgeResult> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./judge-worker.ts", import.meta.url), { workerData: input });
  const stop = () => void worker.terminate();
  signal.addEventListener("abort", stop);
  try {
    const answer = await new Promise<JudgeAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () =>
        reject(new Error(signal.aborted ? "the judgement was stopped" : "the judge's thread ended without an answer")),
      );
    });
    if ("error" in answer) throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    return answer.result;
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
