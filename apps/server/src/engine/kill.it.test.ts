import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import type { Engine, ExecutionView } from "./api.ts";
import { actor, engineScene, pipeline, stage, untilOver } from "./fixtures/scene.ts";
import { recordingStageTypes, recordingTables } from "./fixtures/recording-stage-types.ts";

const program = fileURLToPath(new URL("./fixtures/child-engine.ts", import.meta.url));
const scene = await engineScene();
await scene.database.query(recordingTables);
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await scene.end();
});

function launch(replica: string, leaseSeconds = 20): ChildProcess {
  const child = spawn(process.execPath, [program, scene.url, replica, String(leaseSeconds)], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

const shape = () =>
  pipeline([
    stage("1", "record"),
    stage("2", "parent", ["1"], { ms: 4 }),
    stage("3", "slow", ["1"]),
    stage("4", "record", ["1"], { ms: 30 }),
    stage("5", "record", ["2", "3", "4"]),
    stage("6", "slow", ["5"]),
  ]);

/** Nothing lost: each stage's effect is there and is the one its output names. Nothing twice: no stage has two effects. */
async function checkEffects(execution: ExecutionView): Promise<void> {
  expect(execution.status).toBe("SUCCEEDED");
  expect(execution.stages).toHaveLength(9);
  const effects = await scene.database.query<{ operation_key: string; value: number }>(
    "select operation_key, value from test_effect where operation_key like $1",
    [`${execution.id}/%`],
  );
  expect(effects).toHaveLength(9);
  for (const each of execution.stages) {
    const own = effects.filter((effect) => effect.operation_key.split("/")[1] === each.id);
    expect([each.refId, own.map((effect) => effect.value)]).toEqual([each.refId, [each.outputs["value"]]]);
  }
}

/** A replica that only starts runs and looks at them. */
function observer(): Promise<Engine> {
  return scene.replica(recordingStageTypes(scene.database, "observer"), {
    replicaId: `observer-${children.size}`,
    concurrency: 0,
  });
}

test("killed -9 at random points again and again, a process that comes back under its name finishes everything, exactly once", async () => {
  const engine = await observer();
  const runs: string[] = [];
  let kills = 0;
  for (let round = 0; round < 25; round += 1) {
    const child = launch("alone");
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
    expect(line.toString()).toBe("running\n");
    runs.push((await engine.start(shape(), actor)).id);
    await sleep(5 + Math.random() * 120);
    child.kill("SIGKILL");
    await once(child, "exit");
    kills += 1;
  }
  expect(kills).toBe(25);
  const last = launch("alone");
  for (const id of runs) await checkEffects(await untilOver(engine, id, 60));
  last.kill("SIGKILL");
  await once(last, "exit");
});

test("another replica takes over what a killed one held, after its lease", async () => {
  const engine = await observer();
  const doomed = launch("doomed", 3);
  await once(doomed.stdout as NodeJS.ReadableStream, "data");
  const { id } = await engine.start(pipeline([stage("1", "record", [], { ms: 700 })]), actor);
  for (;;) {
    const [row] = await scene.database.query<{ count: number }>(
      "select count(*) as count from test_attempt where operation_key like $1",
      [`${id}/%`],
    );
    if ((row?.count ?? 0) > 0) break;
    await sleep(10);
  }
  doomed.kill("SIGKILL");
  const heir = launch("heir", 3);
  const execution = await untilOver(engine, id, 30);
  expect(execution.status).toBe("SUCCEEDED");
  const attempts = await scene.database.query<{ replica: string }>(
    "select replica from test_attempt where operation_key like $1 order by begun_at",
    [`${id}/%`],
  );
  expect(attempts.map((row) => row.replica)).toEqual(["doomed", "heir"]);
  heir.kill("SIGKILL");
});

test("a stalled replica loses its claim, and its late result is refused", async () => {
  const engine = await observer();
  const stalled = launch("stalled", 2);
  await once(stalled.stdout as NodeJS.ReadableStream, "data");
  const { id } = await engine.start(
    pipeline([stage("1", "record", [], { ms: 300 }), stage("2", "record", ["1"])]),
    actor,
  );
  for (;;) {
    const [row] = await scene.database.query<{ count: number }>(
      "select count(*) as count from test_attempt where operation_key like $1",
      [`${id}/%`],
    );
    if ((row?.count ?? 0) > 0) break;
    await sleep(5);
  }
  stalled.kill("SIGSTOP");
  const heir = launch("heir-of-stalled", 2);
  expect((await untilOver(engine, id, 30)).status).toBe("SUCCEEDED");
  stalled.kill("SIGCONT");
  await sleep(600);
  const before = await engine.get(id);
  expect(before?.status).toBe("SUCCEEDED");
  const attempts = await scene.database.query<{ replica: string; stage: string }>(
    "select replica, split_part(operation_key, '/', 2) as stage from test_attempt where operation_key like $1 order by begun_at",
    [`${id}/%`],
  );
  expect(attempts.map((row) => row.replica)).toEqual(["stalled", "heir-of-stalled", "heir-of-stalled"]);
  for (const child of [stalled, heir]) child.kill("SIGKILL");
});
