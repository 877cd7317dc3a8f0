import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { dag, policies } from "@gennaker/engine-core/testing/random-runs.ts";
import { expectedRun, expectedStatuses, type ReferenceStage } from "@gennaker/engine-core/testing/reference-model.ts";
import { createAuditLog } from "../../apps/server/src/platform/audit/create-audit-log.ts";
import { createDatabase } from "../../apps/server/src/platform/database/create-database.ts";
import { createEventLog } from "../../apps/server/src/platform/events/create-event-log.ts";
import type { ExecutionView } from "../../apps/server/src/engine/api.ts";
import { createEngine } from "../../apps/server/src/engine/create-engine.ts";
import { recordingStageTypes } from "../../apps/server/src/engine/fixtures/recording-stage-types.ts";
import { staller } from "./workers.ts";

const actor = { user: "bench", roles: [], via: "system" } as const;
const open = 24;
const patienceMs = 240_000;
const graphs = dag(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "TERMINAL"], ["haltBranch", "haltBranchThenFail", "ignore"]);

function documents(stages: readonly ReferenceStage[]): JsonObject[] {
  return stages.map(({ refId, after, gives, policy, disabled }, index) => ({
    refId,
    requisiteStageRefIds: [...after],
    name: refId,
    type: gives === "TERMINAL" ? "failing" : index % 3 === 2 ? "slow" : "record",
    ms: (index * 7) % 40,
    ...policies[policy],
    ...(disabled ? { stageEnabled: { type: "expression", expression: "false" } } : {}),
  }));
}

/** Starts random pipelines on an engine that runs no side effects itself, and checks in the end what came of them. */
export function createRuns(url: string, seed: number) {
  const database = createDatabase({ url, connections: 4 });
  const engine = createEngine({
    database,
    events: createEventLog(database),
    audit: createAuditLog(),
    stageTypes: recordingStageTypes(database, "observer"),
    replicaId: "observer",
    concurrency: 0,
    log: () => undefined,
  });
  const started = new Map<string, ReferenceStage[]>();
  const samples = fc.sample(graphs, { numRuns: 20_000, seed });

  const unfinished = async (): Promise<number> => {
    const [row] = await database.query<{ count: number }>(
      "select count(*) as count from engine_execution where end_time is null",
    );
    return row?.count ?? 0;
  };

  const start = async (key: string, sample: ReferenceStage[]): Promise<void> => {
    const input = {
      type: "PIPELINE",
      application: "storm",
      name: key,
      pipelineConfigId: null,
      stages: documents(sample),
      trigger: { type: "manual" },
      initialConfig: { name: key },
      operationKey: key,
    } as const;
    const { id } = await engine.start(input, actor);
    started.set(id, sample);
  };

  return {
    database,
    /** Keeps so many runs open until told that it is over. */
    async keepGoing(over: () => boolean) {
      await engine.run();
      for (let next = 0; !over();) {
        try {
          for (let room = open - (await unfinished()); room > 0; room -= 1) {
            const sample = samples[next % samples.length] ?? [];
            // The same key again after a lost answer: it starts once.
            await start(`storm-${next}`, sample);
            next += 1;
          }
        } catch {
          await sleep(100);
        }
        await sleep(40);
      }
    },

    async verify() {
      const until = Date.now() + patienceMs;
      while ((await unfinished()) > 0 && Date.now() < until) await sleep(250);
      const problems: string[] = [];
      const figures = { pipelines: started.size, stages: 0, unfinished: 0, wrong: 0, lost: 0, doubled: 0, overlaps: 0 };
      figures.unfinished = await unfinished();
      const runs = await database.query<{ count: number }>("select count(*) as count from engine_execution");
      if (runs[0]?.count !== started.size) problems.push(`${runs[0]?.count} runs stored, ${started.size} were started`);
      for (const [id, sample] of started) {
        const execution = await engine.get(id);
        if (execution === null) problems.push(`${id} is gone`);
        else await check(execution, sample, figures, problems);
      }
      const overlaps = await database.query(
        `select a.operation_key from test_attempt a join test_attempt b on a.operation_key = b.operation_key
           and a.replica <> b.replica and a.begun_at < b.begun_at and a.ended_at > b.begun_at
         where a.replica <> $1 and b.replica <> $1`,
        [staller],
      );
      figures.overlaps = overlaps.length;
      for (const overlap of overlaps) problems.push(`run by two at once: ${JSON.stringify(overlap)}`);
      return { figures, problems };
    },

    async stop() {
      await engine.stop(1_000);
      await database.close();
    },
  };

  type Figures = { stages: number; wrong: number; lost: number; doubled: number };

  async function check(run: ExecutionView, sample: ReferenceStage[], figures: Figures, problems: string[]) {
    figures.stages += run.stages.length;
    const found = JSON.stringify([
      run.status,
      Object.fromEntries(run.stages.map((stage) => [stage.refId, stage.status])),
    ]);
    const wanted = JSON.stringify([expectedRun(sample), expectedStatuses(sample)]);
    if (found !== wanted) {
      figures.wrong += 1;
      problems.push(`${run.id}: expected ${wanted}, found ${found}`);
    }
    const effects = await database.query<{ stage: string }>(
      "select split_part(operation_key, '/', 2) as stage from test_effect where operation_key like $1",
      [`${run.id}/%`],
    );
    const ran = run.stages.filter((stage) => stage.status !== "NOT_STARTED" && stage.status !== "SKIPPED");
    const seen = new Set(effects.map((effect) => effect.stage));
    const lost = ran.filter((stage) => !seen.has(stage.id)).length;
    const doubled = effects.length - seen.size + [...seen].filter((id) => !ran.some((stage) => stage.id === id)).length;
    figures.lost += lost;
    figures.doubled += doubled;
    if (lost + doubled > 0) problems.push(`${run.id}: ${lost} side effects lost, ${doubled} too many`);
  }
}
