import type { Database, Tx } from "../platform/database/api.ts";
import type { ExecutionFilter, ExecutionView } from "./api.ts";
import { searchIds } from "./search.ts";
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

/** The runs that match, newest first unless asked otherwise. */
export async function listExecutions(database: Database, filter: ExecutionFilter): Promise<ExecutionView[]> {
  return database.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    const ids = await searchIds(tx, filter);
    const snapshots = await loadSnapshots(tx, ids);
    return ids.flatMap((id) => {
      const snapshot = snapshots.get(id);
      return snapshot === undefined ? [] : [executionView(snapshot.execution)];
    });
  });
}
