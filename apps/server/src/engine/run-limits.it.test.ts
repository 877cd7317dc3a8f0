import { afterAll, expect, test } from "vitest";
import { gates } from "./fixtures/work.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";

const scene = await engineScene();
afterAll(() => scene.end());
const engine = await scene.replica(gates());
const open = async (id: string) => {
  const run = await until(engine, id, (each) => each.stages[0]?.status === "RUNNING");
  await engine.patchStage(id, run.stages[0]?.id ?? "", { open: true }, actor);
};
const limited = (config: string, keep: boolean) =>
  pipeline([stage("1", "gate"), stage("2", "note", ["1"])], {
    pipelineConfigId: config,
    limitConcurrent: true,
    keepWaitingPipelines: keep,
  });

test("limitConcurrent: a restart of a run that has ended waits for its turn, says so, and runs when there is room", async () => {
  const first = (await engine.start(limited("p", true), actor)).id;
  await engine.cancel(first, null, actor);
  const ended = await untilOver(engine, first);
  const second = (await engine.start(limited("p", true), actor)).id;
  await until(engine, second, (run) => run.status === "RUNNING");
  const third = (await engine.start(limited("p", true), actor)).id;
  await engine.restartStage(first, ended.stages[0]?.id ?? "", { ...actor, user: "bob" });
  const waits = await engine.get(first);
  expect(waits).toMatchObject({ status: "CANCELED", failure: { code: "execution.restartWaits" } });
  expect(waits?.endTime).not.toBeNull();
  await open(second);
  await untilOver(engine, second);
  // The third came before the restart: first come, first served.
  await open(third);
  await untilOver(engine, third);
  await open(first);
  const done = await until(engine, first, (run) => run.status === "SUCCEEDED");
  expect(done.stages[0]?.context["restartDetails"]).toMatchObject({ restartedBy: "bob" });
  expect(Date.parse(done.endTime ?? "")).toBeGreaterThanOrEqual(Date.parse((await engine.get(third))?.endTime ?? ""));
});

test("without keepWaitingPipelines the newest goes next, and a restart that waited before it is given up", async () => {
  const first = (await engine.start(limited("q", false), actor)).id;
  await engine.cancel(first, null, actor);
  const ended = await untilOver(engine, first);
  const second = (await engine.start(limited("q", false), actor)).id;
  await until(engine, second, (run) => run.status === "RUNNING");
  await engine.restartStage(first, ended.stages[0]?.id ?? "", actor);
  const third = (await engine.start(limited("q", false), actor)).id;
  await open(second);
  await open(third);
  await untilOver(engine, third);
  expect(await engine.get(first)).toMatchObject({ status: "CANCELED", failure: null });
});

test("a restart that waits can be canceled, and one asked for while the engine is paused runs after the pause", async () => {
  const config = { pipelineConfigId: "r", limitConcurrent: true };
  const first = (await engine.start(pipeline([stage("1", "note")], config), actor)).id;
  const stageId = (await untilOver(engine, first)).stages[0]?.id ?? "";
  const blocker = (await engine.start(pipeline([stage("1", "gate")], config), actor)).id;
  await until(engine, blocker, (run) => run.status === "RUNNING");
  await engine.restartStage(first, stageId, actor);
  expect((await engine.get(first))?.failure?.code).toBe("execution.restartWaits");
  await engine.cancel(first, "never mind", actor);
  expect(await engine.get(first)).toMatchObject({ status: "SUCCEEDED", failure: null });
  await open(blocker);
  await untilOver(engine, blocker);

  await engine.control.pause(null, null, actor);
  await engine.restartStage(first, stageId, actor);
  expect((await engine.get(first))?.failure?.code).toBe("engine.paused");
  const before = (await engine.get(first))?.endTime;
  await engine.control.resume(null, null, actor);
  await until(engine, first, (run) => run.status === "SUCCEEDED" && run.endTime !== before && run.failure === null);
});

test("executionTimeoutMs: the run ends TERMINAL, what it had begun is CANCELED, and the reason names the limit", async () => {
  const initialConfig = { executionTimeoutMs: 400 };
  const { id } = await engine.start(
    pipeline([stage("1", "gate"), stage("2", "note", ["1"])], { initialConfig }),
    actor,
  );
  const run = await untilOver(engine, id);
  expect(run).toMatchObject({
    status: "TERMINAL",
    failure: { code: "execution.timedOut", details: { timeoutMs: 400 } },
  });
  expect(statuses(run)).toEqual({ "1": "CANCELED", "2": "NOT_STARTED" });
});

test("the server's own limit holds for pipelines that say none; paused time does not count, and a restart counts anew", async () => {
  const strict = await scene.replica(gates(), { replicaId: "strict", executionTimeoutMs: 1_500 });
  const { id } = await strict.start(pipeline([stage("1", "gate")], { initialConfig: {} }), actor);
  await until(strict, id, (run) => run.stages[0]?.status === "RUNNING");
  await strict.pause(id, actor);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await strict.resume(id, actor);
  expect((await strict.get(id))?.status).toBe("RUNNING");
  const run = await untilOver(strict, id);
  expect(run.failure?.code).toBe("execution.timedOut");
  await strict.restartStage(id, run.stages[0]?.id ?? "", actor);
  await open(id);
  expect(await untilOver(strict, id)).toMatchObject({ status: "SUCCEEDED", failure: null });
});

test("a chain of runs that start each other ends at the depth limit with an error that names the likely cause", async () => {
  const shallow = await scene.replica(gates(), { replicaId: "shallow", deepest: 3 });
  let parent = await shallow.start(pipeline([stage("1", "note")]), actor);
  for (let depth = 1; depth <= 3; depth += 1)
    parent = await shallow.start(
      pipeline([stage("1", "note")], { parentExecution: { executionId: parent.id, stageId: "s" } }),
      actor,
    );
  await expect(
    shallow.start(pipeline([stage("1", "note")], { parentExecution: { executionId: parent.id, stageId: "s" } }), actor),
  ).rejects.toThrow(/below 3 others.*circle/s);
});
