import { monotonicFactory } from "ulid";
import type { AuditLog } from "../platform/audit/api.ts";
import type { Database } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import { createAdvancer } from "./advancer.ts";
import type { Committed, StartedRun, Work } from "./batch.ts";
import type { Engine, StageType } from "./api.ts";
import { createCommands } from "./commands.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createEvaluator, type ExpressionResolvers } from "./evaluation.ts";
import type { Log } from "./log.ts";
import { createPlanner } from "./planner.ts";
import { getExecution, listExecutions } from "./queries.ts";
import { createSnapshotCache } from "./snapshot.ts";
import { createStart } from "./start.ts";
import { createTimeWindowStage } from "./time-window-stage.ts";

export type EngineDependencies = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  /** Key: `type` or `type:cloudProvider`. */
  stageTypes: ReadonlyMap<string, StageType>;
  /** Unique among living replicas; the same after a restart in the same place, so that its own old claims are released at once. */
  replicaId: string;
  /** Replicas known to be dead: their claims are released when this one begins. */
  releaseClaimsOf?: readonly string[];
  /** Side effects at most at a time. Default 200. */
  concurrency?: number;
  /** How long a claim lives without a heartbeat. Default 20. */
  leaseSeconds?: number;
  /** What expressions' helper functions need from the rest of the server. */
  expressions?: ExpressionResolvers;
  /** IANA name of the zone in which time windows are read. Default UTC. */
  timezone?: string;
  log: Log;
  now?: () => Date;
};

/** The engine: rows are the truth, every replica can bring every execution forward. */
export function createEngine(dependencies: EngineDependencies): Engine {
  const { database, events, audit, replicaId, log } = dependencies;
  const window = createTimeWindowStage({ timezone: dependencies.timezone ?? "UTC", random: Math.random });
  const stageTypes: ReadonlyMap<string, StageType> = new Map([[window.type, window], ...dependencies.stageTypes]);
  const now = dependencies.now === undefined ? Date.now : () => dependencies.now?.().getTime() ?? Date.now();
  const newId = monotonicFactory();
  const leaseSeconds = dependencies.leaseSeconds ?? 20;
  const cache = createSnapshotCache({ entries: 2_000, characters: 24_000_000 });
  const evaluator = createEvaluator(dependencies.expressions ?? {}, now);
  const dispatcher = createDispatcher({
    database,
    stageTypes,
    evaluator,
    cache,
    replicaId,
    releaseClaimsOf: dependencies.releaseClaimsOf ?? [],
    concurrency: dependencies.concurrency ?? 200,
    leaseSeconds,
    log,
    now,
    submit: (executionId: string, work: Work) => advancer.submit(executionId, work),
    idle: () => advancer.idle(),
  });
  const advancer = createAdvancer({
    database,
    events,
    audit,
    planner: createPlanner(stageTypes, evaluator),
    cache,
    replicaId,
    leaseSeconds,
    now,
    newId: () => newId(),
    log,
    capacity: dispatcher.capacity,
    committed: (results: readonly Committed[], begun: readonly StartedRun[], waiting: number) =>
      dispatcher.committed(results, begun, waiting),
    suspect: dispatcher.suspect,
  });
  const commands = createCommands({ submit: advancer.submit, database, audit });

  return {
    start: createStart({ database, evaluator, stageTypes, submit: advancer.submit, now, newId: () => newId() }),
    ...commands,
    get: (executionId) => getExecution(database, cache, executionId),
    list: (filter) => listExecutions(database, filter),
    wake: dispatcher.wake,
    run: dispatcher.run,
    stop: dispatcher.stop,
  };
}
