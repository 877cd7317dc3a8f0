import type { JudgeInput } from "@gennaker/canary-judge/types.ts";
import type { ReadText } from "@gennaker/pipeline-model/import/read-text.ts";
import type { HeavyInput, HeavyOutput } from "../engine/heavy-expressions.ts";
import type { JudgeAnswer } from "../judge/canary/run/judge-pairs.ts";
import type { ReadManifests } from "../providers/kubernetes/manifest/read-manifests.ts";

/*
 * What the worker threads can do, by name. Each loads what it needs when it is first asked for, so that a thread stays small.
 */

export async function evaluateHeavily(input: HeavyInput): Promise<HeavyOutput> {
  return (await import("../engine/heavy-expressions.ts")).evaluateHeavily(input);
}

export async function judgeAnswer(input: JudgeInput): Promise<JudgeAnswer> {
  return (await import("../judge/canary/run/judge-pairs.ts")).judgeAnswer(input);
}

export async function readManifests(text: string): Promise<ReadManifests> {
  return (await import("../providers/kubernetes/manifest/read-manifests.ts")).readManifests(text);
}

export async function readText(text: string): Promise<ReadText[]> {
  return (await import("@gennaker/pipeline-model/import/read-text.ts")).readText(text);
}
