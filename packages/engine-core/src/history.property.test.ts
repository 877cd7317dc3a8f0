import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createdStep, createReplay, factsOf, type RunState, type Step } from "./history.ts";
import type { Execution, Message } from "./model.ts";
import { child, failing, haltBranch, ignore, simulate, stage, type Simulator } from "./testing/simulator.ts";

/** Runs what a test does and keeps the history as the server stores it: as JSON, from the creation on. */
function recorded(stages: readonly JsonObject[]): { simulator: Simulator; replayed(): RunState | null } {
  const simulator = simulate(stages, { start: false });
  const begin = createdStep(simulator.execution);
  return {
    simulator,
    replayed() {
      const steps = [begin, ...simulator.outcomes.flatMap((outcome) => outcome.steps)];
      const replay = createReplay();
      for (const step of JSON.parse(JSON.stringify(steps)) as Step[]) replay.apply(step);
      return replay.state;
    },
  };
}

function expectSame(state: RunState | null, execution: Execution): void {
  const wanted = factsOf(execution);
  expect(state?.run).toEqual(wanted.run);
  expect([...(state?.stages ?? [])]).toEqual([...wanted.stages]);
}

const script = fc.constantFrom<JsonObject>(
  {},
  failing,
  { ...failing, ...haltBranch },
  { ...failing, ...ignore },
  { tasks: ["SUCCEEDED", "REDIRECT", "SUCCEEDED"], loopStart: 1 },
  { tasks: ["SUCCEEDED", "SKIPPED", "FAILED_CONTINUE"] },
  { tasks: [] },
  { unplannable: true },
  { disabled: true },
  { cancellable: true },
  { badExpression: true, failOnFailedExpressions: true },
  { before: [child("b1"), child("b2", {}, true), child("b3", {}, true)], after: [child("a1")] },
  { before: [child("b1", failing)], onFailure: [child("f1")] },
  { ...failing, onFailure: [child("f1"), child("f2")] },
);

const graph = fc
  .array(fc.record({ edges: fc.array(fc.nat(), { maxLength: 2 }), context: script }), { minLength: 1, maxLength: 6 })
  .map((list) =>
    list.map(({ edges, context }, index) =>
      stage(String(index), index === 0 ? [] : [...new Set(edges.map((edge) => String(edge % index)))], context),
    ),
  );

const action = fc.constantFrom("step", "step", "step", "step", "wait", "pause", "resume", "cancel", "skip", "restart");

function act(simulator: Simulator, what: string, pick: number): void {
  const runs = simulator.runs();
  const stages = [...simulator.execution.stages.values()];
  const stageId = stages[pick % stages.length]?.id ?? "";
  const control: Record<string, Message> = {
    pause: { type: "PauseExecution", user: "ann" },
    resume: { type: "ResumeExecution" },
    cancel: { type: "CancelExecution", user: "ann", reason: "enough" },
    skip: { type: "ManualSkip", stageId, reason: null },
    restart: { type: "RestartStage", stageId, user: "ann" },
  };
  const message = control[what];
  if (message !== undefined) return void simulator.send(message);
  if (runs.length === 0) return;
  if (what === "step") return simulator.step(pick % runs.length);
  const waiting = { code: "test.waits", message: `Waits (${pick}).` };
  simulator.step(pick % runs.length, { status: "RUNNING", waiting });
}

test("the history of any run, replayed from its first step, gives the run as it is, at every moment", () => {
  fc.assert(
    fc.property(graph, fc.array(fc.tuple(action, fc.nat(50)), { maxLength: 25 }), (stages, actions) => {
      const { simulator, replayed } = recorded(stages);
      simulator.send({ type: "StartExecution", admitted: true });
      for (const [what, pick] of actions) {
        simulator.now += 7;
        act(simulator, what, pick);
        expectSame(replayed(), simulator.execution);
      }
    }),
    { numRuns: 300 },
  );
});

test("a restart takes the synthetic stages out of the replayed state and begins the tasks anew", () => {
  const { simulator, replayed } = recorded([stage("1", [], { before: [child("b1")] })]);
  simulator.send({ type: "StartExecution", admitted: true });
  simulator.finish();
  expect([...(replayed()?.stages.values() ?? [])].map((each) => each.refId)).toEqual(["1", "1<1"]);
  const ended = replayed();
  simulator.send({ type: "RestartStage", stageId: simulator.stage("1").id, user: "ann" });
  expect(ended?.run.status).toBe("SUCCEEDED");
  expect(replayed()?.run).toMatchObject({ status: "RUNNING", endTime: null });
  expectSame(replayed(), simulator.execution);
});

test("a step tells only what became different", () => {
  const { simulator } = recorded([stage("1")]);
  simulator.send({ type: "StartExecution", admitted: true });
  const steps = simulator.outcomes.flatMap((outcome) => outcome.steps);
  expect(steps[0]).toEqual({ what: "run", set: { status: "RUNNING", startTime: 1_000 } });
  expect(steps.at(-1)).toEqual({
    what: "task",
    stage: simulator.stage("1").id,
    task: "1",
    set: { status: "RUNNING", startTime: 1_000 },
  });
});

test("a history without its beginning is refused", () => {
  expect(() => createReplay().apply({ what: "run", set: { status: "RUNNING" } })).toThrow("begin with its creation");
  const replay = createReplay();
  replay.apply(createdStep(recorded([stage("1")]).simulator.execution));
  expect(() => replay.apply({ what: "stage", stage: "other", set: {} })).toThrow("stage other");
});
