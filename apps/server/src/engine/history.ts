import type { Step } from "@gennaker/engine-core/history.ts";
import type { Database } from "../platform/database/api.ts";
import type { RunHistory } from "./api.ts";

/** Reads what happened to a run, from its creation on; empty when there is no such run, or it is older than histories. */
export function createRunHistory(database: Pick<Database, "query">): RunHistory {
  return {
    async stepsOf(executionId) {
      const rows = await database.query<{ time: Date; steps: string }>(
        "select time, steps from engine_history where execution_id = $1 order by version",
        [executionId],
      );
      return rows.flatMap(({ time, steps }) => (JSON.parse(steps) as Step[]).map((step) => ({ time, step })));
    },
  };
}
