import type { ForgetRuns } from "../../../engine/api.ts";

/** Deletes the judgements of runs that are being removed. */
export const forgetCanaryRuns: ForgetRuns = async (tx, executionIds) => {
  await tx.query("delete from judge_canary_run where execution_id = any($1)", [executionIds]);
};
