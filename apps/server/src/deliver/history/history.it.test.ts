import { factsOf } from "@gennaker/engine-core/history.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import { afterAll, expect, test } from "vitest";
import { actor, engineScene, pipeline, stage, until, untilOver } from "../../engine/fixtures/scene.ts";
import { createRunHistory } from "../../engine/history.ts";
import { loadSnapshots } from "../../engine/snapshot.ts";
import { createAuditLog } from "../../platform/audit/create-audit-log.ts";
import { createRetention } from "./create-retention.ts";
import { stageTypes } from "./fixtures/stage-types.ts";
import { historyHandlers } from "./handlers.ts";
import { replayRun, stateOf } from "./replay-run.ts";

const scene = await engineScene();
afterAll(() => scene.end());

const { database } = scene;
const engine = await scene.replica(stageTypes);
const history = createRunHistory(database);

async function expectReplays(id: string): Promise<void> {
  const steps = await history.stepsOf(id);
  const stored = await database.transaction((tx) => loadSnapshots(tx, [id]));
  const execution = stored.get(id)?.execution;
  if (execution === undefined) throw new Error("gone");
  expect(replayRun(id, steps, {}).state).toEqual(stateOf(factsOf(execution)));
}

test("runs that succeed, fail, are paused, canceled and restarted replay to what is stored", async () => {
  const family = await engine.start(pipeline([stage("1", "family"), stage("2", "good", ["1"])]), actor);
  const broken = await engine.start(pipeline([stage("1", "family"), stage("2", "bad", ["1"])]), actor);
  const waiting = await engine.start(pipeline([stage("1", "wait"), stage("2", "good")]), actor);
  await untilOver(engine, family.id);
  await untilOver(engine, broken.id);
  await until(engine, waiting.id, (run) =>
    run.stages.some((each) => each.tasks[0]?.waiting !== null && each.refId === "1"),
  );
  for (const { id } of [family, broken, waiting]) await expectReplays(id);

  await engine.pause(waiting.id, actor);
  await expectReplays(waiting.id);
  await engine.resume(waiting.id, actor);
  await engine.cancel(waiting.id, "enough", actor);
  await untilOver(engine, waiting.id);
  await expectReplays(waiting.id);

  const stageId = (await engine.get(family.id))?.stages.find((each) => each.refId === "1")?.id ?? "";
  await engine.restartStage(family.id, stageId, actor);
  await untilOver(engine, family.id);
  await expectReplays(family.id);
  const told = replayRun(waiting.id, await history.stepsOf(waiting.id), {}).steps.map((step) => step.text);
  expect(told[0]).toBe("The run was created with 2 stages.");
  expect(told).toEqual(expect.arrayContaining(["ann paused the run.", "ann asked to cancel the run: enough."]));
  expect(told.at(-1)).toBe("The run was canceled.");
});

test("the state after any step, and steps in parts", async () => {
  const { id } = await engine.start(pipeline([stage("1", "good"), stage("2", "bad", ["1"])]), actor);
  await untilOver(engine, id);
  const handlers = historyHandlers({
    history,
    retention: createRetention({ database, audit: createAuditLog() }),
    engine,
  });
  const ask = async (query: { at?: number; after?: number; limit?: number }, execution = id) =>
    (await handlers.getExecutionHistory?.({ params: { execution }, query } as never)) as ReturnType<typeof replayRun>;
  const whole = await ask({});
  expect(whole.at).toBe(whole.total);
  expect(whole.steps.map((step) => step.number)).toEqual(whole.steps.map((_step, index) => index + 1));
  expect(whole.state?.status).toBe("TERMINAL");
  expect((await ask({ at: 0 })).state).toBeNull();
  expect((await ask({ at: 1 })).state).toMatchObject({
    status: "NOT_STARTED",
    stages: [{ status: "NOT_STARTED" }, {}],
  });
  const ended = whole.steps.find(
    (step) => step.after === "SUCCEEDED" && step.task === null && step.stage?.refId === "1",
  );
  expect((await ask({ at: ended?.number ?? 0 })).state?.stages.map((each) => each.status)).toEqual([
    "SUCCEEDED",
    "NOT_STARTED",
  ]);
  const part = await ask({ after: 2, limit: 3 });
  expect(part.steps).toEqual(whole.steps.slice(2, 5));
  expect(part.total).toBe(whole.total);
  await expect(ask({}, "missing")).rejects.toBeInstanceOf(GennakerError);
});
