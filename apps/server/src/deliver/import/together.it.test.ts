import { readFileSync } from "node:fs";
import type { ImportResult } from "@gennaker/contract/resources/import.ts";
import { startServer } from "@gennaker/testkit/server/start-server.ts";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

const server = await startServer();
const database = new pg.Client({ connectionString: readFileSync(`${server.data}/run/database.url`, "utf8").trim() });
beforeAll(() => database.connect());
afterAll(async () => {
  await database.end();
  await server.end();
});

async function bring(documents: readonly object[]): Promise<ImportResult> {
  const items = documents.map((document, index) => ({ source: `s${index}`, document }));
  const response = await fetch(`${server.url}/api/v1/import`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-spinnaker-user": "ann" },
    body: JSON.stringify({ items }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as ImportResult;
}
const shortly = ({ items }: ImportResult) =>
  items.flatMap(({ kind, name, outcome, change }) => (kind === "pipeline" ? [`${name} ${outcome} ${change}`] : []));
const stage = { refId: "1", type: "wait", name: "w", requisiteStageRefIds: [], waitTime: 1 };
const pipeline = (application: string, name: string, more: object = {}) => ({
  application,
  name,
  stages: [stage],
  ...more,
});
async function stored(application: string): Promise<string[]> {
  const { rows } = await database.query<{ id: string; name: string; position: number; version: number }>(
    "select id, name, position, version from deliver_pipeline where application = $1 order by position, name",
    [application],
  );
  return rows.map(({ id, name, position, version }) => `${id} ${name} ${position} v${version}`);
}

test("three hundred at once: places, versions and audit rows as if each had been saved alone; the faulty ones alone are refused", async () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    pipeline(
      `many${index % 3}`,
      `p${String(index).padStart(3, "0")}`,
      index % 50 === 7 ? { stages: [stage, stage] } : { id: `id${index}` },
    ),
  );
  const { counts } = await bring(many);
  expect(counts).toMatchObject({ refused: 6, imported: 297 });
  const first = await stored("many0");
  expect(first).toHaveLength(98);
  expect(first.slice(0, 3)).toEqual(["id0 p000 0 v1", "id3 p003 1 v1", "id6 p006 2 v1"]);
  const { rows } = await database.query<{ action: string; count: string }>(
    "select action, count(*) from platform_audit where resource like 'pipeline/id%' and actor = 'ann' group by action",
  );
  expect(rows).toEqual([{ action: "pipeline.create", count: expect.anything() as never }]);
  expect(Number(rows[0]?.count)).toBe(294);
  const events = await database.query(
    "select 1 from platform_event where type = 'pipeline.changed' and subject like 'id%'",
  );
  expect(events.rowCount).toBe(294);
  const again = await bring(many.map((each) => ({ ...each, description: "changed" })));
  expect(again.counts).toMatchObject({ refused: 6, imported: 294 });
  expect((await stored("many0")).slice(0, 2)).toEqual(["id0 p000 0 v2", "id3 p003 1 v2"]);
  const audited = await database.query<{ before: string | null }>(
    "select before from platform_audit where resource = 'pipeline/id0' order by id",
  );
  expect(audited.rows.map(({ before }) => before === null)).toEqual([true, false]);
});

test("what one document does is seen by the next, also among those that are stored together", async () => {
  expect(shortly(await bring([pipeline("seen", "a", { id: "s1" }), pipeline("seen", "b", { id: "s2" })]))).toEqual([
    "a imported created",
    "b imported created",
  ]);
  // s1 leaves its name, which a new one takes; s2 is named twice, and the last word counts.
  const moved = await bring([
    pipeline("seen", "c", { id: "s1" }),
    pipeline("seen", "a", { id: "s3" }),
    pipeline("seen", "b", { id: "s2", description: "first" }),
    pipeline("seen", "b", { id: "s2", description: "second" }),
    pipeline("seen", "B"),
  ]);
  expect(shortly(moved)).toEqual([
    "c imported replaced",
    "a imported created",
    "b imported replaced",
    "b imported replaced",
    "B imported replaced",
  ]);
  expect(await stored("seen")).toEqual(["s1 c 0 v2", "s2 B 1 v4", "s3 a 2 v1"]);
});

test("a name that is taken is refused alone, and everything around it is stored", async () => {
  await bring([pipeline("taken", "a", { id: "t1" }), pipeline("taken", "b", { id: "t2" })]);
  const result = await bring([
    pipeline("taken", "x", { id: "t3" }),
    // Its own id, another one's name.
    pipeline("taken", "b", { id: "t1" }),
    pipeline("taken", "y", { id: "t4" }),
  ]);
  expect(shortly(result)).toEqual(["x imported created", "b refused none", "y imported created"]);
  expect(result.items[1]?.notes).toMatchObject([{ level: "error", pointer: "/name" }]);
  expect(await stored("taken")).toEqual(["t1 a 0 v1", "t2 b 1 v1", "t3 x 2 v1", "t4 y 3 v1"]);
});

test("two imports of the same at the same time store each pipeline once", async () => {
  const documents = Array.from({ length: 120 }, (_, index) =>
    pipeline(`twice${index % 4}`, `p${index}`, { id: `twice-${index}` }),
  );
  const both = await Promise.all([bring(documents), bring(documents.toReversed())]);
  for (const { counts } of both) expect(counts.refused).toBe(0);
  const { rows } = await database.query<{ count: string }>(
    "select count(*) from deliver_pipeline where id like 'twice-%'",
  );
  expect(Number(rows[0]?.count)).toBe(120);
});
