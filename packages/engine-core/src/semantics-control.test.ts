import { describe, expect, test } from "vitest";
import { executionDeadline } from "./deadline.ts";
import { PlannedElsewhere, type Message } from "./model.ts";
import { advance } from "./advance.ts";
import { failing, ignore, scriptPlanner, simulate, stage } from "./testing/simulator.ts";

const hold = { code: "engine.paused", message: "Paused." };
const pause: Message = { type: "PauseExecution", user: "bob", engine: true };
const resume: Message = { type: "ResumeExecution", engine: true };

describe("a run that is held before it begins", () => {
  test("is BUFFERED with the reason, begins when it is asked again, and ends CANCELED at once when canceled", () => {
    const simulator = simulate([stage("1")], { start: false });
    simulator.send({ type: "StartExecution", admitted: true, hold });
    expect(simulator.execution).toMatchObject({ status: "BUFFERED", startTime: null, failure: hold });
    const again = simulator.send({ type: "StartExecution", admitted: true, hold });
    expect(again.headerChanged).toBe(false);
    simulator.send({ type: "StartExecution", admitted: true });
    expect(simulator.finish()).toMatchObject({ status: "SUCCEEDED", failure: null });
    const canceled = simulate([stage("1")], { start: false });
    canceled.send({ type: "StartExecution", admitted: true, hold });
    canceled.send({ type: "CancelExecution", user: "ann", reason: null });
    expect(canceled.execution.status).toBe("CANCELED");
  });

  test("let go while its pipeline has no room, it waits NOT_STARTED", () => {
    const simulator = simulate([stage("1")], { start: false });
    simulator.send({ type: "StartExecution", admitted: true, hold });
    simulator.send({ type: "StartExecution", admitted: false });
    expect(simulator.execution).toMatchObject({
      status: "NOT_STARTED",
      failure: { code: "execution.waitingForOthers" },
    });
  });
});

describe("the engine's pause", () => {
  test("does not end a person's pause, and a person's pause takes the engine's over", () => {
    const simulator = simulate([stage("1")]);
    simulator.send({ type: "PauseExecution", user: "ann" });
    simulator.send(resume);
    expect(simulator.execution.status).toBe("PAUSED");
    simulator.send({ type: "ResumeExecution" });
    simulator.send(pause);
    expect(simulator.execution.paused).toMatchObject({ pausedBy: "bob", engine: true });
    simulator.send({ type: "PauseExecution", user: "ann" });
    simulator.send(resume);
    expect(simulator.execution.paused).toMatchObject({ pausedBy: "ann", resumeTime: null });
    simulator.send({ type: "ResumeExecution" });
    expect(simulator.finish().status).toBe("SUCCEEDED");
  });

  test("leaves a run alone that is ending", () => {
    const simulator = simulate([stage("1", [], { cancellable: true })]);
    simulator.send({ type: "CancelExecution", user: "ann", reason: null });
    simulator.send(pause);
    expect(simulator.finish().status).toBe("CANCELED");
  });
});

describe("the time limit of a run", () => {
  const limited = () => {
    const simulator = simulate([stage("1"), stage("2", ["1"])], { start: false });
    const started = { ...simulator.execution, timeoutMs: 1_000 };
    const env = (now: number) => ({ now, newId: () => "x", planner: scriptPlanner });
    const begun = advance(started, [{ type: "StartExecution", admitted: true }], env(1_000));
    return { begun, env };
  };

  test("is looked at when it is due, ends the run TERMINAL and cancels what runs", () => {
    const { begun, env } = limited();
    expect(begun.outgoing).toEqual([
      { executionId: "run", message: { type: "TimeOutExecution", due: 2_000 }, due: 2_000 },
    ]);
    const early = advance(begun.execution, [{ type: "TimeOutExecution", due: 1_999 }], env(9_000));
    expect(early.headerChanged).toBe(false);
    const over = advance(begun.execution, [{ type: "TimeOutExecution", due: 2_000 }], env(2_000));
    expect(over.execution).toMatchObject({ halting: true, failure: { code: "execution.timedOut" } });
    const aborted: Message = { type: "TaskAborted", stageId: [...over.execution.stages.keys()][0] ?? "", taskId: "1" };
    const ended = advance(over.execution, [aborted], env(2_001));
    expect(ended.execution).toMatchObject({ status: "TERMINAL", failure: { code: "execution.timedOut" } });
    expect([...ended.execution.stages.values()].map((each) => each.status)).toEqual(["CANCELED", "NOT_STARTED"]);
  });

  test("does not count pauses, and is looked at again when they are over", () => {
    const { begun, env } = limited();
    const paused = advance(begun.execution, [{ type: "PauseExecution", user: "ann" }], env(1_100));
    const asked = advance(paused.execution, [{ type: "TimeOutExecution", due: 2_000 }], env(2_000));
    expect(asked.execution.held).toEqual([{ type: "TimeOutExecution", due: 2_000 }]);
    const resumed = advance(asked.execution, [{ type: "ResumeExecution" }], env(5_000));
    expect(resumed.execution).toMatchObject({ status: "RUNNING", failure: null });
    expect(resumed.outgoing).toEqual([
      { executionId: "run", message: { type: "TimeOutExecution", due: 5_900 }, due: 5_900 },
    ]);
  });

  test("does not count time in which a stage waited for its window or a freeze, however many waited at once", () => {
    const { begun } = limited();
    const [first] = [...begun.execution.stages.values()];
    const wait = (id: string, type: string, startTime: number, endTime: number | null) =>
      first === undefined ? [] : [[id, { ...first, id, type, startTime, endTime }] as const];
    const stages = new Map([
      ...begun.execution.stages,
      ...wait("a", "restrictExecutionDuringTimeWindow", 1_200, 1_500),
      ...wait("b", "waitForFreeze", 1_300, 1_700),
      ...wait("c", "waitForFreeze", 1_900, null),
      ...wait("d", "wait", 1_000, 1_900),
    ]);
    const limit = begun.execution.limit;
    expect(limit).not.toBeNull();
    if (limit !== null) expect(executionDeadline({ ...begun.execution, stages }, limit, 2_000)).toBe(2_000 + 500 + 100);
  });
});

describe("a restart that there is no room for", () => {
  const noRoom = { code: "execution.restartWaits", message: "No room." };

  test("leaves the run as it ended, remembers who asked, and is given up by a cancel", () => {
    const simulator = simulate([stage("1", [], failing)]);
    simulator.finish();
    const stageId = simulator.stage("1").id;
    simulator.send({ type: "RestartStage", stageId, user: "ann", refused: noRoom });
    expect(simulator.execution).toMatchObject({
      status: "TERMINAL",
      pendingRestart: { stageId, user: "ann", why: noRoom },
    });
    simulator.now = 5_000;
    expect(simulator.send({ type: "RestartStage", stageId, user: "ann", refused: noRoom }).headerChanged).toBe(false);
    simulator.send({ type: "RestartStage", stageId, user: "bob", refused: noRoom });
    expect(simulator.execution.pendingRestart).toMatchObject({ user: "bob", since: 1_000 });
    simulator.send({ type: "CancelExecution", user: "ann", reason: null });
    expect(simulator.execution).toMatchObject({ status: "TERMINAL", pendingRestart: null, canceled: false });
    // Its turn was on the way while it was given up.
    for (const turn of [{ refused: noRoom }, {}])
      simulator.send({ type: "RestartStage", stageId, user: "bob", waited: true, ...turn });
    expect(simulator.execution).toMatchObject({ status: "TERMINAL", pendingRestart: null });
  });

  test("admitted, it runs and tells those that it supersedes", () => {
    const simulator = simulate([stage("1")]);
    simulator.finish();
    const stageId = simulator.stage("1").id;
    simulator.send({ type: "RestartStage", stageId, user: "ann", refused: noRoom });
    const outcome = simulator.send({ type: "RestartStage", stageId, user: "ann", supersedes: ["other"] });
    expect(outcome.outgoing).toMatchObject([{ executionId: "other", message: { type: "CancelExecution" } }]);
    expect(simulator.finish()).toMatchObject({ status: "SUCCEEDED", pendingRestart: null });
  });
});

describe("a stage type that only another replica knows", () => {
  const planner = {
    ...scriptPlanner,
    plan: () => {
      throw new PlannedElsewhere("modern");
    },
  };

  test("leaves the start of the stage to that replica; the run neither ends nor fails meanwhile", () => {
    const { execution } = simulate([stage("1"), stage("2", ["1"], ignore)], { start: false });
    const env = { now: 1_000, newId: () => "x", planner };
    const outcome = advance(execution, [{ type: "StartExecution", admitted: true }], env);
    const [first] = [...outcome.execution.stages.values()];
    expect(outcome.outgoing).toEqual([
      { executionId: "run", message: { type: "StartStage", stageId: first?.id }, requires: "modern" },
    ]);
    expect(outcome.execution.status).toBe("RUNNING");
    expect(first).toMatchObject({ status: "NOT_STARTED", awaits: "modern" });
    const there = advance(outcome.execution, [{ type: "StartStage", stageId: first?.id ?? "" }], {
      ...env,
      planner: scriptPlanner,
    });
    expect([...there.execution.stages.values()][0]).toMatchObject({ status: "RUNNING", awaits: null });
  });
});

test("a run canceled while the undoing of a skipped stage was held by a pause starts nothing after its end", () => {
  const document = { refId: "1", type: "test", tasks: ["SUCCEEDED"], cancellable: true };
  const simulator = simulate([
    document,
    { refId: "2", type: "test", requisiteStageRefIds: ["1"], tasks: ["SUCCEEDED"] },
  ]);
  const [first] = simulator.execution.stages.values();
  simulator.send({ type: "ManualSkip", stageId: first?.id ?? "", reason: null });
  simulator.step(0);
  simulator.send({ type: "PauseExecution", user: "ann" });
  simulator.step(0);
  simulator.send({ type: "CancelExecution", user: "ann", reason: null });
  expect(simulator.execution.status).toBe("CANCELED");
  expect(simulator.statuses()).toEqual({ 1: "SKIPPED", 2: "NOT_STARTED" });
});
