import type { DryRun, DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import type { Look } from "../../ui/status/look.ts";

/** What stands above the stages: how many there are, what is open, what is wrong. */
export function countsOf(result: DryRun): { stages: number; pending: number; problems: number } {
  return {
    stages: result.stages.length,
    pending: result.stages.reduce((sum, stage) => sum + stage.pending.length, 0),
    problems: result.problems.length + result.stages.reduce((sum, stage) => sum + stage.problems.length, 0),
  };
}

/** A problem outranks whether the stage would run. */
export function lookOfStage(stage: Pick<DryRunStage, "runs" | "problems">): Look {
  if (stage.problems.length > 0) return { tone: "bad", shape: "cross" };
  const looks: Record<DryRunStage["runs"], Look> = {
    yes: { tone: "ok", shape: "check" },
    no: { tone: "idle", shape: "skip" },
    pending: { tone: "wait", shape: "question" },
  };
  return looks[stage.runs];
}

/** Names of the stages that a stage comes after. */
export function namesBefore(stage: DryRunStage, stages: readonly DryRunStage[]): string[] {
  return stage.requires.map((ref) => stages.find((other) => other.refId === ref)?.name ?? ref);
}
