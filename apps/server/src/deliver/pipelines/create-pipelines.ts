import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Engine } from "../../engine/api.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { Pipelines, StartRequest, StoredPipeline, ToSave } from "./api.ts";
import { findTexts } from "./find-texts.ts";
import { historyOf } from "./history.ts";
import { reorder } from "./reorder.ts";
import type { Row } from "./row.ts";
import { fromRow } from "./row.ts";
import { announce, savePipeline, savePipelines } from "./save-pipeline.ts";
import type { PipelineKind } from "./tables.ts";
import { kinds } from "./tables.ts";

/** `document` is what runs: the pipeline itself, or what a template makes of it. */
type StartPlan = { document: JsonObject; trigger: JsonObject; problems: Problem[] };

export type PipelinesDependencies = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  engine: Pick<Engine, "start">;
  /** Default: pipelines. Deployment strategies are documents of the same kind that are kept apart. */
  kind?: PipelineKind;
  /** Everything wrong with a document that makes it unusable, with places; and the document to store. */
  check(document: JsonObject): { errors: Problem[]; document: JsonObject };
  /** Document, parameters and trigger of a run, or what is wrong with the request. */
  plan(pipeline: JsonObject, request: StartRequest, actor: Actor): Promise<StartPlan>;
};

export function createPipelines(dependencies: PipelinesDependencies): Pipelines {
  const { database } = dependencies;
  const kind = dependencies.kind ?? kinds.pipeline;
  const { table, noun } = kind;

  async function one(where: string, values: unknown[]): Promise<StoredPipeline | null> {
    const rows = await database.query<Row>(`select * from ${table} where ${where}`, values);
    return rows[0] ? fromRow(rows[0]) : null;
  }

  /** The document to store, or why it cannot be. */
  function checkedOf(document: JsonObject, received: string | undefined): ToSave | GennakerError {
    const checked = dependencies.check(document);
    const [first] = checked.errors;
    if (first === undefined) return { document: checked.document, ...(received === undefined ? {} : { received }) };
    const message = `The ${noun} was not saved: ${first.reason} (at ${first.pointer || "the top"}).`;
    return new GennakerError("invalid_pipeline", message, { problems: checked.errors });
  }

  return {
    async list(application) {
      const rows = await database.query<Row>(`select * from ${table} where application = $1 order by position, name`, [
        application.toLowerCase(),
      ]);
      return rows.map(fromRow);
    },
    async counts() {
      const rows = await database.query<{ application: string; count: number }>(
        `select application, count(*) as count from ${table} group by application`,
      );
      return new Map(rows.map((row) => [row.application, row.count]));
    },
    async templated() {
      // The documents are text: a pipeline that says "templatedPipeline" elsewhere is sorted out by whoever reads it.
      const rows = await database.query<Row>(
        `select * from ${table} where document ~ '"templatedPipeline"|"schema"\\s*:\\s*"v2"'`,
      );
      return rows.map(fromRow);
    },
    async ids(application, name) {
      const rows = await database.query<{ id: string }>(
        `select id from ${table} where application = $1 and ($2::text is null or name = $2)`,
        [application.toLowerCase(), name ?? null],
      );
      return rows.map((row) => row.id);
    },
    async all() {
      return (await database.query<Row>(`select * from ${table} order by application, position, name`)).map(fromRow);
    },
    history: (id, limit) => historyOf(database, kind, id, limit),
    reorder: (application, indexes, actor) => reorder({ ...dependencies, kind }, application, indexes, actor),
    get: (id) => one("id = $1", [id]),
    byName: (application, name) =>
      one("application = $1 and lower(name) = lower($2)", [application.toLowerCase(), name]),
    find: (wanted) => findTexts(database, table, wanted),

    async save(received, actor, { staleCheck, received: text }) {
      const checked = checkedOf(received, text);
      if (checked instanceof GennakerError) throw checked;
      return savePipeline({ ...dependencies, kind }, checked, actor, staleCheck);
    },
    async saveAll(documents, actor) {
      const checked = documents.map((each) => (each.checked === true ? each : checkedOf(each.document, each.received)));
      const good = checked.flatMap((each) => (each instanceof GennakerError ? [] : [each]));
      const saved = await savePipelines({ ...dependencies, kind }, good, actor);
      const answers = new Map(good.map((each, index) => [each, saved[index] as StoredPipeline | GennakerError]));
      return checked.map((each) =>
        each instanceof GennakerError ? each : (answers.get(each) as StoredPipeline | GennakerError),
      );
    },

    async remove(id, actor) {
      await database.transaction(async (tx) => {
        const rows = await tx.query<Row>(`delete from ${table} where id = $1 returning *`, [id]);
        const row = rows[0];
        if (!row)
          throw new GennakerError(
            "not_found",
            `There is no ${noun} with the id ${id}. List the application's to see them.`,
          );
        await dependencies.audit.record(tx, {
          actor,
          action: `${noun}.delete`,
          resource: `${noun}/${id}`,
          application: row.application,
          before: JSON.parse(row.document) as JsonObject,
        });
        await announce(dependencies.events, tx, noun, [{ id, application: row.application }]);
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
