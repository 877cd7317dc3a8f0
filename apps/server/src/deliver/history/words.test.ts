import type { RunFacts, RunState, StageFacts, Step } from "@gennaker/engine-core/history.ts";
import { expect, test } from "vitest";
import { tell } from "./words.ts";

const run: RunFacts = {
  status: "RUNNING",
  startTime: 1,
  endTime: null,
  canceled: false,
  canceledBy: null,
  cancellationReason: null,
  paused: null,
  failure: null,
};
const stage: StageFacts = {
  id: "s1",
  refId: "1",
  type: "deploy",
  name: "Deploy",
  requisites: [],
  parentId: null,
  owner: null,
  status: "RUNNING",
  startTime: 1,
  endTime: null,
  failure: null,
  tasks: [{ id: "1", name: "wait", status: "RUNNING", startTime: 1, endTime: null, attempt: 1, waiting: null }],
};
const child: StageFacts = { ...stage, id: "s2", refId: "1<1", name: "Disable", parentId: "s1", owner: "STAGE_BEFORE" };
const state = (over: Partial<RunFacts> = {}, stages: StageFacts[] = [stage, child]): RunState => ({
  run: { ...run, ...over },
  stages: new Map(stages.map((each) => [each.id, each])),
});
const because = (message: string) => ({ code: "x", message });

test.each<[step: Step, before: RunState | null, text: string]>([
  [
    { what: "created", run: { ...run, status: "NOT_STARTED" }, stages: [stage] },
    null,
    "The run was created with 1 stage.",
  ],
  [{ what: "created", run, stages: [] }, null, "The run was created with 0 stages."],
  [{ what: "run", set: { status: "RUNNING" } }, state({ status: "NOT_STARTED" }), "The run began."],
  [{ what: "run", set: { status: "RUNNING" } }, state({ status: "PAUSED" }), "The run goes on after its pause."],
  [
    { what: "run", set: { status: "RUNNING" } },
    state({ status: "TERMINAL" }),
    "The run began again, because a stage was restarted.",
  ],
  [
    { what: "run", set: { status: "PAUSED", paused: { pausedBy: "ann", pauseTime: 1, resumeTime: null } } },
    state(),
    "ann paused the run.",
  ],
  [
    { what: "run", set: { canceled: true, canceledBy: "bob", cancellationReason: "too slow" } },
    state(),
    "bob asked to cancel the run: too slow.",
  ],
  [
    { what: "run", set: { canceled: true, canceledBy: "bob", cancellationReason: null } },
    state(),
    "bob asked to cancel the run.",
  ],
  [{ what: "run", set: { status: "SUCCEEDED", endTime: 2 } }, state(), "The run succeeded."],
  [{ what: "run", set: { status: "TERMINAL", failure: because("No way.") } }, state(), "The run failed: No way."],
  [{ what: "run", set: { failure: because("Waits for others.") } }, state(), "Waits for others."],
  [{ what: "stage", stage: "s1", set: { status: "RUNNING" } }, state(), 'Stage "Deploy" began.'],
  [{ what: "stage", stage: "s1", set: { status: "SKIPPED" } }, state(), 'Stage "Deploy" was skipped.'],
  [
    { what: "stage", stage: "s1", set: { status: "TERMINAL" } },
    state({}, [{ ...stage, failure: because("Quota is used up") }]),
    'Stage "Deploy" failed: Quota is used up.',
  ],
  [{ what: "stage", stage: "s1", set: { failure: because("No quota.") } }, state(), 'Stage "Deploy": No quota.'],
  [{ what: "stage", stage: "s1", set: { tasks: [] } }, state(), 'Stage "Deploy" begins its tasks again.'],
  [
    { what: "task", stage: "s1", task: "1", set: { waiting: because("Waits for 3 instances") } },
    state(),
    'Task "wait" of stage "Deploy" waits: Waits for 3 instances.',
  ],
  [
    { what: "task", stage: "s1", task: "1", set: { waiting: null } },
    state(),
    'Task "wait" of stage "Deploy" waits no longer.',
  ],
  [
    { what: "task", stage: "s1", task: "1", set: { status: "RUNNING" } },
    state(),
    'Task "wait" of stage "Deploy" began.',
  ],
  [
    { what: "task", stage: "s1", task: "1", set: { status: "FAILED_CONTINUE" } },
    state(),
    'Task "wait" of stage "Deploy" failed, and the run goes on.',
  ],
  [{ what: "added", stages: [child] }, state(), 'Planned for stage "Deploy": "Disable" (1<1).'],
  [{ what: "removed", stages: ["s2"] }, state(), 'No longer planned: "Disable" (1<1).'],
])("%j is told in words", (step, before, text) => {
  expect(tell(step, before).text).toBe(text);
});

test("a step says where it happened, and the status before and after", () => {
  const step: Step = { what: "task", stage: "s1", task: "1", set: { status: "SUCCEEDED", endTime: 5 } };
  expect(tell(step, state())).toEqual({
    text: 'Task "wait" of stage "Deploy" succeeded.',
    stage: { id: "s1", refId: "1", name: "Deploy" },
    task: { id: "1", name: "wait" },
    before: "RUNNING",
    after: "SUCCEEDED",
  });
  expect(tell({ what: "run", set: { status: "CANCELED" } }, state())).toMatchObject({
    stage: null,
    task: null,
    before: "RUNNING",
    after: "CANCELED",
  });
});
