import { afterAll, expect, test } from "vitest";
import type { FreezeInput } from "./control-api.ts";
import { gates } from "./fixtures/work.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";
import { type } from "./fixtures/stage-types.ts";

const scene = await engineScene();
afterAll(() => scene.end());
const clock = { now: Date.parse("2026-12-24T10:00:00Z") };
const types = () => {
  const map = gates();
  const ship = type("ship", async () => ({ status: "SUCCEEDED" }));
  return map
    .set("ship", { ...ship, before: () => [{ type: "ship part", name: "part", context: {} }] })
    .set("ship part", {
      ...ship,
      type: "ship part",
    });
};
const options = { deploys: (name: string) => name.startsWith("ship"), now: () => new Date(clock.now) };
const engine = await scene.replica(types(), options);
const holidays: FreezeInput = {
  application: null,
  timezone: "Asia/Seoul",
  periods: [{ from: "2026-12-20T00:00", to: "2027-01-04T09:00" }],
  holds: "stages",
  stageTypes: null,
  reason: "holidays",
};
const shape = (application: string) =>
  pipeline([stage("1", "note"), stage("2", "ship", ["1"]), stage("3", "note", ["2"])], {
    application,
    pipelineConfigId: `${application}-pipe`,
  });

test("a calendar that holds stages: the run goes up to the first stage that deploys, waits there and says until when and why", async () => {
  await engine.control.saveFreeze("year end", holidays, actor);
  const { id } = await engine.start(shape("shop"), actor);
  const waits = await until(engine, id, (run) =>
    run.stages.some((each) => each.tasks[0]?.waiting?.code === "freeze.closed"),
  );
  expect(statuses(waits)).toMatchObject({ "1": "SUCCEEDED", "2": "RUNNING", "2<1": "RUNNING", "3": "NOT_STARTED" });
  expect(waits.stages.find((each) => each.refId === "2<1")?.tasks[0]?.waiting).toMatchObject({
    message:
      'Frozen by the calendar "year end" (holidays) until 2027-01-04T00:00:00.000Z. An exception lets it through.',
    details: { calendar: "year end", opensAt: "2027-01-04T00:00:00.000Z" },
  });
  await engine.control.except("year end", { what: "execution", subject: id, until: null, reason: "a leak" }, actor);
  const done = await untilOver(engine, id);
  expect(done.status).toBe("SUCCEEDED");
  // What is inside of a stage that was let through is not held again.
  expect(done.stages.map((each) => each.type)).toEqual(["note", "ship", "note", "waitForFreeze", "ship part"]);
});

test("exceptions for an application and for a pipeline, until a time; removing one holds again", async () => {
  const forShop = await engine.control.except(
    "year end",
    { what: "application", subject: "Shop", until: null, reason: "r" },
    actor,
  );
  const forPipe = { what: "pipeline" as const, subject: "mall-pipe", until: "2026-12-24T09:00:00Z", reason: "over" };
  await engine.control.except("year end", forPipe, actor);
  expect((await untilOver(engine, (await engine.start(shape("shop"), actor)).id)).status).toBe("SUCCEEDED");
  const held = (await engine.start(shape("mall"), actor)).id;
  await until(engine, held, (run) => run.stages.some((each) => each.tasks[0]?.waiting?.code === "freeze.closed"));
  await engine.control.except("year end", { ...forPipe, until: "2026-12-24T11:00:00Z" }, actor);
  expect((await untilOver(engine, held)).status).toBe("SUCCEEDED");
  await engine.control.removeException("year end", forShop.id, actor);
  const again = (await engine.start(shape("shop"), actor)).id;
  await until(engine, again, (run) => run.stages.some((each) => each.tasks[0]?.waiting?.code === "freeze.closed"));
  await engine.control.removeFreeze("year end", actor);
  expect((await untilOver(engine, again)).status).toBe("SUCCEEDED");
  expect(await engine.control.freezes()).toEqual([]);
});

test("a calendar that holds starts: pipelines of its application are BUFFERED until it opens; operations and others run", async () => {
  await engine.control.saveFreeze(
    "shop nights",
    { ...holidays, application: "SHOP", holds: "starts", reason: null },
    actor,
  );
  const { id } = await engine.start(shape("shop"), actor);
  expect(await engine.get(id)).toMatchObject({ status: "BUFFERED", failure: { code: "freeze.closed" } });
  const operation = await engine.start({ ...shape("shop"), type: "ORCHESTRATION" }, actor);
  expect((await untilOver(engine, operation.id)).status).toBe("SUCCEEDED");
  expect((await untilOver(engine, (await engine.start(shape("mall"), actor)).id)).status).toBe("SUCCEEDED");
  clock.now = Date.parse("2027-01-04T00:00:01Z");
  const done = await untilOver(engine, id);
  expect(done.status).toBe("SUCCEEDED");
  expect(done.startTime).toBe("2027-01-04T00:00:01.000Z");
  clock.now = Date.parse("2026-12-24T10:00:00Z");
  await engine.control.removeFreeze("shop nights", actor);
});

test("a dry run is held by no calendar, neither its start nor its stages", async () => {
  await engine.control.saveFreeze("dry stages", { ...holidays, application: "dry" }, actor);
  await engine.control.saveFreeze("dry starts", { ...holidays, application: "dry", holds: "starts" }, actor);
  const { id } = await engine.start({ ...shape("dry"), trigger: { type: "manual", dryRun: true } }, actor);
  const done = await untilOver(engine, id);
  expect(done.status).toBe("SUCCEEDED");
  expect(done.stages.map((each) => each.type)).not.toContain("waitForFreeze");
  const real = await engine.start(shape("dry"), actor);
  expect((await engine.get(real.id))?.status).toBe("BUFFERED");
  for (const name of ["dry stages", "dry starts"]) await engine.control.removeFreeze(name, actor);
  expect((await untilOver(engine, real.id)).status).toBe("SUCCEEDED");
});

test("a calendar of named stage types, a wait that a person skips, and every change audited", async () => {
  await engine.control.saveFreeze("notes", { ...holidays, stageTypes: ["note"], reason: null }, actor);
  const { id } = await engine.start(pipeline([stage("1", "note")]), actor);
  const waits = await until(engine, id, (run) =>
    run.stages.some((each) => each.tasks[0]?.waiting?.code === "freeze.closed"),
  );
  const wait = waits.stages.find((each) => each.type === "waitForFreeze");
  await engine.patchStage(id, wait?.id ?? "", { skipRemainingWait: true }, actor);
  expect((await untilOver(engine, id)).status).toBe("SUCCEEDED");
  const rows = await scene.database.query<{ action: string }>(
    "select action from platform_audit where resource like 'freeze/%' order by id",
  );
  expect(rows.map((row) => row.action)).toEqual([
    "freeze.save",
    "freeze.except",
    "freeze.except",
    "freeze.except",
    "freeze.except",
    "freeze.unexcept",
    "freeze.delete",
    "freeze.save",
    "freeze.delete",
    "freeze.save",
    "freeze.save",
    "freeze.delete",
    "freeze.delete",
    "freeze.save",
  ]);
});

test("calendars that cannot be used are refused with the place of the fault", async () => {
  const wrong = { ...holidays, timezone: "Mars/Base", periods: [{ from: "FRIDAY 16:00", to: "18:00" }] };
  await expect(engine.control.saveFreeze("x", wrong, actor)).rejects.toMatchObject({
    code: "invalid_request",
    problems: [{ pointer: "/periods/0" }, { pointer: "/timezone" }],
  });
  await expect(engine.control.removeFreeze("x", actor)).rejects.toThrow('There is no freeze calendar "x"');
  await expect(engine.control.saveFreeze(" ", holidays, actor)).rejects.toThrow("1 to 200 characters");
});
