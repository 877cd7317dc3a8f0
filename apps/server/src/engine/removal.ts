import type { Tx } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import type { ForgetRuns } from "./api.ts";

export type RemovedRun = { id: string; application: string };

const tables = ["engine_message", "engine_task_run", "engine_stage", "engine_history"] as const;

/**
 * Removes runs with everything that belongs to them, in the caller's transaction, which holds their rows: what the engine keeps, and
 * through `forget` what other features keep about them.
 */
export async function removeRuns(
  tx: Tx,
  runs: readonly RemovedRun[],
  options: { events: EventLog; forget: readonly ForgetRuns[] },
): Promise<void> {
  if (runs.length === 0) return;
  const ids = runs.map((run) => run.id);
  for (const forget of options.forget) await forget(tx, ids);
  for (const table of tables) await tx.query(`delete from ${table} where execution_id = any($1)`, [ids]);
  await tx.query("delete from engine_search where execution_id = any($1)", [ids]);
  await tx.query("delete from engine_search_missing where execution_id = any($1)", [ids]);
  await tx.query("delete from engine_execution where id = any($1)", [ids]);
  await options.events.append(
    tx,
    runs.map(({ id, application }) => ({
      type: "execution.removed",
      application,
      subject: id,
      data: { executionId: id },
    })),
  );
}
