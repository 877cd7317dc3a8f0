import { parentPort, workerData } from "node:worker_threads";
import { judgeByName } from "@gennaker/canary-judge/json-line.ts";
import type { JudgeInput } from "@gennaker/canary-judge/types.ts";
import type { JudgeAnswer } from "./judge-pairs.ts";

function answer(): JudgeAnswer {
  try {
    return { result: judgeByName(workerData as JudgeInput) };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { error: { code: code ?? "judge.failed", message } };
  }
}

parentPort?.postMessage(answer());
