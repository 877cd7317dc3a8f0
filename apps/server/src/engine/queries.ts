import type { Database, Tx } from "../platform/database/api.ts";
import type { ExecutionFilter, ExecutionView } from "./api.ts";
import { loadSnapshots, type Snapshot, type SnapshotCache } from "./snapshot.ts";
import { executionView } from "./views.ts";

/** Reads executions as they were at one moment, from the cache where its version is the current one. */
export async function currentSnapshots(
  database: Database,
  cache: SnapshotCache,
  ids: readonly string[],
): Promise<Map<string, Snapshot>> {
  const found = new Map<string, Snapshot>();
  const rows = await database.query<{ id: string; version: number }>(
    "select id, version from engine_execution where id = any($1)",
    [ids],
  );
  const stale: string[] = [];
  for (const row of rows) {
    const cached = cache.get(row.id, row.version);
    if (cached === undefined) stale.push(row.id);
    else found.set(row.id, cached);
  }
  for (const [id, snapshot] of await atOneMoment(database, stale)) found.set(id, snapshot);
  return found;
}

async function atOneMoment(database: Database, ids: readonly string[]): Promise<Map<string, Snapshot>> {
  if (ids.length === 0) return new Map();
  return database.transaction(async (tx: Tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    return loadSnapshots(tx, ids);
  });
}

export async function getExecution(
  database: Database,
  cache: SnapshotCache,
  executionId: string,
): Promise<ExecutionView | null> {
  const snapshot = (await currentSnapshots(database, cache, [executionId])).get(executionId);
  return snapshot === undefined ? null : executionView(snapshot.execution);
}

/** Newest first. */
export async function listExecutions(database: Database, filter: ExecutionFilter): Promise<ExecutionView[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (condition: (place: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (filter.application !== undefined) add((place) => `application = ${place}`, filter.application.toLowerCase());
  if (filter.pipelineConfigIds !== undefined)
    add((place) => `pipeline_config_id = any(${place})`, filter.pipelineConfigIds);
  if (filter.statuses !== undefined) add((place) => `status = any(${place})`, filter.statuses);
  if (filter.ids !== undefined) add((place) => `id = any(${place})`, filter.ids);
  if (filter.before !== undefined) add((place) => `id < ${place}`, filter.before);
  values.push(Math.max(0, Math.min(filter.limit, 10_000)));
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  return database.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    const rows = await tx.query<{ id: string }>(
      `select id from engine_execution ${where} order by id desc limit $${values.length}`,
      values,
    );
    const ids = rows.map((row) => row.id);
    const snapshots = await loadSnapshots(tx, ids);
    return ids.flatMap((id) => {
      const snapshot = snapshots.get(id);
      return snapshot === undefined ? [] : [executionView(snapshot.execution)];
    });
  });
}
