import fc from "fast-check";
import { encodeTime } from "ulid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionFilter, Status } from "./api.ts";
import { engineScene } from "./fixtures/scene.ts";
import { searchIds } from "./search.ts";
import { searchRow } from "./write-history.ts";

const scene = await engineScene();
afterAll(() => scene.end());

type Run = {
  id: string;
  type: "PIPELINE" | "ORCHESTRATION";
  application: string;
  name: string;
  pipelineConfigId: string | null;
  user: string;
  status: Status;
  time: number;
  trigger: JsonObject & { type: string; parameters: { env: string; n: number }; artifacts: { name: string }[] };
};

const hour = 3_600_000;
const first = Date.parse("2026-01-01T00:00:00Z");
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** 3,000 runs over a year: more than the search walks along, so that both of its ways are taken. */
const runs: Run[] = Array.from({ length: 3_000 }, (_, index) => {
  const time = first + index * 3 * hour;
  const application = pick(["shop", "cart", "mail"], index);
  const config = index % 7;
  return {
    id: `${encodeTime(time, 10)}${String(index).padStart(16, "0")}`,
    type: index % 5 === 0 ? "ORCHESTRATION" : "PIPELINE",
    application,
    name: pick(["Ship", "Bake it", "Roll back"], config),
    pipelineConfigId: index % 5 === 0 ? null : `${application}-${config}`,
    user: pick(["ann", "bob"], Math.floor(index / 900)),
    status: index > 2_990 ? "RUNNING" : index % 9 === 0 ? "TERMINAL" : "SUCCEEDED",
    time,
    trigger: {
      type: pick(["manual", "cron", "git"], index >> 3),
      parameters: { env: pick(["prod", "dev"], index >> 2), n: index },
      artifacts: [{ name: `acme/build-${index >> 5}` }],
    },
  };
});

beforeAll(async () => {
  const { database } = scene;
  const rows = runs.map((run) => ({
    ...run,
    time: new Date(run.time).toISOString(),
    config: run.pipelineConfigId,
    terms: searchRow(run).terms,
  }));
  await database.query(
    `insert into engine_execution (id, version, type, application, name, pipeline_config_id, status, build_time, header, documents)
     select id, 1, type, application, name, config, status, time, '{}', '{}'
     from json_to_recordset($1::json) as x(id text, type text, application text, name text, config text, status text, time timestamptz)`,
    [JSON.stringify(rows)],
  );
  await database.query(
    `insert into engine_search (execution_id, terms) select id, array_to_tsvector(terms)
     from json_to_recordset($1::json) as x(id text, terms text[])`,
    [JSON.stringify(rows)],
  );
});

/** What a search means, run by run. */
function expected(filter: ExecutionFilter): string[] {
  const words = (run: Run) =>
    [run.application, run.name, run.user, run.trigger.parameters.env, String(run.trigger.parameters.n), "env", "n"]
      .concat(run.trigger.artifacts.map((artifact) => artifact.name))
      .flatMap((text) => text.toLowerCase().split(/[^a-z0-9]+/));
  const found = runs.filter(
    (run) =>
      (filter.application === undefined || run.application === filter.application.toLowerCase()) &&
      (filter.pipelineConfigIds === undefined || filter.pipelineConfigIds.includes(run.pipelineConfigId ?? "")) &&
      (filter.statuses === undefined || filter.statuses.includes(run.status)) &&
      (filter.type === undefined || run.type === filter.type) &&
      (filter.name === undefined || run.name.toLowerCase() === filter.name.toLowerCase()) &&
      (filter.user === undefined || run.user === filter.user.toLowerCase()) &&
      (filter.triggerTypes === undefined || filter.triggerTypes.includes(run.trigger.type)) &&
      Object.entries(filter.parameters ?? {}).every(
        ([key, value]) => String((run.trigger.parameters as Record<string, unknown>)[key]) === value,
      ) &&
      (filter.artifact === undefined || run.trigger.artifacts.some((artifact) => artifact.name === filter.artifact)) &&
      (filter.text ?? "")
        .toLowerCase()
        .split(" ")
        .every((part) => words(run).some((word) => word.startsWith(part))) &&
      (filter.from === undefined || run.time >= filter.from.getTime()) &&
      (filter.until === undefined || run.time <= filter.until.getTime()) &&
      (filter.before === undefined || run.id < filter.before) &&
      (filter.after === undefined || run.id > filter.after),
  );
  const ids = found.map((run) => run.id);
  return (filter.oldestFirst === true ? ids : ids.toReversed()).slice(0, filter.limit);
}

const some = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const anyRun = fc.nat(runs.length - 1).map((index) => pick(runs, index));
const filters = fc
  .record({
    application: some("shop", "CART", "none"),
    pipelineConfigIds: some(["shop-1", "cart-2", "mail-3", "shop-1"], ["shop-4"], []),
    statuses: some<Status[]>(["TERMINAL"], ["RUNNING", "SUCCEEDED"], ["CANCELED"]),
    type: some<"PIPELINE" | "ORCHESTRATION">("PIPELINE", "ORCHESTRATION"),
    name: some("ship", "Bake It", "nothing"),
    user: some("ann", "BOB"),
    triggerTypes: some(["manual"], ["cron", "git"], ["pubsub"]),
    parameters: fc.option(
      fc.oneof(
        fc.constantFrom<Record<string, string>>({ env: "prod" }, { env: "stage" }),
        anyRun.map((run): Record<string, string> => ({ n: String(run.trigger.parameters.n) })),
      ),
      { nil: undefined, freq: 2 },
    ),
    artifact: fc.option(
      anyRun.map((run) => run.trigger.artifacts[0]?.name ?? ""),
      { nil: undefined, freq: 1 },
    ),
    text: some("ba", "SHIP prod", "build 7", "zzz"),
    from: fc.option(
      anyRun.map((run) => new Date(run.time)),
      { nil: undefined, freq: 1 },
    ),
    until: fc.option(
      anyRun.map((run) => new Date(run.time)),
      { nil: undefined, freq: 1 },
    ),
    before: fc.option(
      anyRun.map((run) => run.id),
      { nil: undefined, freq: 1 },
    ),
    after: fc.option(
      anyRun.map((run) => run.id),
      { nil: undefined, freq: 1 },
    ),
    oldestFirst: some(true, false),
    limit: fc.constantFrom(1, 25, 4_000),
  })
  .map(
    (each) =>
      Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as unknown as ExecutionFilter,
  );

test("any combination of filters gives exactly the runs that it means, in order", async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      expect(await searchIds(scene.database, filter)).toEqual(expected(filter));
    }),
    { numRuns: 250 },
  );
});

test("pages joined by their cursor give every run once", async () => {
  const filter = { application: "shop", parameters: { env: "prod" }, limit: 40 };
  const pages: string[] = [];
  for (;;) {
    const last = pages.at(-1);
    const page = await searchIds(scene.database, last === undefined ? filter : { ...filter, before: last });
    if (page.length === 0) break;
    pages.push(...page);
  }
  expect(pages).toEqual(expected({ ...filter, limit: 4_000 }));
});

test("statuses that few runs end with are looked for in the index of terms", async () => {
  const asked: unknown[] = [];
  const database: Parameters<typeof searchIds>[0] = {
    query: (text, values) => {
      asked.push(values);
      return scene.database.query(text, values);
    },
  };
  const filter: ExecutionFilter = { user: "ann", statuses: ["TERMINAL"], limit: 400 };
  expect(await searchIds(database, filter)).toEqual(expected(filter));
  expect(JSON.stringify(asked)).toContain("|s:terminal");
  asked.length = 0;
  await searchIds(database, { ...filter, statuses: ["TERMINAL", "SUCCEEDED"] });
  // Until all that are stored have their terms, the rows say how they ended.
  await scene.database.query("insert into engine_search_missing values ('not yet')");
  expect(await searchIds(database, filter)).toEqual(expected(filter));
  await scene.database.query("delete from engine_search_missing");
  expect(JSON.stringify(asked)).not.toContain("|s:");
});
