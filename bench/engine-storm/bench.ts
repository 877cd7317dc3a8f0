import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { startEmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";
import { difference, faultyRun, unhalted } from "@gennaker/engine-core/testing/random-runs.ts";
import { migrate } from "../../apps/server/src/platform/database/migrate.ts";
import { recordingTables } from "../../apps/server/src/engine/fixtures/recording-stage-types.ts";
import type { Measured, RunOptions } from "../benchmark.ts";
import { createRuns } from "./runs.ts";
import { createWorkers } from "./workers.ts";

export const name = "engine-storm";
export const describe =
  "Random pipelines while processes are killed -9 and stopped, connections cut and the database killed: nothing lost, nothing doubled.";

/** Runs the pure part: random pipelines in memory, with doubled reports, pauses and jumping clocks. */
function pure(count: number, seed: number): { wrong: string[] } {
  const wrong: string[] = [];
  const cases = fc.sample(fc.tuple(unhalted, fc.array(fc.nat(), { minLength: 64, maxLength: 64 })), {
    numRuns: count,
    seed,
  });
  for (const [stages, numbers] of cases) {
    let at = 0;
    const found = difference(
      stages,
      faultyRun(stages, (limit) => (numbers[(at += 1) % numbers.length] ?? 0) % limit),
    );
    if (found !== null) wrong.push(found);
  }
  return { wrong };
}

/** `--quick`: 25 kills and 500 random pipelines in memory instead of 520 and 10,000. Throws when an invariant does not hold. */
export async function run(options: RunOptions): Promise<Measured> {
  const seed = Date.now() % 2 ** 31;
  const targetKills = options.quick === true ? 25 : 520;
  const purePipelines = options.quick === true ? 500 : 10_000;
  const { wrong: pureWrong } = pure(purePipelines, seed);
  const directory = await mkdtemp(join(tmpdir(), "gennaker-engine-storm-"));
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
  try {
    await migrate(postgres.url);
    const runs = createRuns(postgres.url, seed);
    await runs.database.query(recordingTables);
    const workers = createWorkers(postgres, runs.database, targetKills, join(directory, "compiled"));
    const began = Date.now();
    await Promise.all([workers.storm(), runs.keepGoing(() => workers.over())]);
    const stormMs = Date.now() - began;
    await workers.calm();
    const found = await runs.verify();
    await workers.stop();
    await runs.stop();
    const figures = {
      seed,
      pure_pipelines: purePipelines,
      pure_wrong: pureWrong.length,
      ...workers.counts(),
      ...found.figures,
      storm_s: Math.round(stormMs / 1_000),
    };
    const problems = [...pureWrong, ...found.problems];
    if (problems.length > 0)
      throw new Error(`The storm broke an invariant.\n${problems.slice(0, 5).join("\n")}\n${JSON.stringify(figures)}`);
    return { figures };
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
