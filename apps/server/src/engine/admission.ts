import type { Execution, Header, Limits, Message } from "@gennaker/engine-core/model.ts";
import type { Database, Tx } from "../platform/database/api.ts";
import type { Work } from "./batch.ts";
import { decode } from "./snapshot.ts";

/** How many runs of the pipeline may run side by side. */
export function admits(execution: Pick<Execution, "limits" | "pipelineConfigId">): "always" | number {
  const { limits, pipelineConfigId } = execution;
  if (pipelineConfigId === null) return "always";
  if (limits.limitConcurrent) return 1;
  return limits.maxConcurrentExecutions > 0 ? limits.maxConcurrentExecutions : "always";
}

/** Pipelines of which a run waits to begin, or a run that has ended waits to be restarted. */
export async function waitingConfigs(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select pipeline_config_id as id from engine_execution
     where end_time is null and status = 'NOT_STARTED' and pipeline_config_id is not null
     union select pipeline_config_id from engine_execution where held_by = 'restart' and pipeline_config_id is not null`,
  );
  return rows.map((row) => row.id);
}

type Waiting = { id: string; since: number; all: boolean };

/** When a run took its place in its pipeline's queue, epoch milliseconds. */
export function waitingSince(execution: Pick<Header, "pendingRestart" | "buildTime">): number {
  // Headers are read as they are stored here: older ones lack the field.
  return execution.pendingRestart?.since ?? execution.buildTime;
}

/** Runs of a pipeline that wait for room, in the order in which they came. */
export async function waitingRuns(tx: Tx, configId: string): Promise<Waiting[]> {
  const rows = await tx.query<{ id: string; header: string }>(
    `select id, header from engine_execution where pipeline_config_id = $1 and end_time is null and status = 'NOT_STARTED'
     union all select id, header from engine_execution where pipeline_config_id = $1 and held_by = 'restart'`,
    [configId],
  );
  return rows
    .map(({ id, header: text }) => {
      const header = decode<Header>(text);
      return {
        id,
        all: header.limits.keepWaitingPipelines || admits(header) === "always",
        since: waitingSince(header),
      };
    })
    .toSorted((left, right) => left.since - right.since || (left.id < right.id ? -1 : 1));
}

type Submit = (executionId: string, work: Work) => Promise<boolean>;

/**
 * Lets waiting runs of a pipeline begin where there is room. With `keepWaitingPipelines` the oldest begins; otherwise the newest,
 * and the older ones that wait are canceled as superseded by its start (a restart that waited is given up). `limits` of the run that
 * has just ended spare the look when it had none.
 */
export async function admitWaiting(
  database: Database,
  submit: Submit,
  configId: string,
  limits?: Limits,
): Promise<void> {
  if (limits !== undefined && admits({ limits, pipelineConfigId: configId }) === "always") return;
  const rows = await waitingRuns(database, configId);
  const newest = rows.at(-1);
  if (newest === undefined) return;
  for (const row of newest.all ? rows : [newest]) if (!(await begin(submit, row.id))) return;
}

/** The message that lets a held run go on: its start, or its restart. */
export function goOn(run: Execution): Message[] {
  if (run.pendingRestart === null || run.pendingRestart === undefined)
    return [{ type: "StartExecution", admitted: true }];
  const { stageId, user, skipChild } = run.pendingRestart;
  return [{ type: "RestartStage", stageId, user, skipChild, waited: true }];
}

/** False when there was no room. What waits for the run in the database comes first: it may have been superseded meanwhile. */
async function begin(submit: Submit, executionId: string): Promise<boolean> {
  await submit(executionId, { inbox: true, messages: goOn });
  let waits = false;
  await submit(executionId, {
    messages(run) {
      waits = run.status === "NOT_STARTED" || run.status === "BUFFERED" || (run.pendingRestart ?? null) !== null;
      return [];
    },
  });
  return !waits;
}
