import { randomUUID } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { applicationName } from "@gennaker/contract/resources/application.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { sqlState } from "../../platform/database/faults.ts";
import type { EventLog } from "../../platform/events/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import type { StoredPipeline } from "./api.ts";
import type { PipelineKind } from "./tables.ts";
import { withTriggerIds } from "./trigger-ids.ts";

export type Row = {
  id: string;
  application: string;
  name: string;
  disabled: boolean;
  version: number;
  document: string;
  updated_at: Date;
  last_modified_by: string;
};

export type SaveDependencies = { database: Database; events: EventLog; audit: AuditLog; kind: PipelineKind };
type Options = { staleCheck: boolean; received?: string };

export const largestPosition = 2_147_483_647;

/** Stores a document that was checked, in one transaction with its version, its audit row and its event. */
export async function savePipeline(
  dependencies: SaveDependencies,
  received: JsonObject,
  actor: Actor,
  options: Options,
): Promise<StoredPipeline> {
  const { noun, table } = dependencies.kind;
  const given = received["id"];
  const id = typeof given === "string" && given !== "" ? plain(given, "/id") : randomUUID();
  const application = checkedApplication(received["application"]);
  const name = plain(String(received["name"]), "/name");
  try {
    return await dependencies.database.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock(hashtext($1))", [`${noun} of ${application}`]);
      const before = (await tx.query<Row>(`select * from ${table} where id = $1 for update`, [id]))[0];
      if (options.staleCheck && before) refuseStale(noun, before, received);
      const position = positionIn(received) ?? (await nextPosition(tx, table, application, id));
      const saved = Date.now();
      const document: JsonObject = {
        ...withTriggerIds(received),
        id,
        application,
        index: position,
        updateTs: String(saved),
        lastModified: saved,
        lastModifiedBy: actor.user,
      };
      const row = await write(
        tx,
        dependencies.kind,
        { id, application, name, position, disabled: received["disabled"] === true, actor },
        stringifyExact(document, options.received ?? "{}"),
      );
      await dependencies.audit.record(tx, {
        actor,
        action: `${noun}.${before ? "update" : "create"}`,
        resource: `${noun}/${id}`,
        application,
        ...(before ? { before: JSON.parse(before.document) as JsonObject } : {}),
        after: document,
      });
      await announce(dependencies.events, tx, noun, application, id);
      if (before && before.application !== application)
        await announce(dependencies.events, tx, noun, before.application, id);
      return fromRow(row);
    });
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    throw new GennakerError(
      "invalid_pipeline",
      `Application ${application} already has a ${noun} named ${name}. Choose another name, or save with that one's id.`,
      {
        problems: [{ pointer: "/name", reason: `another ${noun} of this application has this name` }],
        cause: error,
      },
    );
  }
}

type Columns = { id: string; application: string; name: string; position: number; disabled: boolean; actor: Actor };

async function write(
  tx: Tx,
  { table, versions }: PipelineKind,
  { id, application, name, position, disabled, actor }: Columns,
  text: string,
): Promise<Row> {
  // Versions outlive a deleted pipeline: one saved again under the same id goes on counting.
  const [last] = await tx.query<{ version: number }>(
    `select coalesce(max(version), 0)::int4 as version from ${versions} where pipeline_id = $1`,
    [id],
  );
  const version = (last?.version ?? 0) + 1;
  const rows = await tx.query<Row>(
    `insert into ${table} (id, application, name, position, disabled, version, document, last_modified_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set application = $2, name = $3, position = $4, disabled = $5, version = $6, document = $7,
       last_modified_by = $8, updated_at = now()
     returning *`,
    [id, application, name, position, disabled, version, text, actor.user],
  );
  await tx.query(`insert into ${versions} (pipeline_id, version, document, saved_by) values ($1, $2, $3, $4)`, [
    id,
    version,
    text,
    actor.user,
  ]);
  return rows[0] as Row;
}

/** What was sent names the version it was made from by `updateTs`, or by `lastModified`, which says the same. */
function refuseStale(noun: string, before: Row, received: JsonObject): void {
  const current = JSON.parse(before.document) as JsonObject;
  const sent = received["updateTs"] ?? received["lastModified"] ?? "";
  if (String(current["updateTs"] ?? "") === String(sent)) return;
  throw new GennakerError(
    "stale",
    `The ${noun} ${before.name} was changed by ${before.last_modified_by} since you read it. Load it again and repeat your change.`,
  );
}

/** `index`, where it is a place that can be stored. */
function positionIn(received: JsonObject): number | null {
  const index = received["index"];
  return Number.isInteger(index) && Number(index) >= 0 && Number(index) <= largestPosition ? Number(index) : null;
}

async function nextPosition(tx: Tx, table: string, application: string, id: string): Promise<number> {
  const rows = await tx.query<{ position: number }>(
    `select coalesce((select position from ${table} where id = $2),
       (select max(least(position, ${largestPosition - 1})) + 1 from ${table} where application = $1), 0) as position`,
    [application, id],
  );
  return rows[0]?.position ?? 0;
}

function checkedApplication(value: unknown): string {
  const read = applicationName.safeParse(value);
  if (read.success) return read.data.toLowerCase();
  refuse("/application", read.error.issues[0]?.message ?? "not a name");
}

/** A text that is kept in a column of its own, which cannot hold U+0000 or half a character. */
function plain(text: string, pointer: string): string {
  if (text.includes("\0") || !text.isWellFormed())
    refuse(pointer, "holds U+0000 or half of a character, which cannot be stored");
  if (text.length > 2_000) refuse(pointer, "is longer than 2000 characters");
  return text;
}

function refuse(pointer: string, reason: string): never {
  throw new GennakerError("invalid_pipeline", `The pipeline was not saved: ${reason} (at ${pointer}).`, {
    problems: [{ pointer, reason }],
  });
}

export async function announce(
  events: EventLog,
  tx: Tx,
  noun: PipelineKind["noun"],
  application: string,
  id: string,
): Promise<void> {
  await events.append(tx, [{ type: `${noun}.changed`, application, subject: id, data: {} }]);
}

export function fromRow(row: Row): StoredPipeline {
  return {
    id: row.id,
    application: row.application,
    name: row.name,
    disabled: row.disabled,
    version: row.version,
    document: JSON.parse(row.document) as JsonObject,
    text: row.document,
    updatedAt: row.updated_at,
    lastModifiedBy: row.last_modified_by,
  };
}
