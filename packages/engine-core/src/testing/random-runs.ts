import fc from "fast-check";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Message } from "../model.ts";
import { expectedRun, expectedStatuses, type ReferenceStage } from "./reference-model.ts";
import { simulate, type Simulator } from "./simulator.ts";

export const policies: Readonly<Record<ReferenceStage["policy"], JsonObject>> = {
  halt: {},
  haltBranch: { failPipeline: false },
  haltBranchThenFail: { failPipeline: false, completeOtherBranchesThenFail: true },
  ignore: { failPipeline: false, continuePipeline: true },
};

/** Random pipelines: the first stage is a root, each other one follows up to three before it or is a root as well. */
export function dag(
  gives: readonly ReferenceStage["gives"][],
  allowed: readonly ReferenceStage["policy"][],
): fc.Arbitrary<ReferenceStage[]> {
  const one = fc.record({
    edges: fc.array(fc.nat(), { maxLength: 3 }),
    gives: fc.constantFrom(...gives),
    policy: fc.constantFrom(...allowed),
    disabled: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  });
  return fc.array(one, { minLength: 1, maxLength: 12 }).map((list) =>
    list.map(({ edges, ...rest }, index) => ({
      ...rest,
      refId: String(index),
      after: index === 0 ? [] : [...new Set(edges.map((edge) => String(edge % index)))],
    })),
  );
}

/** Their documents for the simulator's planner. */
export function documents(stages: readonly ReferenceStage[]): JsonObject[] {
  return stages.map(({ refId, after, gives, policy, disabled }) => ({
    refId,
    requisiteStageRefIds: [...after],
    type: "test",
    name: refId,
    tasks: [gives],
    disabled,
    ...policies[policy],
  }));
}

/**
 * Runs a pipeline in memory in a random order while reports come twice, questions are asked again, the run is paused and resumed, and
 * the clock jumps by hours in both directions. `choose(n)` gives a number from 0 to n - 1.
 */
export function faultyRun(stages: readonly ReferenceStage[], choose: (count: number) => number): Simulator {
  const simulator = simulate(documents(stages));
  const again: Message[] = [{ type: "CompleteExecution" }];
  for (let steps = 0; simulator.runs().length > 0 && steps < 5_000; steps += 1) {
    const index = choose(simulator.runs().length);
    const run = simulator.runs()[index];
    simulator.step(index);
    if (run !== undefined && run.taskId !== null) {
      const { stageId, taskId, attempt } = run;
      const late: Message = { type: "RecordTask", stageId, taskId, attempt, outcome: { status: "TERMINAL" } };
      again.push(late, { type: "StartStage", stageId }, { type: "CompleteStage", stageId });
      again.push({ type: "ContinueParentStage", stageId, phase: "STAGE_BEFORE" });
      again.push({ type: "StartTask", stageId, taskId }, { type: "TimeOutTask", stageId, taskId, attempt });
    }
    const repeated = again[choose(again.length)];
    if (choose(2) === 0 && repeated !== undefined) simulator.send(repeated);
    if (choose(8) === 0) simulator.send({ type: "PauseExecution", user: "ann" }, { type: "ResumeExecution" });
    simulator.now += choose(7_200_000) - 3_600_000;
  }
  return simulator;
}

/** What differs from the reference model, in words; null when nothing does. */
export function difference(stages: readonly ReferenceStage[], simulator: Simulator): string | null {
  const wanted = JSON.stringify([expectedRun(stages), expectedStatuses(stages)]);
  const found = JSON.stringify([simulator.execution.status, simulator.statuses()]);
  const twice = simulator.begun.length - new Set(simulator.begun).size;
  if (wanted === found && twice === 0) return null;
  return `expected ${wanted}, found ${found}, begun twice: ${twice}, pipeline ${JSON.stringify(stages)}`;
}

/** Random pipelines in which nothing halts the whole run, so that order cannot matter. */
export const unhalted = dag(
  ["SUCCEEDED", "TERMINAL", "STOPPED", "SKIPPED", "FAILED_CONTINUE"],
  ["haltBranch", "haltBranchThenFail", "ignore"],
);
