import { afterAll, expect, test } from "vitest";
import { gates } from "./fixtures/work.ts";
import { actor, engineScene, pipeline, stage, until, untilOver } from "./fixtures/scene.ts";

const scene = await engineScene();
afterAll(() => scene.end());
const quick = await scene.replica(gates(), { replicaId: "quick" });
const other = await scene.replica(gates(), { replicaId: "other" });
const bob = { ...actor, user: "bob" };
const shape = (application: string) => pipeline([stage("1", "gate"), stage("2", "note", ["1"])], { application });
const open = async (engine: typeof quick, id: string) => {
  const run = await until(engine, id, (each) => each.stages[0]?.status !== "NOT_STARTED");
  await engine.patchStage(id, run.stages[0]?.id ?? "", { open: true }, actor);
};

test("a global pause: what runs stops at the next border on every replica, new starts are BUFFERED and say why; resume lets all go on", async () => {
  const running = await quick.start(shape("shop"), actor);
  await until(quick, running.id, (run) => run.stages[0]?.status === "RUNNING");
  await quick.control.pause(null, "database upgrade", bob);
  const held = await other.start(shape("other"), actor);
  const buffered = await until(other, held.id, (run) => run.status === "BUFFERED");
  expect(buffered.failure).toMatchObject({
    code: "engine.paused",
    details: { pausedBy: "bob", reason: "database upgrade" },
  });
  expect(buffered.startTime).toBeNull();
  const paused = await until(other, running.id, (run) => run.status === "PAUSED");
  expect(paused.paused).toMatchObject({ pausedBy: "bob", resumeTime: null });
  await open(quick, running.id);
  expect(await other.control.pauses()).toMatchObject([
    { application: null, pausedBy: "bob", reason: "database upgrade" },
  ]);
  await expect(quick.resume(running.id, actor)).rejects.toThrow("The engine's pause holds this run");
  expect((await other.get(running.id))?.stages.map((each) => each.status)).toEqual(["PAUSED", "NOT_STARTED"]);

  await other.control.resume(null, null, bob);
  expect((await untilOver(quick, running.id)).status).toBe("SUCCEEDED");
  await open(quick, held.id);
  expect((await untilOver(quick, held.id)).status).toBe("SUCCEEDED");
  await expect(quick.control.resume(null, null, bob)).rejects.toThrow("The engine is not paused.");
  const audit = await scene.database.query<{ action: string; actor: string; reason: string | null }>(
    "select action, actor, reason from platform_audit where resource = 'engine' order by id",
  );
  expect(audit).toEqual([
    { action: "engine.pause", actor: "bob", reason: "database upgrade" },
    { action: "engine.resume", actor: "bob", reason: null },
  ]);
});

test("a pause of one application leaves the others alone; a run under it can be canceled, and one a person paused stays paused", async () => {
  const [mine, kept, free] = [
    await quick.start(shape("shop"), actor),
    await quick.start(shape("Shop"), actor),
    await quick.start(shape("free"), actor),
  ];
  await until(quick, kept.id, (run) => run.stages[0]?.status === "RUNNING");
  await quick.pause(kept.id, actor);
  await quick.control.pause("SHOP", null, bob);
  await until(quick, mine.id, (run) => run.status === "PAUSED");
  const buffered = await quick.start(shape("shop"), actor);
  await open(quick, free.id);
  expect((await untilOver(quick, free.id)).status).toBe("SUCCEEDED");
  await quick.cancel(mine.id, "not now", actor);
  expect((await untilOver(quick, mine.id)).status).toBe("CANCELED");
  await quick.cancel(buffered.id, null, actor);
  expect((await untilOver(quick, buffered.id)).status).toBe("CANCELED");
  await quick.control.resume("shop", null, bob);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await quick.get(kept.id))?.status).toBe("PAUSED");
  await quick.resume(kept.id, actor);
  await open(quick, kept.id);
  expect((await untilOver(quick, kept.id)).status).toBe("SUCCEEDED");
});

test("a person who pauses a run under the engine's pause keeps it paused; one who resumes his own pause leaves it to the engine's", async () => {
  const [a, b] = [await quick.start(shape("one"), actor), await quick.start(shape("one"), actor)];
  await until(quick, b.id, (run) => run.stages[0]?.status === "RUNNING");
  await quick.pause(b.id, actor);
  await quick.control.pause("one", null, bob);
  await until(quick, a.id, (run) => run.status === "PAUSED");
  await quick.pause(a.id, actor);
  await quick.resume(b.id, actor);
  expect((await quick.get(b.id))?.status).toBe("PAUSED");
  await quick.control.resume("one", null, bob);
  await until(quick, b.id, (run) => run.status === "RUNNING");
  expect((await quick.get(a.id))?.paused).toMatchObject({ pausedBy: "ann", resumeTime: null });
});

test("a pause survives a restart, and a run that slipped through while nobody looked is paused by the sweep", async () => {
  const { id } = await quick.start(shape("slip"), actor);
  await until(quick, id, (run) => run.stages[0]?.status === "RUNNING");
  await scene.database.query("insert into engine_pause values ('slip', 'bob', null, now())");
  await scene.database.query("update engine_control set version = version + 1");
  await until(quick, id, (run) => run.status === "PAUSED");
  const late = await scene.replica(gates(), { replicaId: "late" });
  const held = await late.start(shape("slip"), actor);
  expect((await late.get(held.id))?.status).toBe("BUFFERED");
  await scene.database.query("delete from engine_pause");
  await scene.database.query("update engine_control set version = version + 1");
  await until(late, held.id, (run) => run.status === "RUNNING");
  await until(late, id, (run) => run.status === "RUNNING");
});

test("time in the engine's pause is no task's time", async () => {
  const { id } = await quick.start(
    pipeline([stage("1", "gate", [], { stageTimeoutMs: 1_200 })], { application: "clock" }),
    actor,
  );
  await until(quick, id, (run) => run.stages[0]?.status === "RUNNING");
  await quick.control.pause("clock", null, bob);
  await until(quick, id, (run) => run.status === "PAUSED");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await quick.control.resume("clock", null, bob);
  await open(quick, id);
  expect((await untilOver(quick, id)).status).toBe("SUCCEEDED");
});
