import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createDatabase } from "../../platform/database/create-database.ts";
import { migrate } from "../../platform/database/migrate.ts";
import type { Sample, SampleQuery } from "./api.ts";
import { createSampleStore } from "./create-sample-store.ts";
import { slicesOf } from "./evaluate/slice.ts";

const minute = 60_000;
const hour = 60 * minute;
/** A round minute far from any border of the day. */
const origin = Date.UTC(2026, 0, 15, 12, 0, 0);

const home = await createTestDatabase({ migrate: async (url) => void (await migrate(url)), key: "server-migrations" });
const database = createDatabase({ url: home.url, connections: 4 });
afterAll(async () => {
  await database.close();
  await home.drop();
});
beforeEach(async () => {
  await database.query("truncate observe_series, observe_layout, observe_sample, observe_slice, observe_watermark");
});

const at = (time: number) => createSampleStore({ database, now: () => time });

function counter(seconds: number, perSecond: number, labels: Record<string, string>, from = origin): Sample[] {
  return Array.from({ length: seconds }, (_, second) => ({
    name: "requests_total",
    labels,
    kind: "counter" as const,
    time: from + second * 1000,
    value: second * perSecond,
  }));
}

const query = (more: Partial<SampleQuery>): SampleQuery => ({
  metric: "requests_total",
  function: "rate",
  where: {},
  start: origin,
  end: origin + 5000,
  stepMs: 1000,
  ...more,
});

describe("write and query", () => {
  test("reads back by labels, per step", async () => {
    const store = at(origin + 10_000);
    await store.write([
      ...counter(10, 3, { server_group: "app-v001", instance: "a" }),
      ...counter(10, 4, { server_group: "app-v001", instance: "b" }),
    ]);
    await store.write(counter(10, 50, { server_group: "app-v002" }));
    expect(await store.query(query({ where: { server_group: "app-v001" } }))).toEqual([
      { labels: {}, start: origin, stepMs: 1000, values: [7, 7, 7, 7, 7] },
    ]);
    expect(
      (await store.query(query({ groupBy: ["server_group"] }))).map((one) => [
        one.labels["server_group"],
        one.values[0],
      ]),
    ).toEqual([
      ["app-v001", 7],
      ["app-v002", 50],
    ]);
    expect(await store.query(query({ where: { server_group: "app-v003" } }))).toEqual([]);
  });

  test("the same scrape written twice, by two replicas, counts once", async () => {
    const samples = counter(10, 3, { i: "a" });
    await Promise.all([at(origin).write(samples), at(origin).write(samples), at(origin).write([...samples].reverse())]);
    expect((await at(origin + 10_000).query(query({})))[0]?.values).toEqual([3, 3, 3, 3, 3]);
  });

  test("keeps special values, hostile text and precision", async () => {
    const labels = { 'a"b\\': "x\u0000y\n,{}\uD800", __proto__x: "1" };
    const values = [NaN, Infinity, 0.1 + 0.2, 5e-324, 1.7976931348623157e308];
    const store = at(origin + 10_000);
    await store.write(
      values.map((value, second) => ({ name: "g", labels, kind: "gauge", time: origin + second * 1000, value })),
    );
    const [result] = await store.query(query({ metric: "g", function: "mean" }));
    expect(result?.values.slice(2)).toEqual(values.slice(2));
    expect(
      await store.query(query({ metric: "g", function: "mean", where: { 'a"b\\': "x\uFFFDy\n,{}\uFFFD" } })),
    ).toHaveLength(1);
  });

  test("a scrape of more series than one row holds comes back whole", async () => {
    const store = at(origin + 10_000);
    for (let second = 0; second < 3; second += 1) {
      await store.write(
        Array.from({ length: 450 }, (_, series) => ({
          name: "requests_total",
          labels: { n: String(series) },
          kind: "counter" as const,
          time: origin + second * 1000,
          value: second * series,
        })),
      );
    }
    const results = await store.query(query({ groupBy: ["n"], end: origin + 2000 }));
    expect(results).toHaveLength(450);
    for (const result of results)
      expect(result.values).toEqual([Number(result.labels["n"]), Number(result.labels["n"])]);
  });

  test("a ratio whose errors never appeared is zero, of a name nobody exposes unknown", async () => {
    const store = at(origin + 10_000);
    await store.write(counter(10, 10, { server_group: "g", code: "200" }));
    const ratio = query({ function: "ratio", where: { server_group: "g", code: "500" } });
    expect((await store.query(ratio))[0]?.values).toEqual([0, 0, 0, 0, 0]);
    expect(
      (await store.query({ ...ratio, metric: "request_totals", of: { metric: "requests_total", where: {} } }))[0]
        ?.values,
    ).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  test.each([
    [{ stepMs: 0 }, "step above 0"],
    [{ end: origin - 1 }, "end after its start"],
    [{ end: origin + 100 * hour }, "11000 points"],
    [{ function: "quantile" as const, q: 1.5 }, "between 0 and 1"],
  ])("refuses %j", async (more, reason) => {
    await expect(at(origin).query(query(more))).rejects.toThrow(reason);
  });
});

describe("slices and retention", () => {
  const jumpy = (seconds: number): Sample[] =>
    Array.from({ length: seconds }, (_, second) => ({
      name: "requests_total",
      labels: { i: "a" },
      kind: "counter" as const,
      time: origin + second * 1000 + (second % 7) * 11,
      value: second % 97 === 13 ? NaN : (second * 17) % 1013,
    }));

  test("the database builds exactly what slicesOf says, in one go or in several", async () => {
    const samples = jumpy(1500);
    await at(origin).write(samples);
    const store = at(origin + hour);
    expect(await store.maintain(new Date(origin + 5 * minute + 31_000))).toEqual({
      slicedTo: origin + 5 * minute,
      removedRows: 0,
    });
    expect((await store.maintain(new Date(origin + hour))).slicedTo).toBe(origin + 59 * minute);
    await store.maintain(new Date(origin + hour));
    const rows = await database.query(
      "select extract(epoch from minute)::float8 * 1000 as time, count, sum, min, max, first, last, increase from observe_slice order by minute",
    );
    expect(rows).toEqual(slicesOf(samples));
  });

  test("past the raw retention the same query reads slices", async () => {
    await at(origin).write(counter(600, 5, { i: "a" }));
    const later = origin + 49 * hour;
    const store = at(later);
    const asked = query({ start: origin + minute, end: origin + 9 * minute, stepMs: minute });
    const before = await store.query(asked);
    const { removedRows } = await store.maintain(new Date(later));
    expect(removedRows).toBe(600);
    expect(await database.query("select 1 from observe_sample limit 1")).toEqual([]);
    const after = await store.query(asked);
    expect(after).toEqual(before);
    expect(after[0]?.values).toEqual(Array<number>(8).fill(5));
  });

  test("raw readings are kept until their slices stand, slices and series until theirs ends", async () => {
    const later = origin + 47 * hour;
    await at(later).write(counter(60, 5, { i: "a" }, later));
    await at(later).write(counter(60, 5, { i: "a" }));
    const store = at(later);
    await store.maintain(new Date(later));
    expect((await database.query<{ n: number }>("select count(*) as n from observe_sample"))[0]?.n).toBe(120);
    await database.query("update observe_series set seen_at = to_timestamp($1 / 1000.0)", [origin]);
    await store.maintain(new Date(origin + 30 * 24 * hour));
    for (const table of ["observe_sample", "observe_slice", "observe_series", "observe_layout"]) {
      const left = await database.query<{ n: number }>(`select count(*) as n from ${table}`);
      expect([table, left[0]?.n]).toEqual([table, table === "observe_layout" ? expect.any(Number) : 0]);
    }
  });

  test("two replicas at once build each minute once", async () => {
    await at(origin).write(counter(300, 5, { i: "a" }));
    const now = new Date(origin + hour);
    await Promise.all([at(origin).maintain(now), at(origin).maintain(now)]);
    const [row] = await database.query<{ n: number; increase: number }>(
      "select count(*) as n, sum(increase) as increase from observe_slice",
    );
    expect(row).toEqual({ n: 5, increase: 299 * 5 });
  });
});
