import type { Database } from "../../platform/database/api.ts";
import type { SampleQuery, SampleStore } from "./api.ts";
import { createDirectory } from "./directory.ts";
import { evaluate, selectionsOf } from "./evaluate/evaluate.ts";
import { minuteMs } from "./evaluate/types.ts";
import { maintainSamples, type Maintained } from "./maintain.ts";
import { isKnown, readSeries, type Range } from "./read.ts";
import { writeSamples } from "./write.ts";

export type SampleStoreOptions = {
  database: Database;
  now?: () => number;
  /** How long raw readings stay. Default 48 hours. */
  rawRetentionMs?: number;
  /** How long minute slices stay. Default 14 days. */
  sliceRetentionMs?: number;
};

export type MaintainedSampleStore = SampleStore & {
  /** Builds slices and removes what is too old. Call it about once a minute, on one replica. */
  maintain(now: Date): Promise<Maintained>;
};

const hour = 3_600_000;
/** Points of one answer at most, as in Prometheus. */
const pointsAtMost = 11_000;
/** From this length on a query in whole minutes reads slices instead of raw readings. */
const longRangeMs = 2 * hour;

/** Samples in PostgreSQL: raw readings for a while, minute slices after; `query` reads both as one. */
export function createSampleStore(options: SampleStoreOptions): MaintainedSampleStore {
  const { database } = options;
  const now = options.now ?? Date.now;
  const rawMs = options.rawRetentionMs ?? 48 * hour;
  const sliceMs = options.sliceRetentionMs ?? 14 * 24 * hour;
  const directory = createDirectory(database, now);

  return {
    write: (samples) => writeSamples(database, directory, samples),
    maintain: (at) => maintainSamples(database, { rawMs, sliceMs }, at.getTime()),
    async query(query) {
      check(query);
      const range = await rangeOf(query);
      const selections = selectionsOf(query);
      const main = await readSeries(database, selections.main, range);
      const of = selections.of === null ? [] : await readSeries(database, selections.of, range);
      const known = main.length > 0 || (of.length > 0 && (await isKnown(database, query.metric)));
      return evaluate(query, main, of, known);
    },
  };

  async function rangeOf(query: SampleQuery): Promise<Range> {
    const raw: Range = {
      from: query.start,
      boundary: -Infinity,
      to: query.end,
      lookbackMs: Math.max(minuteMs, 2 * query.stepMs),
    };
    const long =
      query.stepMs % minuteMs === 0 && query.start % minuteMs === 0 && query.end - query.start >= longRangeMs;
    const rawFrom = now() - rawMs;
    if (!long && query.start >= rawFrom) return raw;
    const [mark] = await database.query<{ time: number }>(
      "select extract(epoch from time)::float8 * 1000 as time from observe_watermark where name = 'slice'",
    );
    if (mark === undefined) return raw;
    return { ...raw, boundary: long ? mark.time : Math.min(mark.time, Math.ceil(rawFrom / minuteMs) * minuteMs) };
  }
}

function check(query: SampleQuery): void {
  if (!(query.stepMs > 0) || !(query.end >= query.start)) {
    throw new RangeError(
      `a query needs a step above 0 and an end after its start; got step ${query.stepMs} ms, ${query.start} to ${query.end}`,
    );
  }
  if ((query.end - query.start) / query.stepMs > pointsAtMost) {
    throw new RangeError(`the query asks for more than ${pointsAtMost} points; use a longer step or a shorter time`);
  }
  if (query.function === "quantile" && !((query.q ?? 0.5) >= 0 && (query.q ?? 0.5) <= 1)) {
    throw new RangeError(`q must be between 0 and 1; got ${query.q}`);
  }
}
