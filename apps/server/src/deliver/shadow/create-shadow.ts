import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ShadowReport } from "@gennaker/contract/resources/shadow.ts";
import type { Inventory } from "@gennaker/pipeline-model/import/types.ts";
import { compareRun } from "@gennaker/pipeline-model/shadow/compare-run.ts";
import type { PlannedRun } from "@gennaker/pipeline-model/shadow/compare-run.ts";
import { readRun } from "@gennaker/pipeline-model/shadow/recorded.ts";
import { setImmediate } from "node:timers/promises";
import type { Pipelines } from "../pipelines/api.ts";
import type { Shadow } from "./api.ts";

export type ShadowDependencies = {
  pipelines: Pick<Pipelines, "get" | "byName">;
  inventory(): Promise<Inventory>;
  /** The document that a start with these parameters runs, and what keeps it from starting. */
  plan(document: JsonObject, parameters: JsonObject): Promise<PlannedRun>;
};

export function createShadow({ pipelines, inventory, plan }: ShadowDependencies): Shadow {
  return {
    async compare({ application, pipeline, accounts, executions }) {
      const byId = await pipelines.get(pipeline);
      const own = byId?.application === application.toLowerCase() ? byId : null;
      const found = own ?? (await pipelines.byName(application, pipeline));
      if (found === null) {
        const message = `There is no pipeline ${pipeline} in application ${application}. Import it first: gennaker import.`;
        throw new GennakerError("not_found", message);
      }
      const known = await inventory();
      const report: ShadowReport = {
        pipeline: found.id,
        application: found.application,
        name: found.name,
        same: 0,
        runs: [],
        unreadable: [],
      };
      for (const [index, execution] of executions.entries()) {
        const run = readRun(execution);
        if ("problem" in run) {
          report.unreadable.push({ index, reason: run.problem });
          continue;
        }
        const given = run.trigger["parameters"];
        const planned = await plan(found.document, isJsonObject(given) ? given : {});
        const compared = compareRun(planned, run, known, accounts);
        report.runs.push(compared);
        if (compared.same) report.same += 1;
        // Evaluating is work without a pause: others get their turn between two runs.
        await setImmediate();
      }
      return report;
    },
  };
}
