import fc from "fast-check";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import type { Execution, Message, Stage } from "./model.ts";
import { isActive, isComplete, isHalt, isPassing } from "./status.ts";
import { dag, difference, documents, faultyRun, policies, unhalted } from "./testing/random-runs.ts";
import { expectedRun, expectedStatuses } from "./testing/reference-model.ts";
import { simulate, type Simulator } from "./testing/simulator.ts";
import { topStages, upstreamOf } from "./topology.ts";

/** Statements that hold after every transition. */
function checkAlways(before: Execution, after: Execution, restarted: boolean): void {
  for (const stage of after.stages.values()) {
    const earlier = before.stages.get(stage.id);
    if (earlier !== undefined && isComplete(earlier.status) && !restarted) expect(stage.status).toBe(earlier.status);
    if (isComplete(stage.status)) {
      expect(stage.activity).toBeNull();
      expect(stage.tasks.every((task) => !isActive(task.status))).toBe(true);
      expect(stage.endTime).not.toBeNull();
    }
    if (isActive(stage.status) || (isComplete(stage.status) && stage.status !== "SKIPPED")) {
      for (const required of upstreamOf(after, stage)) expect(isPassing(required.status) || restarted).toBe(true);
    }
  }
  if (isComplete(before.status) && !restarted) expect(after.status).toBe(before.status);
  if (isComplete(after.status)) {
    const left = [...after.stages.values()].filter((stage) => isActive(stage.status));
    expect(left.map((stage) => `${stage.refId} ${stage.status}`)).toEqual([]);
  }
}

function watch(simulator: Simulator): void {
  let before: Execution | null = null;
  let seen = 0;
  const check = () => {
    for (; seen < simulator.outcomes.length; seen += 1) {
      const after = simulator.outcomes[seen]?.execution;
      if (before !== null && after !== undefined) checkAlways(before, after, false);
      before = after ?? before;
    }
  };
  check();
}

test("without a halting failure, every order of events ends as the reference model says", () => {
  fc.assert(
    fc.property(unhalted, fc.infiniteStream(fc.nat()), (stages, choices) => {
      const simulator = simulate(documents(stages));
      const execution = simulator.finish((count) => (choices.next().value ?? 0) % count);
      watch(simulator);
      expect(simulator.statuses()).toEqual(expectedStatuses(stages));
      expect(execution.status).toBe(expectedRun(stages));
      expect(new Set(simulator.begun).size).toBe(simulator.begun.length);
    }),
    { numRuns: 1_500 },
  );
});

test("reports that come twice, questions asked again, pauses and jumping clocks change nothing", () => {
  fc.assert(
    fc.property(unhalted, fc.infiniteStream(fc.nat()), (stages, choices) => {
      const simulator = faultyRun(stages, (count) => (choices.next().value ?? 0) % count);
      watch(simulator);
      expect(difference(stages, simulator)).toBeNull();
    }),
    { numRuns: 150 },
  );
});

test("a halting failure ends the run TERMINAL, cancels what runs, and nothing starts behind it", () => {
  const graphs = dag(["SUCCEEDED", "TERMINAL"], ["halt", "haltBranch", "ignore"]);
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat()), (stages, choices) => {
      const simulator = simulate(documents(stages));
      const execution = simulator.finish((count) => (choices.next().value ?? 0) % count);
      watch(simulator);
      const reference = expectedStatuses(stages);
      const halted = Object.values(simulator.statuses()).includes("TERMINAL");
      expect(halted).toBe(Object.values(reference).includes("TERMINAL"));
      expect(execution.status).toBe(halted ? "TERMINAL" : "SUCCEEDED");
      for (const [refId, status] of Object.entries(simulator.statuses())) {
        // What did run ended as it would have; what was cut short is CANCELED or never began.
        expect([reference[refId], ...(halted ? ["CANCELED", "NOT_STARTED"] : [])]).toContain(status);
      }
    }),
    { numRuns: 1_000 },
  );
});

const familyContext: fc.Arbitrary<JsonObject> = fc.letrec<{ stage: JsonObject; child: JsonObject }>((tie) => {
  const outcome = fc.constantFrom(
    "SUCCEEDED",
    "SUCCEEDED",
    "SUCCEEDED",
    "TERMINAL",
    "STOPPED",
    "SKIPPED",
    "FAILED_CONTINUE",
    "CANCELED",
    "REDIRECT",
  );
  const list = fc.array(tie("child"), { maxLength: 3 });
  return {
    stage: fc
      .record({
        tasks: fc.array(outcome, { maxLength: 3 }),
        before: list,
        after: list,
        onFailure: list,
        cancellable: fc.boolean(),
        unplannable: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
        afterThrows: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
        policy: fc.constantFrom(...Object.values(policies)),
      })
      .map(({ policy, ...rest }) => ({ ...rest, ...policy }) as unknown as JsonObject),
    child: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.record({
        type: fc.constant("test"),
        name: fc.constant("leaf"),
        parallel: fc.boolean(),
        context: fc.record({ tasks: fc.array(outcome, { maxLength: 2 }) }),
      }),
      fc.record({
        type: fc.constant("test"),
        name: fc.constant("node"),
        parallel: fc.boolean(),
        context: tie("stage"),
      }),
    ) as fc.Arbitrary<JsonObject>,
  };
}).stage;

type Control =
  | { kind: "step"; pick: number }
  | { kind: "cancel" | "pause" | "resume" | "restart" | "skip"; pick: number };

const controls: fc.Arbitrary<Control[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("step" as const), pick: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("pause" as const, "resume" as const), pick: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("cancel" as const, "restart" as const, "skip" as const),
        pick: fc.nat(),
      }),
    },
  ),
  { maxLength: 40 },
);

function messageFor(control: Control, stages: readonly Stage[]): Message {
  const stageId = stages[control.pick % stages.length]?.id ?? "";
  switch (control.kind) {
    case "cancel":
      return { type: "CancelExecution", user: "ann", reason: null };
    case "pause":
      return { type: "PauseExecution", user: "ann" };
    case "resume":
      return { type: "ResumeExecution" };
    case "restart":
      return { type: "RestartStage", stageId, user: "ann" };
    default:
      return { type: "ManualSkip", stageId, reason: null };
  }
}

test("families of synthetic stages under random cancel, pause, resume, restart and skip always come to an end", () => {
  const stages = fc.array(fc.tuple(familyContext, fc.array(fc.nat(), { maxLength: 2 })), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(stages, controls, fc.infiniteStream(fc.nat()), (list, script, choices) => {
      const simulator = simulate(
        list.map(([context, edges], index) => ({
          ...context,
          refId: String(index),
          type: "test",
          requisiteStageRefIds: index === 0 ? [] : [...new Set(edges.map((edge) => String(edge % index)))],
        })),
      );
      for (const control of script) {
        const before = simulator.execution;
        if (control.kind === "step") {
          const count = simulator.runs().length;
          if (count > 0) simulator.step(control.pick % count);
        } else {
          simulator.send(messageFor(control, [...before.stages.values()]));
        }
        checkAlways(before, simulator.execution, control.kind === "restart" || hasRestarted(simulator.execution));
      }
      simulator.send({ type: "ResumeExecution" });
      const end = simulator.finish((count) => (choices.next().value ?? 0) % count);
      expect(isComplete(end.status)).toBe(true);
      expect(end.held).toEqual([]);
      expect(simulator.runs()).toEqual([]);
      for (const stage of topStages(end))
        if (isHalt(stage.status) && stage.status !== "STOPPED") expect(end.status).not.toBe("SUCCEEDED");
    }),
    { numRuns: 3_000 },
  );
});

function hasRestarted(execution: Execution): boolean {
  return [...execution.stages.values()].some((stage) => stage.context["restartDetails"] !== undefined);
}
