import type { Execution, Limits } from "@gennaker/engine-core/model.ts";
import type { Database } from "../platform/database/api.ts";
import type { Work } from "./batch.ts";
import { decode } from "./snapshot.ts";

/** How many runs of the pipeline may run side by side. */
export function admits(execution: Pick<Execution, "limits" | "pipelineConfigId">): "always" | number {
  const { limits, pipelineConfigId } = execution;
  if (pipelineConfigId === null) return "always";
  if (limits.limitConcurrent) return 1;
  return limits.maxConcurrentExecutions > 0 ? limits.maxConcurrentExecutions : "always";
}

/** Pipelines of which a run waits to begin. */
export async function waitingConfigs(database: Database): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    "select distinct pipeline_config_id as id from engine_execution where end_time is null and status = 'NOT_STARTED' and pipeline_config_id is not null",
  );
  return rows.map((row) => row.id);
}

type Submit = (executionId: string, work: Work) => Promise<boolean>;

/**
 * Lets waiting runs of a pipeline begin where there is room. With `keepWaitingPipelines` the oldest begins; otherwise the newest,
 * and the older ones that wait are canceled as superseded by its start. `limits` of the run that has just ended spare the look when it
 * had none.
 */
export async function admitWaiting(
  database: Database,
  submit: Submit,
  configId: string,
  limits?: Limits,
): Promise<void> {
  if (limits !== undefined && admits({ limits, pipelineConfigId: configId }) === "always") return;
  const rows = await database.query<{ id: string; header: string }>(
    "select id, header from engine_execution where pipeline_config_id = $1 and end_time is null and status = 'NOT_STARTED' order by id",
    [configId],
  );
  const newest = rows.at(-1);
  if (newest === undefined) return;
  const keep = decode<{ limits: Limits }>(newest.header).limits.keepWaitingPipelines;
  for (const row of keep ? rows : [newest]) if (!(await begin(submit, row.id))) return;
}

/** False when there was no room. What waits for the run in the database comes first: it may have been superseded meanwhile. */
async function begin(submit: Submit, executionId: string): Promise<boolean> {
  await submit(executionId, { inbox: true, messages: () => [{ type: "StartExecution", admitted: true }] });
  let waits = false;
  await submit(executionId, {
    messages(run) {
      waits = run.status === "NOT_STARTED";
      return [];
    },
  });
  return !waits;
}
