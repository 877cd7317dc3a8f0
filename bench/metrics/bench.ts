import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import type { SampleQuery } from "../../apps/server/src/observe/samples/api.ts";
import { createSampleStore } from "../../apps/server/src/observe/samples/create-sample-store.ts";
import { parseExposition } from "../../apps/server/src/observe/scraper/exposition/parse.ts";
import { toSamples } from "../../apps/server/src/observe/scraper/to-samples.ts";
import { createDatabase } from "../../apps/server/src/platform/database/create-database.ts";
import { migrate } from "../../apps/server/src/platform/database/migrate.ts";

export const name = "metrics";
export const describe =
  "Parsing expositions, and storing and querying 20 targets with 60 series each, scraped every second";

const targets = 20;
const minuteMs = 60_000;

/** `quick` stores 2 minutes instead of 20. */
export async function run(options: { json: boolean; quick?: boolean }): Promise<{ figures: Record<string, number> }> {
  const seconds = options.quick === true ? 120 : 1200;
  const home = await createTestDatabase({ migrate: async (url) => void (await migrate(url)), key: "bench-metrics" });
  const database = createDatabase({ url: home.url, connections: 8 });
  try {
    const end = Math.floor(Date.now() / minuteMs) * minuteMs;
    const begin = end - seconds * 1000;
    const store = createSampleStore({ database, now: () => end });
    const storing = performance.now();
    for (let second = 0; second < seconds; second += 1) {
      const { samples } = parseExposition(exposition(second));
      await Promise.all(
        Array.from({ length: targets }, (_, target) =>
          store.write(toSamples(samples, labelsOf(target), begin + second * 1000 + target * 37, null).samples),
        ),
      );
    }
    const stored = performance.now();
    await store.maintain(new Date(end + minuteMs));
    const maintained = performance.now();
    const window = { where: { server_group: "g1" }, start: end - minuteMs, end, stepMs: 1000 };
    return {
      figures: {
        parse_samples_per_s: parsing(),
        write_ms_per_second: round((stored - storing) / seconds),
        slices_ms_per_minute: round((maintained - stored) / (seconds / 60)),
        query_rate_60_points_ms: await querying(store, { ...window, metric: "c50_total", function: "rate" }),
        query_quantile_60_points_ms: await querying(store, { ...window, metric: "d", function: "quantile", q: 0.9 }),
      },
    };
  } finally {
    await database.close();
    await home.drop();
  }
}

type Queries = { query(query: SampleQuery): Promise<unknown[]> };

/** The best of five, in milliseconds. */
async function querying(store: Queries, query: SampleQuery): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    if ((await store.query(query)).length === 0)
      throw new Error("The query found nothing, so there is nothing to measure.");
    best = Math.min(best, performance.now() - begun);
  }
  return round(best);
}

function parsing(): number {
  const lines = Array.from(
    { length: 20_000 },
    (_, at) => `http_requests_total{method="get",path="/p/${at % 100}",code="${200 + (at % 5)}",n="${at}"} ${at * 1.5}`,
  );
  const text = `# TYPE http_requests_total counter\n${lines.join("\n")}\n`;
  const rounds = 10;
  const begun = performance.now();
  for (let at = 0; at < rounds; at += 1) parseExposition(text);
  return Math.round((lines.length * rounds * 1000) / (performance.now() - begun));
}

/** 40 histogram buckets and 20 counters, growing. */
function exposition(second: number): string {
  const series = Array.from({ length: 60 }, (_, at) => {
    const name = at < 40 ? `d_bucket{le="${at === 39 ? "+Inf" : at / 10}"}` : `c${at}_total`;
    return `${name} ${second * (at + 1)}`;
  });
  return `# TYPE d histogram\n${series.join("\n")}\n`;
}

function labelsOf(target: number): Record<string, string> {
  return { application: "a", region: "local", server_group: `g${target >> 1}`, instance: `i${target}` };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
