import { afterAll, expect, test } from "vitest";
import { forgetRuns } from "../../compose/wire-history.ts";
import type { ForgetRuns } from "../../engine/api.ts";
import { actor, engineScene, pipeline, stage, untilOver } from "../../engine/fixtures/scene.ts";
import { createRunKeeping } from "../../engine/retention.ts";
import { searchIds } from "../../engine/search.ts";
import { createAuditLog } from "../../platform/audit/create-audit-log.ts";
import { createEventLog } from "../../platform/events/create-event-log.ts";
import { createRetention } from "./create-retention.ts";
import { stageTypes } from "./fixtures/stage-types.ts";
import { createSweep } from "./sweep.ts";

const scene = await engineScene();
afterAll(() => scene.end());

const { database } = scene;
const forgotten: string[] = [];
const forget: ForgetRuns = async (tx, ids) => {
  await tx.query("select 1");
  forgotten.push(...ids);
};
const engine = await scene.replica(stageTypes, { forget: [forget, ...forgetRuns] });

/** Every table of the database that still has a row about this run. */
async function traces(id: string): Promise<string[]> {
  const tables = await database.query<{ table_name: string; column_name: string }>(
    `select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type = 'text'
     and (column_name = 'execution_id' or (table_name = 'engine_execution' and column_name = 'id'))`,
  );
  const found: string[] = [];
  for (const { table_name: table, column_name: column } of tables) {
    const rows = await database.query(`select 1 from ${table} where ${column} = $1 limit 1`, [id]);
    if (rows.length > 0) found.push(table);
  }
  return found;
}

test("a removed run leaves nothing behind, and other features are asked to forget it", async () => {
  const { id } = await engine.start(pipeline([stage("1", "family")], { application: "gone" }), actor);
  await untilOver(engine, id);
  expect((await traces(id)).toSorted()).toEqual([
    "engine_execution",
    "engine_history",
    "engine_search",
    "engine_stage",
  ]);
  await engine.remove(id, actor);
  expect(await traces(id)).toEqual([]);
  expect(forgotten).toContain(id);
  expect(await searchIds(database, { application: "gone", text: "ship", limit: 5 })).toEqual([]);
});

test("the sweep keeps what a policy keeps, never removes what runs, and writes what it did", async () => {
  const audit = createAuditLog();
  const retention = createRetention({ database, audit });
  const dayMs = 86_400_000;
  let now = Date.now();
  const runs = createRunKeeping({
    database,
    events: createEventLog(database),
    forget: [forget],
    now: () => new Date(now),
  });
  const sweep = createSweep({ database, audit, retention, runs, log: () => undefined, batch: 2 });
  const start = async (application: string, config: string | null, type = "good") => {
    const kind = config === null ? ("ORCHESTRATION" as const) : ("PIPELINE" as const);
    const { id } = await engine.start(
      pipeline([stage("1", type)], { application, pipelineConfigId: config, type: kind }),
      actor,
    );
    if (type === "good") await untilOver(engine, id);
    return id;
  };
  const many = async (count: number, ...rest: Parameters<typeof start>) => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push(await start(...rest));
    return ids;
  };
  const running = await start("kept", "a", "wait");
  const a = await many(5, "kept", "a");
  const b = await many(2, "kept", "b");
  const operations = await many(3, "kept", null);
  const aged = await many(2, "aged", "c");
  const left = async () =>
    (await engine.list({ limit: 100 }))
      .map((run) => run.id)
      .filter((id) => id > running || id === running)
      .toReversed();
  const all = [running, ...a, ...b, ...operations, ...aged];

  now += 100 * dayMs;
  await sweep.once();
  expect(await left()).toEqual(all);

  await retention.set("KEPT", { keepDays: null, keepLast: 2 }, actor);
  await sweep.once();
  const kept = [running, ...a.slice(-2), ...b, ...operations.slice(-2)];
  expect(await left()).toEqual([...kept, ...aged]);
  for (const id of a.slice(0, 3)) expect(await traces(id)).toEqual([]);

  await retention.set(null, { keepDays: 200, keepLast: null }, actor);
  await sweep.once();
  expect(await left()).toEqual([...kept, ...aged]);
  await retention.set(null, { keepDays: 99, keepLast: null }, actor);
  await sweep.once();
  expect(await left()).toEqual(kept);

  await retention.set("kept", { keepDays: 1, keepLast: 1 }, actor);
  now = Date.now();
  await sweep.once();
  expect(await left()).toEqual(kept);
  now += 2 * dayMs;
  await sweep.once();
  expect(await left()).toEqual([running, ...a.slice(-1), ...b.slice(-1), ...operations.slice(-1)]);

  expect(await retention.clear("kept", actor)).toBe(true);
  expect(await retention.clear("kept", actor)).toBe(false);
  expect(await retention.of("kept")).toEqual({ application: "kept", keepDays: 99, keepLast: null, source: "server" });
  const rows = await database.query<{ action: string; resource: string; after: string | null }>(
    "select action, resource, after from platform_audit where action like 'retention.%' or action like '%Expired' order by id",
  );
  expect(rows.map((row) => `${row.action} ${row.resource}`)).toEqual([
    "retention.set application/kept/retention",
    "execution.removeExpired application/kept",
    "retention.set retention",
    "retention.set retention",
    "execution.removeExpired application/aged",
    "retention.set application/kept/retention",
    "execution.removeExpired application/kept",
    "retention.clear application/kept/retention",
  ]);
  expect(JSON.parse(rows[1]?.after ?? "")).toEqual({ removed: 4, keepDays: null, keepLast: 2 });
});

test("runs that were stored before there was a search become findable", async () => {
  const { id } = await engine.start(
    pipeline([stage("1", "good")], { application: "older", trigger: { type: "cron", parameters: { env: "x" } } }),
    actor,
  );
  await untilOver(engine, id);
  await database.query("delete from engine_search where execution_id = $1", [id]);
  await database.query("insert into engine_search_missing values ($1)", [id]);
  const wanted = { application: "older", parameters: { env: "x" }, triggerTypes: ["cron"], limit: 5 };
  expect(await searchIds(database, wanted)).toEqual([]);
  const runs = createRunKeeping({ database, events: createEventLog(database), forget: [], now: () => new Date() });
  expect(await runs.indexMissing(10)).toBe(1);
  expect(await runs.indexMissing(10)).toBe(0);
  expect(await searchIds(database, wanted)).toEqual([id]);
});

test("runs that ended without success, and were stored before that was searched for, are found all the time", async () => {
  const run = async (type: string) => {
    const { id } = await engine.start(
      pipeline([stage("1", type)], { application: "ends", trigger: { type: "cron", parameters: { env: "rare" } } }),
      actor,
    );
    await untilOver(engine, id);
    return id;
  };
  const [bad, good] = [await run("bad"), await run("good")];
  const terms = async (id: string) => {
    const [row] = await database.query<{ terms: string[] }>(
      "select tsvector_to_array(terms) as terms from engine_search where execution_id = $1",
      [id],
    );
    return (row?.terms ?? []).filter((term) => term.includes("|s:")).map((term) => term.slice(term.indexOf("|")));
  };
  expect([await terms(bad), await terms(good)]).toEqual([["|s:terminal"], []]);
  await database.query("update engine_search set terms = ts_delete(terms, $2) where execution_id = $1", [
    bad,
    (
      await database.query<{ term: string }>(
        "select unnest(tsvector_to_array(terms)) as term from engine_search where execution_id = $1",
        [bad],
      )
    ).find(({ term }) => term.endsWith("|s:terminal"))?.term,
  ]);
  expect(await terms(bad)).toEqual([]);
  await database.query("insert into engine_search_missing values ($1)", [bad]);
  const wanted = { application: "ends", parameters: { env: "rare" }, statuses: ["TERMINAL" as const], limit: 5 };
  expect(await searchIds(database, wanted)).toEqual([bad]);
  const runs = createRunKeeping({ database, events: createEventLog(database), forget: [], now: () => new Date() });
  expect(await runs.indexMissing(10)).toBe(1);
  expect(await terms(bad)).toEqual(["|s:terminal"]);
});
