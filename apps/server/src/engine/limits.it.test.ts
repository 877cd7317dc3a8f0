import { afterAll, expect, test } from "vitest";
import { actor, engineScene, pipeline, stage, until, untilOver } from "./fixtures/scene.ts";
import { testStageTypes } from "./fixtures/stage-types.ts";

const scene = await engineScene();
const engine = await scene.replica(testStageTypes());
afterAll(() => scene.end());

async function startThree(
  config: string,
  limits: { limitConcurrent?: boolean; maxConcurrentExecutions?: number; keepWaitingPipelines?: boolean },
) {
  const ids: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    ids.push((await engine.start(pipeline([stage("1", "hold")], { pipelineConfigId: config, ...limits }), actor)).id);
  }
  return ids as [string, string, string, string];
}

const statusOf = async (id: string) => (await engine.get(id))?.status;

async function release(id: string): Promise<void> {
  const execution = await until(engine, id, (each) => each.stages[0]?.status === "RUNNING");
  await engine.patchStage(id, execution.stages[0]?.id ?? "", { go: true }, actor);
  await untilOver(engine, id);
}

test("limitConcurrent: later runs wait; the newest goes next and the older ones that waited are CANCELED", async () => {
  const [first, second, third, fourth] = await startThree("limited", { limitConcurrent: true });
  expect(await Promise.all([first, second, third, fourth].map(statusOf))).toEqual([
    "RUNNING",
    "NOT_STARTED",
    "NOT_STARTED",
    "NOT_STARTED",
  ]);
  expect((await engine.get(second))?.failure?.code).toBe("execution.waitingForOthers");
  await release(first);
  await release(fourth);
  for (const id of [second, third])
    expect(await untilOver(engine, id)).toMatchObject({
      status: "CANCELED",
      cancellationReason: expect.stringContaining("Superseded") as string,
    });
});

test("keepWaitingPipelines: all run, one after another, oldest first", async () => {
  const ids = await startThree("kept", { limitConcurrent: true, keepWaitingPipelines: true });
  for (const id of ids) await release(id);
  expect(await Promise.all(ids.map(statusOf))).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
});

test("maxConcurrentExecutions: so many run side by side", async () => {
  const ids = await startThree("few", { maxConcurrentExecutions: 2, keepWaitingPipelines: true });
  expect(await Promise.all(ids.map(statusOf))).toEqual(["RUNNING", "RUNNING", "NOT_STARTED", "NOT_STARTED"]);
  await release(ids[1]);
  await until(engine, ids[2], (each) => each.status === "RUNNING");
  expect(await statusOf(ids[3])).toBe("NOT_STARTED");
  for (const id of [ids[0], ids[2], ids[3]]) await release(id);
});

test("a run that ends while its successor's admission is lost is followed by the sweep", async () => {
  const [first, second] = await startThree("swept", { limitConcurrent: true, keepWaitingPipelines: true });
  await scene.database.query(
    "update engine_execution set status = 'SUCCEEDED', end_time = now(), version = version + 1 where id = $1",
    [first],
  );
  await until(engine, second, (each) => each.status === "RUNNING", 15);
});

test("restart of a child restarts its finished parent, which does not run the child again", async () => {
  const parent = await engine.start(
    pipeline([stage("1", "give", [], { status: "TERMINAL" }), stage("2", "noop", ["1"])]),
    actor,
  );
  const failed = await untilOver(engine, parent.id);
  const stageId = failed.stages[0]?.id ?? "";
  const child = await engine.start(
    pipeline([stage("1", "give", [], { status: "TERMINAL" })], {
      parentExecution: { executionId: parent.id, stageId },
    }),
    actor,
  );
  const ended = await untilOver(engine, child.id);
  await engine.restartStage(child.id, ended.stages[0]?.id ?? "", actor);
  const again = await until(engine, parent.id, (each) => each.stages[0]?.context["restartDetails"] !== undefined);
  expect(again.stages[0]?.context["_skipPipelineRestart"]).toBe(true);
});

test("a start that is asked again under the same key, even at the same time, starts once", async () => {
  const ask = () => engine.start(pipeline([stage("1", "noop")], { operationKey: "parent/1/2/3" }), actor);
  const together = await Promise.all([ask(), ask(), ask()]);
  const later = await ask();
  expect(new Set([...together, later].map(({ id }) => id)).size).toBe(1);
  expect(await scene.database.query("select 1 from engine_execution where start_key = 'parent/1/2/3'")).toHaveLength(1);
});

test("skip, remove and wrong states say what to do", async () => {
  const { id } = await engine.start(pipeline([stage("1", "hold"), stage("2", "noop", ["1"])]), actor);
  const running = await until(engine, id, (each) => each.stages[0]?.status === "RUNNING");
  await expect(engine.remove(id, actor)).rejects.toMatchObject({ code: "wrong_state" });
  await expect(engine.resume(id, actor)).rejects.toMatchObject({ code: "wrong_state" });
  await expect(engine.cancel("nobody", null, actor)).rejects.toMatchObject({ code: "not_found" });
  await expect(engine.patchStage(id, "nothing", {}, actor)).rejects.toMatchObject({ code: "not_found" });
  await expect(engine.restartStage(id, running.stages[0]?.id ?? "", actor)).rejects.toMatchObject({
    code: "wrong_state",
  });
  await engine.skipStage(id, running.stages[0]?.id ?? "", "not today", actor);
  const execution = await untilOver(engine, id);
  expect(execution.stages.map((each) => each.status)).toEqual(["SKIPPED", "SUCCEEDED"]);
  await engine.remove(id, actor);
  expect(await engine.get(id)).toBeNull();
  expect(await engine.list({ ids: [id], limit: 5 })).toEqual([]);
});

test("list filters by application, pipeline, status and id, newest first, page after page", async () => {
  const made: string[] = [];
  for (let index = 0; index < 3; index += 1)
    made.push(
      (await engine.start(pipeline([stage("1", "noop")], { application: "Listed", pipelineConfigId: "p1" }), actor)).id,
    );
  for (const id of made) await untilOver(engine, id);
  const newestFirst = made.toReversed();
  expect((await engine.list({ application: "listed", limit: 10 })).map((each) => each.id)).toEqual(newestFirst);
  expect(
    (await engine.list({ pipelineConfigIds: ["p1"], statuses: ["SUCCEEDED"], limit: 2 })).map((each) => each.id),
  ).toEqual(newestFirst.slice(0, 2));
  expect(
    (await engine.list({ application: "listed", before: newestFirst[1] ?? "", limit: 10 })).map((each) => each.id),
  ).toEqual(newestFirst.slice(2));
});
