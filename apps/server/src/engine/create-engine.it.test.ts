import { afterAll, expect, test } from "vitest";
import type { TaskContext } from "./api.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";
import { testStageTypes } from "./fixtures/stage-types.ts";

const scene = await engineScene();
const seen: { what: string; context: TaskContext }[] = [];
const engine = await scene.replica(testStageTypes((what, context) => seen.push({ what, context })));
afterAll(() => scene.end());

const runsOf = (id: string) =>
  seen
    .filter(({ context }) => context.execution.id === id)
    .map(({ what, context }) => `${what} ${context.stage.refId}`);

test("a diamond runs each stage once, the join after both branches, and hands outputs on", async () => {
  const { id } = await engine.start(
    pipeline([
      stage("1", "noop"),
      stage("2", "noop", ["1"]),
      stage("3", "effect", ["1"], { ms: 60 }),
      stage("4", "noop", ["2", "3"]),
    ]),
    actor,
  );
  const execution = await untilOver(engine, id);
  expect(execution.status).toBe("SUCCEEDED");
  expect(statuses(execution)).toEqual({ 1: "SUCCEEDED", 2: "SUCCEEDED", 3: "SUCCEEDED", 4: "SUCCEEDED" });
  expect(runsOf(id)).toEqual(["run 1", "run 2", "run 3", "run 4"]);
  expect(execution.stages[0]?.outputs).toEqual({ done: "1" });
  const joined = execution.stages.find((each) => each.refId === "4");
  const slow = execution.stages.find((each) => each.refId === "3");
  expect(Date.parse(joined?.startTime ?? "")).toBeGreaterThanOrEqual(Date.parse(slow?.endTime ?? "?"));
});

test("a waiting task goes on at once when its stage is patched", async () => {
  const { id } = await engine.start(pipeline([stage("1", "hold"), stage("2", "noop", ["1"])]), actor);
  const waiting = await until(
    engine,
    id,
    (execution) => execution.stages[0]?.tasks[0]?.waiting !== null && execution.stages[0]?.tasks[0] !== undefined,
  );
  expect(waiting.stages[0]?.tasks[0]?.waiting).toEqual({ code: "test.waits", message: "Waits for go." });
  await engine.patchStage(id, waiting.stages[0]?.id ?? "", { go: true }, actor);
  expect((await untilOver(engine, id)).status).toBe("SUCCEEDED");
});

test("cancel aborts what runs, runs cancel once, and only then is the run CANCELED", async () => {
  const { id } = await engine.start(
    pipeline([stage("1", "effect", [], { ms: 60_000 }), stage("2", "noop", ["1"])]),
    actor,
  );
  await until(engine, id, () => runsOf(id).length === 1);
  await engine.cancel(id, "wrong version", actor);
  const execution = await untilOver(engine, id);
  expect(execution).toMatchObject({
    status: "CANCELED",
    canceled: true,
    canceledBy: "ann",
    cancellationReason: "wrong version",
  });
  expect(statuses(execution)).toEqual({ 1: "CANCELED", 2: "NOT_STARTED" });
  expect(execution.stages[0]?.outputs).toEqual({ undone: true });
  expect(runsOf(id)).toEqual(["run 1", "aborted 1", "cancel 1"]);
});

test("pause holds what follows; resume lets it go on", async () => {
  const { id } = await engine.start(
    pipeline([stage("1", "effect", [], { ms: 150 }), stage("2", "noop", ["1"])]),
    actor,
  );
  await until(engine, id, () => runsOf(id).length === 1);
  await engine.pause(id, actor);
  const paused = await until(engine, id, (execution) => execution.stages[0]?.tasks.length === 1);
  expect(paused.status).toBe("PAUSED");
  expect(paused.stages[0]?.status).toBe("PAUSED");
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(runsOf(id)).toEqual(["run 1"]);
  await engine.resume(id, actor);
  const execution = await untilOver(engine, id);
  expect(execution.status).toBe("SUCCEEDED");
  expect(execution.paused?.resumeTime).not.toBeNull();
});

test("an exception ends the stage TERMINAL and is kept the way Orca keeps it; a retryable error is tried again until the time is up", async () => {
  const { id } = await engine.start(
    pipeline([
      stage("1", "throws", [], { continuePipeline: true }),
      stage("2", "flaky", ["1"], { stageTimeoutMs: 1_500 }),
    ]),
    actor,
  );
  const execution = await untilOver(engine, id);
  expect(statuses(execution)).toEqual({ 1: "FAILED_CONTINUE", 2: "TERMINAL" });
  expect(execution.stages[0]?.context["exception"]).toMatchObject({
    exceptionType: "Error",
    details: { errors: ["it broke"] },
  });
  expect(execution.stages[1]?.failure?.code).toBe("task.timedOut");
  expect(runsOf(id).filter((run) => run === "run 2").length).toBeGreaterThan(1);
});

test("every command leaves an audit row and every change an event", async () => {
  const { id } = await engine.start(pipeline([stage("1", "hold")]), actor);
  await engine.cancel(id, null, actor);
  await untilOver(engine, id);
  const audits = await scene.database.query<{ action: string }>(
    "select action from platform_audit where resource = $1 order by 1",
    [`execution/${id}`],
  );
  expect(audits.map((row) => row.action)).toEqual(["execution.cancel", "execution.start"]);
  const events = await scene.database.query<{ type: string; data: string }>(
    "select type, data from platform_event where subject = $1 order by id",
    [id],
  );
  const told = events.map((row) => `${row.type} ${(JSON.parse(row.data) as { status?: string }).status ?? ""}`);
  expect(told[0]).toBe("execution.status RUNNING");
  expect(told).toContain("stage.status RUNNING");
  expect(told.at(-1)).toBe("execution.status CANCELED");
});
