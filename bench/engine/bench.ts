import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { startEmbeddedPostgres } from "@gennaker/embedded-postgres/start.ts";
import type { Actor } from "../../apps/server/src/platform/audit/api.ts";
import { createAuditLog } from "../../apps/server/src/platform/audit/create-audit-log.ts";
import type { Database } from "../../apps/server/src/platform/database/api.ts";
import { createDatabase } from "../../apps/server/src/platform/database/create-database.ts";
import { migrate } from "../../apps/server/src/platform/database/migrate.ts";
import { createEventLog } from "../../apps/server/src/platform/events/create-event-log.ts";
import type { Engine, StageType, StartExecution } from "../../apps/server/src/engine/api.ts";
import { createEngine } from "../../apps/server/src/engine/create-engine.ts";
import { chain, fan, lattice } from "./shapes.ts";
import { measureWaiting, waitingType } from "./waiting.ts";

export const name = "engine";
export const describe =
  "The engine on the embedded PostgreSQL with fsync: one stage's end to the next one's start, stages per second, shapes of 100 stages.";

const actor: Actor = { user: "bench", roles: [], via: "system" };

/** Remembers when each stage's side effect began and ended, and tells when a run has ended. */
function createProbe() {
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  const type: StageType = {
    type: "bench",
    description: "Does nothing, at once.",
    validate: () => [],
    tasks: () => [
      {
        name: "nothing",
        async run({ execution, stage }) {
          const key = `${execution.id}/${stage.refId}`;
          begun.set(key, performance.now());
          ended.set(key, performance.now());
          return { status: "SUCCEEDED" };
        },
      },
    ],
  };
  return { begun, ended, type };
}

/** Counts the statements that leave this process. */
function counted(database: Database): { database: Database; statements(): number } {
  let count = 0;
  return {
    statements: () => count,
    database: {
      ...database,
      query(text, values) {
        count += 1;
        return database.query(text, values);
      },
      transaction(work) {
        count += 1;
        return database.transaction(work);
      },
    },
  };
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;

export async function run(options: {
  json: boolean;
  quick?: boolean;
}): Promise<{ name: string; figures: Record<string, number> }> {
  const directory = await mkdtemp(join(tmpdir(), "gennaker-bench-engine-"));
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
  try {
    await migrate(postgres.url);
    const { database, statements } = counted(createDatabase({ url: postgres.url }));
    const probe = createProbe();
    const events = createEventLog(database);
    const engine = createEngine({
      database,
      events,
      audit: createAuditLog(),
      stageTypes: new Map([
        ["bench", probe.type],
        ["waiting", waitingType],
      ]),
      replicaId: "bench",
      log: (_level, message) => void (options.json || process.stderr.write(`${message}\n`)),
    });
    await engine.run();
    try {
      const figures = await measure(engine, probe, options.quick ?? false);
      return {
        name,
        figures: {
          ...figures,
          ...(await measureWaiting(engine, statements, options.quick === true ? 1_000 : 10_000, pipeline)),
        },
      };
    } finally {
      await engine.stop(1_000);
      await database.close();
    }
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

type Probe = ReturnType<typeof createProbe>;

async function measure(engine: Engine, probe: Probe, quick: boolean): Promise<Record<string, number>> {
  await timed(
    engine,
    Array.from({ length: 20 }, () => chain(20)),
  );
  const rounds = quick ? 3 : 10;
  const chains = await shaped(engine, probe, chain(100), rounds);
  const fans = await shaped(engine, probe, fan(100), rounds);
  const lattices = await shaped(engine, probe, lattice(10, 10), rounds);
  const starts = await startTimes(engine, probe, quick ? 30 : 200);
  const many = await timed(
    engine,
    Array.from({ length: quick ? 60 : 200 }, () => chain(50)),
  );
  return {
    hop_p50_ms: round(quantile(chains.hops, 0.5)),
    hop_p99_ms: round(quantile(chains.hops, 0.99)),
    transitions_per_s: round(many.stages / many.seconds),
    start_p50_ms: round(quantile(starts, 0.5)),
    start_p95_ms: round(quantile(starts, 0.95)),
    chain_100_s: round(chains.seconds),
    fan_100_s: round(fans.seconds),
    fan_100_hop_p50_ms: round(quantile(fans.hops, 0.5)),
    fan_100_hop_p99_ms: round(quantile(fans.hops, 0.99)),
    fan_100_join_p50_ms: round(quantile(fans.joins, 0.5)),
    lattice_10x10_s: round(lattices.seconds),
    lattice_10x10_hop_p50_ms: round(quantile(lattices.hops, 0.5)),
    lattice_10x10_hop_p99_ms: round(quantile(lattices.hops, 0.99)),
    rss_mb: round(process.memoryUsage.rss() / 2 ** 20),
  };
}

/**
 * Runs a shape alone, again and again: the median time of a run, and of every stage the time from the end of the last one it requires to
 * its own beginning. `joins` are those of stages that require more than one.
 */
async function shaped(
  engine: Engine,
  probe: Probe,
  stages: readonly JsonObject[],
  rounds: number,
): Promise<{ seconds: number; hops: number[]; joins: number[] }> {
  const seconds: number[] = [];
  const hops: number[] = [];
  const joins: number[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    const taken = await timed(engine, [[...stages]]);
    seconds.push(taken.seconds);
    const key = (refId: unknown) => `${taken.ids[0]}/${String(refId)}`;
    for (const stage of stages) {
      const required = stage["requisiteStageRefIds"] as string[];
      if (required.length === 0) continue;
      const ended = Math.max(...required.map((refId) => probe.ended.get(key(refId)) ?? Number.NaN));
      const hop = (probe.begun.get(key(stage["refId"])) ?? Number.NaN) - ended;
      hops.push(hop);
      if (required.length > 1) joins.push(hop);
    }
  }
  const ascending = (values: number[]) => values.sort((left, right) => left - right);
  return { seconds: quantile(ascending(seconds), 0.5), hops: ascending(hops), joins: ascending(joins) };
}

/** From the request to the beginning of the first stage's side effect, one run after another; ascending. */
async function startTimes(engine: Engine, probe: Probe, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const asked = performance.now();
    const { ids } = await timed(engine, [chain(1)]);
    times.push((probe.begun.get(`${ids[0]}/0`) ?? Number.NaN) - asked);
  }
  return times.sort((left, right) => left - right);
}

/** Starts runs of these shapes and waits until all have ended. */
async function timed(
  engine: Engine,
  shapes: readonly JsonObject[][],
): Promise<{ ids: string[]; seconds: number; stages: number }> {
  const begin = performance.now();
  const ids = await Promise.all(shapes.map(async (stages) => (await engine.start(pipeline(stages), actor)).id));
  for (const id of ids) {
    for (;;) {
      const status = (await engine.get(id))?.status;
      if (status === "SUCCEEDED") break;
      if (status !== "RUNNING") throw new Error(`A run of the benchmark ended ${status}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return {
    ids,
    seconds: (performance.now() - begin) / 1_000,
    stages: shapes.reduce((sum, shape) => sum + shape.length, 0),
  };
}

function pipeline(stages: readonly JsonObject[]): StartExecution {
  return {
    type: "PIPELINE",
    application: "bench",
    name: "bench",
    pipelineConfigId: null,
    stages,
    trigger: { type: "manual", parameters: {} },
    initialConfig: { name: "bench" },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const result = await run({ json: true, quick: process.argv.includes("--quick") });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
