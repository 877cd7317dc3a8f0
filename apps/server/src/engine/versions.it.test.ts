import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { StageType } from "./api.ts";
import { reclaimLeft } from "./claims.ts";
import { gates } from "./fixtures/work.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";
import { type } from "./fixtures/stage-types.ts";

const scene = await engineScene();
afterAll(() => scene.end());
const old = await scene.replica(gates(), { replicaId: "old", leaseSeconds: 4 });
const canceled: string[] = [];
const newer = (): Map<string, StageType> => {
  const modern: StageType = {
    ...type("modern", async ({ stage: own }) =>
      own.context["stay"] === true && own.context["open"] !== true
        ? { status: "RUNNING", retryAfterMs: 600_000 }
        : { status: "SUCCEEDED", outputs: { by: "newer" } },
    ),
    before: () => [{ type: "note", name: "before", context: {} }],
    after: () => [{ type: "note", name: "after", context: {} }],
    cancel: async ({ stage: own }) => {
      canceled.push(own.refId);
      return {};
    },
  };
  return gates().set("modern", modern);
};

test("a stage of a type that nobody knows is TERMINAL whatever its flags say", async () => {
  for (const flags of [{ failPipeline: false }, { continuePipeline: true }]) {
    const { id } = await old.start(pipeline([stage("1", "nobody's", [], flags)]), actor);
    const run = await untilOver(old, id);
    expect([run.status, run.stages[0]?.status]).toEqual(["TERMINAL", "TERMINAL"]);
  }
});

test("a stage type that no living replica knows fails its stage with the name", async () => {
  const { id } = await old.start(pipeline([stage("1", "modern")]), actor);
  expect((await untilOver(old, id)).stages[0]?.failure?.code).toBe("stage.unknownType");
});

test("a stage type that only another replica knows is left to it: planned, run, its after-stages and its cancel", async () => {
  const modern = await scene.replica(newer(), { replicaId: "newer", leaseSeconds: 4 });
  for (let round = 0; round < 6; round += 1) {
    const shape = pipeline([
      stage("1", "note"),
      stage("2", "modern", ["1"]),
      stage("3", "note", ["2"]),
      stage("4", "modern"),
    ]);
    const { id } = await old.start(shape, actor);
    const run = await untilOver(old, id);
    expect([run.status, run.failure]).toEqual(["SUCCEEDED", null]);
    expect(run.stages.filter((each) => each.type === "modern").map((each) => each.outputs["by"])).toEqual([
      "newer",
      "newer",
    ]);
    expect(new Set(Object.values(statuses(run)))).toEqual(new Set(["SUCCEEDED"]));
  }
  const { id } = await old.start(pipeline([stage("1", "modern", [], { stay: true })]), actor);
  await until(old, id, (run) => run.stages[0]?.tasks[0]?.status === "RUNNING");
  await old.cancel(id, null, actor);
  expect((await untilOver(old, id)).status).toBe("CANCELED");
  expect(canceled).toEqual(["1"]);
  await modern.stop(500);
});

test("what the newer replica has begun is left to it while the older one brings the run forward", async () => {
  const modern = await scene.replica(newer(), { replicaId: "newer", leaseSeconds: 4 });
  const { id } = await modern.start(pipeline([stage("1", "modern", [], { stay: true })]), actor);
  const run = await until(modern, id, (each) => each.stages[0]?.tasks[0]?.status === "RUNNING");
  await old.patchStage(id, run.stages[0]?.id ?? "", { open: true }, actor);
  expect((await untilOver(old, id)).status).toBe("SUCCEEDED");
  await modern.stop(500);
});

test("what was left to a replica that never comes back ends with a reason", async () => {
  const { id } = await old.start(pipeline([stage("1", "gate")]), actor);
  const run = await until(old, id, (each) => each.stages[0]?.status === "RUNNING");
  await scene.database.query("update engine_task_run set requires = 'gone' where execution_id = $1", [id]);
  await old.patchStage(id, run.stages[0]?.id ?? "", { open: true }, actor);
  await sleep(1_200);
  expect((await old.get(id))?.status).toBe("RUNNING");
  await scene.database.query("insert into engine_replica values ('gone', '{gone}', now() - interval '9 minutes')");
  await reclaimLeft(scene.database);
  expect((await old.get(id))?.status).toBe("RUNNING");
  await scene.database.query("update engine_replica set seen_at = now() - interval '11 minutes' where id = 'gone'");
  await reclaimLeft(scene.database);
  expect((await untilOver(old, id)).status).toBe("SUCCEEDED");
});

test("a message of a type that this version does not know is left where it is, and nothing else waits for it", async () => {
  const { id } = await old.start(pipeline([stage("1", "gate"), stage("2", "note", ["1"])]), actor);
  const run = await until(old, id, (each) => each.stages[0]?.status === "RUNNING");
  await scene.database.query(
    'insert into engine_message (execution_id, payload, type) values ($1, \'{"type":"FoldStage","stageId":"x"}\', \'FoldStage\')',
    [id],
  );
  await sleep(1_500);
  await old.patchStage(id, run.stages[0]?.id ?? "", { open: true }, actor);
  expect((await untilOver(old, id)).status).toBe("SUCCEEDED");
  expect(await scene.database.query("select type from engine_message where execution_id = $1", [id])).toEqual([
    { type: "FoldStage" },
  ]);
});

test("columns and fields that a newer version adds are kept, and those that an older one did not write have their defaults", async () => {
  await scene.database.query("alter table engine_execution add column novelty text default 'kept'");
  await scene.database.query("alter table engine_task_run add column novelty integer not null default 7");
  const { id } = await old.start(pipeline([stage("1", "gate"), stage("2", "note", ["1"])]), actor);
  const run = await until(old, id, (each) => each.stages[0]?.status === "RUNNING");
  await scene.database.query(
    `update engine_execution set version = version + 1,
       header = ((header::jsonb - 'limit' - 'pendingRestart' - 'depth' - 'timeoutMs') || '{"novelty":{"a":[1]}}')::text where id = $1`,
    [id],
  );
  await scene.database.query(
    `update engine_stage set body = ((body::jsonb - 'awaits') || '{"novelty":"b"}')::text where execution_id = $1`,
    [id],
  );
  await old.patchStage(id, run.stages[0]?.id ?? "", { open: true }, actor);
  expect((await untilOver(old, id)).status).toBe("SUCCEEDED");
  const [row] = await scene.database.query(
    `select e.novelty as column, header::jsonb #>> '{novelty,a}' as header, body::jsonb ->> 'novelty' as body
     from engine_execution e join engine_stage s on s.execution_id = e.id where e.id = $1 and position = 1`,
    [id],
  );
  expect(row).toEqual({ column: "kept", header: "[1]", body: "b" });
});
