import type { Execution, Message } from "@gennaker/engine-core/model.ts";
import type { Database } from "../platform/database/api.ts";
import { admitWaiting, goOn } from "./admission.ts";
import type { Work } from "./batch.ts";
import { pauseOf, startHold, type ControlState } from "./controls.ts";

type Submit = (executionId: string, work: Work) => Promise<boolean>;
type Held = {
  id: string;
  held_by: "start" | "pause" | "restart";
  type: Execution["type"];
  application: string;
  pipeline_config_id: string | null;
  dry_run: string | null;
};

const page = 500;

/**
 * Brings all runs in line with pauses and freezes: pauses what runs in the scope of a pause, lets go what nothing holds any more. Safe
 * to do at any time and by several replicas; each run's own transition decides.
 */
export async function reconcile(database: Database, submit: Submit, state: ControlState, now: number): Promise<void> {
  if (state.pauses.length > 0) await pauseRunning(database, submit, state);
  await releaseHeld(database, submit, state, now);
}

/** A transition of a run in the scope of a pause begins with the pause; here it needs no other reason. */
async function pauseRunning(database: Database, submit: Submit, state: ControlState): Promise<void> {
  const all = state.pauses.some((pause) => pause.application === null);
  const applications = state.pauses.flatMap((pause) => pause.application ?? []);
  for (let after = ""; ;) {
    const rows = await database.query<{ id: string }>(
      `select id from engine_execution where end_time is null and status = 'RUNNING' and id > $1 and ($2 or application = any($3))
       order by id limit ${page}`,
      [after, all, applications],
    );
    await Promise.all(rows.map(({ id }) => submit(id, { messages: () => [] }).catch(() => false)));
    after = rows.at(-1)?.id ?? "";
    if (rows.length < page) return;
  }
}

async function releaseHeld(database: Database, submit: Submit, state: ControlState, now: number): Promise<void> {
  const limited = new Set<string>();
  for (let after = ""; ;) {
    const rows = await database.query<Held>(
      `select id, held_by, type, application, pipeline_config_id,
         case when held_by = 'start' then documents::json #>> '{trigger,dryRun}' end as dry_run from engine_execution
       where held_by is not null and id > $1 order by id limit ${page}`,
      [after],
    );
    const free = rows.filter((row) => !isHeld(row, state, now));
    for (const row of free)
      if (row.held_by === "restart" && row.pipeline_config_id !== null) limited.add(row.pipeline_config_id);
    await Promise.all(
      free
        .filter((row) => row.held_by !== "restart" || row.pipeline_config_id === null)
        .map((row) => submit(row.id, { messages: (run) => messagesFor(row, run) }).catch(() => false)),
    );
    after = rows.at(-1)?.id ?? "";
    if (rows.length < page) break;
  }
  for (const config of limited) await admitWaiting(database, submit, config);
}

function isHeld(row: Held, state: ControlState, now: number): boolean {
  if (row.held_by !== "start") return pauseOf(state, row.application) !== null;
  const { id, type, application, pipeline_config_id: pipelineConfigId } = row;
  const subject = { id, type, application, pipelineConfigId, trigger: { dryRun: row.dry_run } };
  return startHold(state, subject, now) !== null;
}

function messagesFor(row: Held, run: Execution): Message[] {
  if (row.held_by === "pause") return [{ type: "ResumeExecution", engine: true }];
  if (row.held_by === "start") return run.status === "BUFFERED" ? goOn(run) : [];
  return run.pendingRestart === null ? [] : goOn(run);
}
