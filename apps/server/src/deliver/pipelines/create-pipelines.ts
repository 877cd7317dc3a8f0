import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Engine } from "../../engine/api.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { Pipelines, StartRequest, StoredPipeline } from "./api.ts";
import type { Row } from "./save-pipeline.ts";
import { announce, fromRow, savePipeline } from "./save-pipeline.ts";

/** `document` is what runs: the pipeline itself, or what a template makes of it. */
type StartPlan = { document: JsonObject; trigger: JsonObject; problems: Problem[] };

export type PipelinesDependencies = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  engine: Pick<Engine, "start">;
  /** Everything wrong with a document that makes it unusable, with places; and the document to store. */
  check(document: JsonObject): { errors: Problem[]; document: JsonObject };
  /** Document, parameters and trigger of a run, or what is wrong with the request. */
  plan(pipeline: JsonObject, request: StartRequest, actor: Actor): Promise<StartPlan>;
};

export function createPipelines(dependencies: PipelinesDependencies): Pipelines {
  const { database } = dependencies;

  async function one(where: string, values: unknown[]): Promise<StoredPipeline | null> {
    const rows = await database.query<Row>(`select * from deliver_pipeline where ${where}`, values);
    return rows[0] ? fromRow(rows[0]) : null;
  }

  return {
    async list(application) {
      const rows = await database.query<Row>(
        "select * from deliver_pipeline where application = $1 order by position, name",
        [application.toLowerCase()],
      );
      return rows.map(fromRow);
    },
    async counts() {
      const rows = await database.query<{ application: string; count: number }>(
        "select application, count(*) as count from deliver_pipeline group by application",
      );
      return new Map(rows.map((row) => [row.application, row.count]));
    },
    async templated() {
      // The documents are text: a pipeline that says "templatedPipeline" elsewhere is sorted out by whoever reads it.
      const rows = await database.query<Row>(
        `select * from deliver_pipeline where document ~ '"templatedPipeline"|"schema"\\s*:\\s*"v2"'`,
      );
      return rows.map(fromRow);
    },
    get: (id) => one("id = $1", [id]),
    byName: (application, name) =>
      one("application = $1 and lower(name) = lower($2)", [application.toLowerCase(), name]),

    async save(received, actor, options) {
      const checked = dependencies.check(received);
      if (checked.errors.length > 0) {
        const first = checked.errors[0];
        throw new GennakerError(
          "invalid_pipeline",
          `The pipeline was not saved: ${first?.reason} (at ${first?.pointer || "the top"}).`,
          {
            problems: checked.errors,
          },
        );
      }
      return savePipeline(dependencies, checked.document, actor, options);
    },

    async remove(id, actor) {
      await database.transaction(async (tx) => {
        const rows = await tx.query<Row>("delete from deliver_pipeline where id = $1 returning *", [id]);
        const row = rows[0];
        if (!row)
          throw new GennakerError(
            "not_found",
            `There is no pipeline with the id ${id}. List the application's pipelines to see them.`,
          );
        await dependencies.audit.record(tx, {
          actor,
          action: "pipeline.delete",
          resource: `pipeline/${id}`,
          application: row.application,
          before: JSON.parse(row.document) as JsonObject,
        });
        await announce(dependencies.events, tx, row.application, id);
      });
    },

    async start(pipeline, request, actor) {
      if (pipeline.disabled) {
        throw new GennakerError(
          "wrong_state",
          `Pipeline ${pipeline.name} is disabled. Enable it, then start it again.`,
        );
      }
      const planned = await dependencies.plan(pipeline.document, request, actor);
      if (planned.problems.length > 0) {
        throw new GennakerError(
          "invalid_request",
          `Pipeline ${pipeline.name} was not started: ${planned.problems[0]?.reason}.`,
          {
            problems: planned.problems,
          },
        );
      }
      const { document } = planned;
      return dependencies.engine.start(
        {
          type: "PIPELINE",
          application: pipeline.application,
          name: pipeline.name,
          pipelineConfigId: pipeline.id,
          stages: (document["stages"] ?? []) as JsonObject[],
          trigger: planned.trigger,
          initialConfig: document,
          ...(request.parent ? { parentExecution: request.parent } : {}),
          ...(request.operationKey === undefined ? {} : { operationKey: request.operationKey }),
          limitConcurrent: document["limitConcurrent"] === true,
          maxConcurrentExecutions: Number(document["maxConcurrentExecutions"] ?? 0) || 0,
          keepWaitingPipelines: document["keepWaitingPipelines"] === true,
        },
        actor,
      );
    },
  };
}
