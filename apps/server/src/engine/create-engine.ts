import { monotonicFactory } from "ulid";
import type { AuditLog } from "../platform/audit/api.ts";
import type { Database } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import { createAdvancer } from "./advancer.ts";
import type { Committed, StartedRun, Work } from "./batch.ts";
import type { Execution, Stage } from "@gennaker/engine-core/model.ts";
import type { Engine, ForgetRuns, StageType } from "./api.ts";
import type { EngineControl } from "./control-api.ts";
import { ancestorTypes, createControls, mayFreeze, type Deploys } from "./controls.ts";
import { createEngineControl } from "./create-control.ts";
import { createFreezeStage } from "./freeze-stage.ts";
import { createPresence } from "./presence.ts";
import { findKey } from "./registry.ts";
import { createCommands } from "./commands.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createEvaluator } from "./evaluation.ts";
import type { RunHeavily } from "./heavy-expressions.ts";
import { createLookups, type ExpressionLookups } from "./lookups.ts";
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
  expressions?: ExpressionLookups;
  /** Evaluates in another thread what would hold up this one. Default: everything is evaluated here. */
  evaluateHeavily?: RunHeavily;
  /** Which stage types a freeze calendar holds that names none. Default: none. */
  deploys?: Deploys;
  /** Time limit of pipelines that do not say `executionTimeoutMs`; default none. */
  executionTimeoutMs?: number | null;
  /** How many runs may stand above one, each started by a stage of the one before. Default 20. */
  deepest?: number;
  /** Of several replicas one does what one suffices for. Default: this one. */
  leads?(): boolean;
  /** IANA name of the zone in which time windows are read. Default UTC. */
  timezone?: string;
  /** What other features do when runs are removed. */
  forget?: readonly ForgetRuns[];
  log: Log;
  now?: () => Date;
};

/** How much memory the runs worked on last may take. */
const cachedBytes = 32_000_000;

/** The engine: rows are the truth, every replica can bring every execution forward. */
export function createEngine(dependencies: EngineDependencies): Engine & { control: EngineControl } {
  const { database, events, audit, replicaId, log } = dependencies;
  const window = createTimeWindowStage({ timezone: dependencies.timezone ?? "UTC", random: Math.random });
  const deploys = dependencies.deploys ?? (() => false);
  const leaseSeconds = dependencies.leaseSeconds ?? 20;
  const controls = createControls({ replicaLifeSeconds: leaseSeconds });
  const freeze = createFreezeStage({ database, controls, deploys });
  const stageTypes: ReadonlyMap<string, StageType> = new Map([
    [window.type, window],
    [freeze.type, freeze],
    ...dependencies.stageTypes,
  ]);
  const keys = [...stageTypes.keys()];
  const now = dependencies.now === undefined ? Date.now : () => dependencies.now?.().getTime() ?? Date.now();
  const newId = monotonicFactory();
  const cache = createSnapshotCache(cachedBytes);
  const lookups = createLookups(dependencies.expressions ?? {}, now);
  const evaluator = createEvaluator(lookups, now, dependencies.evaluateHeavily);
  const presence = createPresence({
    database,
    controls,
    replicaId,
    stageTypes: keys,
    everyMs: leaseSeconds * 250,
    log,
  });
  const elsewhere = (stage: Stage) => (findKey(stageTypes, stage) === null ? presence.elsewhere(stage) : null);
  const mayHold = (execution: Execution, stage: Stage) =>
    mayFreeze(controls.current(), execution, { type: stage.type, ancestors: ancestorTypes(execution, stage) }, deploys);
  const dispatcher = createDispatcher({
    database,
    stageTypes,
    elsewhere,
    controls,
    leads: dependencies.leads ?? (() => true),
    evaluator,
    lookups,
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
    planner: createPlanner(stageTypes, evaluator, { elsewhere, mayFreeze: mayHold }),
    stageTypes: keys,
    controls,
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
  const commands = createCommands({
    submit: advancer.submit,
    database,
    audit,
    events,
    forget: dependencies.forget ?? [],
  });

  return {
    start: createStart({
      database,
      evaluator,
      stageTypes,
      submit: advancer.submit,
      now,
      newId: () => newId(),
      deepest: dependencies.deepest ?? 20,
      executionTimeoutMs: dependencies.executionTimeoutMs ?? null,
    }),
    control: createEngineControl({
      database,
      audit,
      events,
      controls,
      newId: () => newId(),
      changed: dispatcher.controlsChanged,
    }),
    ...commands,
    get: (executionId) => getExecution(database, cache, executionId),
    list: (filter) => listExecutions(database, filter),
    wake: dispatcher.wake,
    async run() {
      await presence.begin();
      await dispatcher.run();
    },
    async stop(graceMs) {
      await dispatcher.stop(graceMs);
      await presence.end().catch(() => undefined);
    },
  };
}
