import type { JsonObject } from "@gennaker/contract/json.ts";
import { createTestDatabase } from "@gennaker/testkit/postgres/test-database.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { createAuditLog } from "../../platform/audit/create-audit-log.ts";
import type { Database } from "../../platform/database/api.ts";
import { createDatabase } from "../../platform/database/create-database.ts";
import { migrate } from "../../platform/database/migrate.ts";
import { createEventLog } from "../../platform/events/create-event-log.ts";
import type { Engine, ExecutionView, StageType } from "../api.ts";
import { createEngine, type EngineDependencies } from "../create-engine.ts";

export const actor: Actor = { user: "ann", roles: [], via: "api" };

export type EngineScene = {
  url: string;
  database: Database;
  /** One more replica on the same database, already running. */
  replica(stageTypes: ReadonlyMap<string, StageType>, options?: Partial<EngineDependencies>): Promise<Engine>;
  end(): Promise<void>;
};

/** A migrated database of its own, and as many engines on it as asked for. */
export async function engineScene(): Promise<EngineScene> {
  const testDatabase = await createTestDatabase({ migrate: async (url) => void (await migrate(url)), key: "engine" });
  const databases: Database[] = [];
  const engines: Engine[] = [];
  const open = () => {
    const database = createDatabase({ url: testDatabase.url, connections: 6 });
    databases.push(database);
    return database;
  };
  return {
    url: testDatabase.url,
    database: open(),
    async replica(stageTypes, options = {}) {
      const database = open();
      const engine = createEngine({
        database,
        events: createEventLog(database),
        audit: createAuditLog(),
        stageTypes,
        replicaId: `replica-${engines.length}`,
        log: () => undefined,
        ...options,
      });
      engines.push(engine);
      await engine.run();
      return engine;
    },
    async end() {
      await Promise.all(engines.map((engine) => engine.stop(200)));
      for (const database of databases) await database.close();
      await testDatabase.drop();
    },
  };
}

export function pipeline(stages: readonly JsonObject[], more: Partial<Parameters<Engine["start"]>[0]> = {}): Parameters<Engine["start"]>[0] {
  return {
    type: "PIPELINE",
    application: "shop",
    name: "Ship",
    pipelineConfigId: null,
    stages,
    trigger: { type: "manual", parameters: {} },
    initialConfig: { name: "Ship" },
    ...more,
  };
}

/** A stage document; `after` are the refIds it requires. */
export function stage(refId: string, typeName: string, after: readonly string[] = [], context: JsonObject = {}): JsonObject {
  return { refId, type: typeName, name: `stage ${refId}`, requisiteStageRefIds: [...after], ...context };
}

const over = new Set(["SUCCEEDED", "TERMINAL", "CANCELED"]);

/** Waits until the execution looks as wanted. */
export async function until(engine: Engine, id: string, wanted: (execution: ExecutionView) => boolean, seconds = 30): Promise<ExecutionView> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const execution = await engine.get(id).catch(() => null);
    if (execution !== null && wanted(execution)) return execution;
    if (Date.now() > end) throw new Error(`Execution did not get there: ${JSON.stringify(execution, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function untilOver(engine: Engine, id: string, seconds?: number): Promise<ExecutionView> {
  return until(engine, id, (execution) => over.has(execution.status), seconds);
}

export function statuses(execution: ExecutionView): Record<string, string> {
  return Object.fromEntries(execution.stages.map((each) => [each.refId, each.status]));
}
