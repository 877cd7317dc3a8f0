import type { Json } from "@gennaker/contract/json.ts";
import type { Execution, Stage } from "@gennaker/engine-core/model.ts";

/**
 * Roughly how many bytes a value takes once it is read: V8 gives an object three words and one for each field, a string a
 * header and a byte for each character (field names are shared).
 */
export function bytesOf(value: Json): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  let sum = 32;
  if (Array.isArray(value)) for (const item of value) sum += 8 + bytesOf(item);
  else for (const key of Object.keys(value)) sum += 8 + bytesOf(value[key] ?? null);
  return sum;
}

const bytesOfHeader = 3_000;
const bytesOfStage = 1_500;
const bytesOfTask = 300;

/** Roughly how many bytes an execution takes in memory. */
export function weightOf(execution: Pick<Execution, "trigger" | "initialConfig" | "stages">): number {
  let sum = bytesOfHeader + bytesOf(execution.trigger) + bytesOf(execution.initialConfig);
  for (const stage of execution.stages.values()) sum += stageBytes(stage, undefined);
  return sum;
}

/** The weight after a transition: only what was exchanged is looked at. */
export function weightAfter(
  before: { weight: number; execution: Pick<Execution, "stages"> },
  { changed, removed }: { changed: readonly Stage[]; removed: readonly string[] },
): number {
  const { stages } = before.execution;
  let sum = before.weight;
  for (const stage of changed) {
    const old = stages.get(stage.id);
    sum += stageBytes(stage, old);
    if (old !== undefined) sum -= stageBytes(old, stage);
  }
  for (const id of removed) {
    const old = stages.get(id);
    if (old !== undefined) sum -= stageBytes(old, undefined);
  }
  return Math.max(bytesOfHeader, sum);
}

/** Without the values that `other` has too. */
function stageBytes(stage: Stage, other: Stage | undefined): number {
  let sum = bytesOfStage + stage.tasks.length * bytesOfTask;
  if (stage.source !== other?.source) sum += bytesOf(stage.source);
  if (stage.context !== stage.source && stage.context !== other?.context) sum += bytesOf(stage.context);
  if (stage.outputs !== other?.outputs) sum += bytesOf(stage.outputs);
  return sum;
}
