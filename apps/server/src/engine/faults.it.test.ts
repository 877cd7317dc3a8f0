import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { startEmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";
import { createAuditLog } from "../platform/audit/create-audit-log.ts";
import { createDatabase } from "../platform/database/create-database.ts";
import { migrate } from "../platform/database/migrate.ts";
import { createEventLog } from "../platform/events/create-event-log.ts";
import type { StageType } from "./api.ts";
import { createEngine } from "./create-engine.ts";
import { actor, engineScene, pipeline, stage, statuses, until, untilOver } from "./fixtures/scene.ts";
import { testStageTypes, type as stageType } from "./fixtures/stage-types.ts";

const circle: Record<string, unknown> = {};
circle["self"] = circle;

const faulty: StageType[] = [
  stageType("circle", async () => ({ status: "SUCCEEDED", outputs: circle as unknown as JsonObject })),
  stageType("bigint", async () => ({
    status: "SUCCEEDED",
    outputs: { big: 12345678901234567890n as unknown as number },
  })),
  stageType("mutate", async ({ stage: own }) => {
    own.context["planted"] = true;
    return { status: "SUCCEEDED" };
  }),
  {
    ...stageType("badPlan", async () => ({ status: "SUCCEEDED" })),
    tasks: () => {
      throw new Error("cannot plan this");
    },
  },
];

const scene = await engineScene();
const engine = await scene.replica(new Map([...testStageTypes(), ...faulty.map((each) => [each.type, each] as const)]));
afterAll(() => scene.end());

test("connections that are cut again and again only delay a run", async () => {
  const ids: string[] = [];
  const chain = Array.from({ length: 15 }, (_, index) =>
    stage(String(index), "effect", index === 0 ? [] : [String(index - 1)], { ms: 5 }),
  );
  for (let index = 0; index < 5; index += 1) ids.push((await engine.start(pipeline(chain), actor)).id);
  let cuts = 0;
  let over = false;
  const cutting = (async () => {
    while (!over) {
      const asked = performance.now();
      const rows = await scene.database
        .query<{ cut: boolean }>(
          "select pg_terminate_backend(pid) as cut from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()",
        )
        .catch(() => []);
      cuts += rows.length;
      // On a busy machine everything takes longer, and so do the pauses between the cuts.
      const pauseMs = Math.max(60, 5 * (performance.now() - asked));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })();
  try {
    for (const id of ids) expect((await untilOver(engine, id, 90)).status).toBe("SUCCEEDED");
  } finally {
    over = true;
    await cutting;
  }
  expect(cuts).toBeGreaterThan(3);
});

test("a database that is killed and comes back: runs stand still meanwhile and then go on", async () => {
  const directory = await mkdtemp(join(tmpdir(), "gennaker-engine-"));
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
  await migrate(postgres.url);
  const database = createDatabase({ url: postgres.url });
  const own = createEngine({
    database,
    events: createEventLog(database),
    audit: createAuditLog(),
    stageTypes: testStageTypes(),
    replicaId: "alone",
    log: () => undefined,
  });
  await own.run();
  try {
    const chain = Array.from({ length: 60 }, (_, index) =>
      stage(String(index), "effect", index === 0 ? [] : [String(index - 1)], { ms: 20 }),
    );
    const { id } = await own.start(pipeline(chain), actor);
    for (let round = 0; round < 2; round += 1) {
      await until(
        own,
        id,
        (execution) => execution.stages.filter((each) => each.status === "SUCCEEDED").length > 10 * (round + 1),
      );
      process.kill(postgres.pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 300));
      await expect(own.start(pipeline(chain), actor)).rejects.toMatchObject({ code: "database_unavailable" });
      await postgres.restart();
    }
    const execution = await untilOver(own, id, 60);
    expect(execution.status).toBe("SUCCEEDED");
    expect(execution.stages.every((each) => each.status === "SUCCEEDED")).toBe(true);
  } finally {
    await own.stop(100);
    await database.close();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
});

test("hostile text in every field neither stops the run nor changes on the way", async () => {
  const hostile = "a\u0000b\ud800c\\u0000 ' \" \u2028 %s $1";
  const { id } = await engine.start(
    pipeline([stage(hostile, "give", [], { outputs: { [hostile]: hostile, big: 2 ** 60 }, name: hostile })], {
      application: `shop${hostile}`,
      name: hostile,
      pipelineConfigId: hostile,
      trigger: { type: hostile },
    }),
    { ...actor, user: "ann" },
  );
  const execution = await untilOver(engine, id);
  expect(execution).toMatchObject({
    status: "SUCCEEDED",
    name: hostile,
    pipelineConfigId: hostile,
    trigger: { type: hostile },
  });
  expect(execution.stages[0]).toMatchObject({
    refId: hostile,
    name: hostile,
    outputs: { [hostile]: hostile, big: 2 ** 60 },
  });
});

test.each([
  ["circle", "cannot be written as JSON"],
  ["mutate", "not extensible"],
  ["badPlan", "cannot plan this"],
  ["nobodyKnows", 'no stage type "nobodyKnows"'],
])("a stage type at fault (%s) fails its own stage with the reason", async (typeName, reason) => {
  const { id } = await engine.start(pipeline([stage("1", typeName), stage("2", "noop", ["1"])]), actor);
  const execution = await untilOver(engine, id);
  expect(execution.status).toBe("TERMINAL");
  expect(statuses(execution)).toEqual({ 1: "TERMINAL", 2: "NOT_STARTED" });
  expect(execution.stages[0]?.failure?.message).toContain(reason);
});

test("an integer of type bigint keeps its digits", async () => {
  const { id } = await engine.start(pipeline([stage("1", "bigint")]), actor);
  expect((await untilOver(engine, id)).stages[0]?.outputs).toEqual({ big: "12345678901234567890" });
});

test("a graph far longer than one transition is brought forward in parts", async () => {
  const branches = Array.from({ length: 1_200 }, (_, index) => stage(`b${index}`, "noop", ["1"]));
  const { id } = await engine.start(
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
  const execution = await untilOver(engine, id, 60);
  expect(execution.status).toBe("SUCCEEDED");
  expect(execution.stages.every((each) => each.status === "SUCCEEDED")).toBe(true);
});
