import { afterAll, expect, test } from "vitest";
import type { TaskContext } from "./api.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";
import { testStageTypes } from "./fixtures/stage-types.ts";

const scene = await engineScene();
const seen: { replica: number; what: string; context: TaskContext }[] = [];
const types = (replica: number) => testStageTypes((what, context) => seen.push({ replica, what, context }));
const one = await scene.replica(types(1), { concurrency: 4 });
const two = await scene.replica(types(2), { concurrency: 4 });
afterAll(() => scene.end());

const runsOf = (id: string) => seen.filter(({ context }) => context.execution.id === id);

test("two replicas share the work, and no stage runs twice", async () => {
  const branches = Array.from({ length: 24 }, (_, index) => stage(`b${index}`, "effect", ["1"], { ms: 40 }));
  const { id } = await one.start(
    pipeline([
      stage("1", "noop"),
      ...branches,
      stage(
        "2",
        "noop",
        branches.map((each) => String(each["refId"])),
      ),
    ]),
    actor,
  );
  expect((await untilOver(two, id)).status).toBe("SUCCEEDED");
  const runs = runsOf(id);
  expect(runs.map(({ context }) => context.stage.refId).sort()).toEqual(
    ["1", "2", ...branches.map((each) => String(each["refId"]))].sort(),
  );
  expect(new Set(runs.map(({ replica }) => replica))).toEqual(new Set([1, 2]));
});

test("commands given to one replica reach a task that runs on the other", async () => {
  const { id } = await one.start(pipeline([stage("1", "effect", [], { ms: 60_000 })]), actor);
  await until(two, id, () => runsOf(id).length > 0);
  await two.cancel(id, "stop", actor);
  expect((await untilOver(one, id)).status).toBe("CANCELED");
  expect(runsOf(id).map(({ what }) => what)).toEqual(["run", "aborted", "cancel"]);
});

test("commands and results that cross each other on both replicas lose nothing", async () => {
  const { id } = await one.start(pipeline([stage("1", "hold"), stage("2", "noop", ["1"])]), actor);
  const begun = await until(one, id, (execution) => execution.stages[0]?.status === "RUNNING");
  const stageId = begun.stages[0]?.id ?? "";
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      (index % 2 === 0 ? one : two).patchStage(id, stageId, { [`k${index}`]: index }, actor),
    ),
  );
  await two.patchStage(id, stageId, { go: true }, actor);
  const execution = await untilOver(one, id);
  for (let index = 0; index < 30; index += 1) expect(execution.stages[0]?.context[`k${index}`]).toBe(index);
});

test("a wake-up is never lost, whether it comes before, while or after the task looks, on any replica", async () => {
  for (let round = 0; round < 20; round += 1) {
    const topic = `topic-${round}`;
    let stageId = "";
    const { id } = await one.start(pipeline([stage("1", "topic", [], { topic })]), actor);
    await until(one, id, (execution) => {
      stageId = execution.stages[0]?.id ?? "";
      return execution.stages[0]?.status === "RUNNING";
    });
    // The state that the task looks at changes without the engine's knowledge; only the wake tells of it.
    await scene.database.transaction(async (tx) => {
      await tx.query("select 1 from engine_execution where id = $1 for update", [id]);
      await tx.query(`update engine_stage set context = (context::jsonb || '{"ready": true}')::text where id = $1`, [
        stageId,
      ]);
      await tx.query("update engine_execution set version = version + 1 where id = $1", [id]);
    });
    (round % 2 === 0 ? one : two).wake([topic]);
    expect((await untilOver(two, id, 10)).status).toBe("SUCCEEDED");
  }
});

test("the end of a run wakes who waits for it", async () => {
  const child = await one.start(pipeline([stage("1", "hold")]), actor);
  const parent = await two.start(pipeline([stage("1", "topic", [], { topic: `execution:${child.id}` })]), actor);
  const looks = () => runsOf(parent.id).length;
  await until(two, parent.id, () => looks() === 1);
  await one.cancel(child.id, null, actor);
  await until(two, parent.id, () => looks() > 1);
  await one.cancel(parent.id, null, actor);
  await untilOver(one, parent.id);
});

test("a replica that stops lets its tasks finish, and what is left goes on elsewhere", async () => {
  const extra = await scene.replica(
    testStageTypes((what, context) => seen.push({ replica: 3, what, context })),
    { replicaId: "leaving" },
  );
  const ids: string[] = [];
  for (let index = 0; index < 6; index += 1)
    ids.push(
      (
        await extra.start(
          pipeline([stage("1", "effect", [], { ms: 80 }), stage("2", "effect", ["1"], { ms: 80 })]),
          actor,
        )
      ).id,
    );
  await extra.stop(40);
  for (const id of ids) expect(statuses(await untilOver(one, id))).toEqual({ 1: "SUCCEEDED", 2: "SUCCEEDED" });
  const owned = await scene.database.query("select 1 from engine_task_run where owner = 'leaving'");
  expect(owned).toEqual([]);
});
