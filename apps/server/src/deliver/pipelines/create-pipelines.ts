import { randomUUID } from "node:crypto";
import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Engine } from "../../engine/api.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { sqlState } from "../../platform/database/faults.ts";
import type { EventLog } from "../../platform/events/api.ts";
import { encodeDocument } from "../../platform/values/document.ts";
import type { Pipelines, StartRequest, StoredPipeline } from "./api.ts";

type Row = {
  id: string;
  application: string;
  name: string;
  disabled: boolean;
  version: number;
  document: string;
  updated_at: Date;
  last_modified_by: string;
};

export type PipelinesDependencies = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  engine: Pick<Engine, "start">;
  /** Everything wrong with a document that makes it unusable, with places; and the document to store. */
  check(document: JsonObject): { errors: Problem[]; document: JsonObject };
  /** Parameters and trigger of a run, or what is wrong with the request. */
  plan(pipeline: JsonObject, request: StartRequest, actor: Actor): { trigger: JsonObject; problems: Problem[] };
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
    async listAll() {
      return (await database.query<Row>("select * from deliver_pipeline order by application, position, name")).map(fromRow);
    },
    get: (id) => one("id = $1", [id]),
    byName: (application, name) => one("application = $1 and lower(name) = lower($2)", [application.toLowerCase(), name]),

    async save(received, actor, options) {
      const checked = dependencies.check(received);
      if (checked.errors.length > 0) {
        const first = checked.errors[0];
        throw new GennakerError("invalid_pipeline", `The pipeline was not saved: ${first?.reason} (at ${first?.pointer || "the top"}).`, {
          problems: checked.errors,
        });
      }
      return save(dependencies, checked.document, actor, options.staleCheck);
    },

    async remove(id, actor) {
      await database.transaction(async (tx) => {
        const rows = await tx.query<Row>("delete from deliver_pipeline where id = $1 returning *", [id]);
        const row = rows[0];
        if (!row) throw new GennakerError("not_found", `There is no pipeline with the id ${id}. List the application's pipelines to see them.`);
        await dependencies.audit.record(tx, {
          actor, action: "pipeline.delete", resource: `pipeline/${id}`, application: row.application, before: JSON.parse(row.document) as JsonObject,
        });
        await changed(dependencies, tx, row.application, id);
      });
    },

    async start(pipeline, request, actor) {
      if (pipeline.disabled) {
        throw new GennakerError("wrong_state", `Pipeline ${pipeline.name} is disabled. Enable it, then start it again.`);
      }
      const planned = dependencies.plan(pipeline.document, request, actor);
      if (planned.problems.length > 0) {
        throw new GennakerError("invalid_request", `Pipeline ${pipeline.name} was not started: ${planned.problems[0]?.reason}.`, {
          problems: planned.problems,
        });
      }
      const { document } = pipeline;
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
          limitConcurrent: document["limitConcurrent"] === true,
          maxConcurrentExecutions: Number(document["maxConcurrentExecutions"] ?? 0) || 0,
          keepWaitingPipelines: document["keepWaitingPipelines"] === true,
        },
        actor,
      );
    },
  };
}

async function save(dependencies: PipelinesDependencies, received: JsonObject, actor: Actor, staleCheck: boolean): Promise<StoredPipeline> {
  const id = typeof received["id"] === "string" && received["id"] !== "" ? received["id"] : randomUUID();
  const application = String(received["application"]).toLowerCase();
  const name = String(received["name"]);
  try {
    return await dependencies.database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock(hashtext($1))", [`pipelines of ${application}`]);
      const before = (await tx.query<Row>("select * from deliver_pipeline where id = $1", [id]))[0];
      if (staleCheck && before) refuseStale(before, received);
      const version = (before?.version ?? 0) + 1;
      const position = typeof received["index"] === "number" ? received["index"] : await nextPosition(tx, application, id);
      const saved = Date.now();
      const document: JsonObject = {
        ...received, id, application, index: position, updateTs: String(saved), lastModified: saved, lastModifiedBy: actor.user,
      };
      const text = encodeDocument(document);
      const rows = await tx.query<Row>(
        `insert into deliver_pipeline (id, application, name, position, disabled, version, document, last_modified_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do update set application = $2, name = $3, position = $4, disabled = $5, version = $6, document = $7,
           last_modified_by = $8, updated_at = now()
         returning *`,
        [id, application, name, position, received["disabled"] === true, version, text, actor.user],
      );
      await tx.query("insert into deliver_pipeline_version (pipeline_id, version, document, saved_by) values ($1, $2, $3, $4)", [
        id, version, text, actor.user,
      ]);
      await dependencies.audit.record(tx, {
        actor,
        action: before ? "pipeline.update" : "pipeline.create",
        resource: `pipeline/${id}`,
        application,
        ...(before ? { before: JSON.parse(before.document) as JsonObject } : {}),
        after: document,
      });
      await changed(dependencies, tx, application, id);
      return fromRow(rows[0] as Row);
    });
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    throw new GennakerError("invalid_pipeline", `Application ${application} already has a pipeline named ${name}. Choose another name, or save with that one's id.`, {
      problems: [{ pointer: "/name", reason: "another pipeline of this application has this name" }],
      cause: error,
    });
  }
}

function refuseStale(before: Row, received: JsonObject): void {
  const current = JSON.parse(before.document) as JsonObject;
  if (String(current["updateTs"] ?? "") === String(received["updateTs"] ?? "")) return;
  throw new GennakerError("stale", `Pipeline ${before.name} was changed by ${before.last_modified_by} since you read it. Load it again and repeat your change.`);
}

async function nextPosition(tx: Tx, application: string, id: string): Promise<number> {
  const rows = await tx.query<{ position: number }>(
    `select coalesce((select position from deliver_pipeline where id = $2),
       (select max(position) + 1 from deliver_pipeline where application = $1), 0) as position`,
    [application, id],
  );
  return rows[0]?.position ?? 0;
}

async function changed(dependencies: PipelinesDependencies, tx: Tx, application: string, id: string): Promise<void> {
  await dependencies.events.append(tx, [{ type: "pipeline.changed", application, subject: id, data: {} }]);
}

function fromRow(row: Row): StoredPipeline {
  return {
    id: row.id,
    application: row.application,
    name: row.name,
    disabled: row.disabled,
    version: row.version,
    document: JSON.parse(row.document) as JsonObject,
    updatedAt: row.updated_at,
    lastModifiedBy: row.last_modified_by,
  };
}
