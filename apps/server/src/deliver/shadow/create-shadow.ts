import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ShadowReport, ShadowRun } from "@gennaker/contract/resources/shadow.ts";
import type { Inventory } from "@gennaker/pipeline-model/import/types.ts";
import { compareRun } from "@gennaker/pipeline-model/shadow/compare-run.ts";
import type { PlannedRun } from "@gennaker/pipeline-model/shadow/compare-run.ts";
import { readRun } from "@gennaker/pipeline-model/shadow/recorded.ts";
import { setImmediate } from "node:timers/promises";
import { ulid } from "ulid";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { Outgoing } from "../../platform/outgoing/api.ts";
import type { Pipelines, StoredPipeline } from "../pipelines/api.ts";
import type { ComparedPipeline, Shadow } from "./api.ts";
import { createComparisons } from "./comparisons.ts";
import { readGate } from "./read-gate.ts";

export type ShadowDependencies = {
  database: Database;
  audit: AuditLog;
  /** Asks a running Spinnaker. */
  send: Outgoing["send"];
  pipelines: Pick<Pipelines, "get" | "byName">;
  inventory(): Promise<Inventory>;
  /** The document that a start with these parameters runs, and what keeps it from starting. */
  plan(document: JsonObject, parameters: JsonObject): Promise<PlannedRun>;
};

export function createShadow(dependencies: ShadowDependencies): Shadow {
  const { pipelines, inventory, plan } = dependencies;
  const comparisons = createComparisons(dependencies.database, dependencies.audit);

  async function found({ application, pipeline }: ComparedPipeline): Promise<StoredPipeline> {
    const byId = await pipelines.get(pipeline);
    const own = byId?.application === application.toLowerCase() ? byId : null;
    const stored = own ?? (await pipelines.byName(application, pipeline));
    if (stored !== null) return stored;
    const message = `There is no pipeline ${pipeline} in application ${application}. Import it first: gennaker import.`;
    throw new GennakerError("not_found", message);
  }

  async function compared(
    stored: StoredPipeline,
    {
      accounts,
      executions,
      source,
    }: Pick<ComparedPipeline, "accounts"> & { executions: readonly JsonObject[]; source: string },
    actor: Actor,
  ): Promise<ShadowReport> {
    const known = await inventory();
    const runs: ShadowRun[] = [];
    const unreadable: ShadowReport["unreadable"] = [];
    for (const [index, execution] of executions.entries()) {
      const run = readRun(execution);
      if ("problem" in run) {
        unreadable.push({ index, reason: run.problem });
        continue;
      }
      const given = run.trigger["parameters"];
      const planned = await plan(stored.document, isJsonObject(given) ? given : {});
      runs.push(compareRun(planned, run, known, accounts));
      // Evaluating is work without a pause: others get their turn between two runs.
      await setImmediate();
    }
    const { id: pipeline, application, name } = stored;
    const same = runs.filter((run) => run.same).length;
    return comparisons.add({ id: ulid(), pipeline, application, name, source, same, runs, unreadable }, actor);
  }

  return {
    compare: async (request, actor) => compared(await found(request), request, actor),
    async compareWithGate(request, actor, signal) {
      const stored = await found(request);
      // What is an id here need not be one there: names are what both have.
      const asked = request.pipeline === stored.id ? { ...request, pipeline: stored.name } : request;
      const executions = await readGate(dependencies.send, asked, signal);
      return compared(stored, { accounts: request.accounts, executions, source: new URL(request.gate).origin }, actor);
    },
    list: (application, pipeline, limit) => comparisons.list(application, pipeline, limit),
    get: (application, id) => comparisons.get(application, id),
  };
}
