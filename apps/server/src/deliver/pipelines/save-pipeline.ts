import { randomUUID } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { applicationName } from "@gennaker/contract/resources/application.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { sqlState } from "../../platform/database/faults.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { StoredPipeline, ToSave } from "./api.ts";
import { place } from "./place.ts";
import type { Named, Placed } from "./place.ts";
import type { PipelineKind } from "./tables.ts";

export type SaveDependencies = { database: Database; events: EventLog; audit: AuditLog; kind: PipelineKind };

/** Stores a document that was checked, in one transaction with its version, its audit row and its event. */
export async function savePipeline(
  dependencies: SaveDependencies,
  received: ToSave,
  actor: Actor,
  staleCheck: boolean,
): Promise<StoredPipeline> {
  const named = namedBy(received);
  try {
    const [saved] = await storeAll(dependencies, [named], actor, staleCheck);
    return saved as StoredPipeline;
  } catch (error) {
    throw isTaken(error) ? nameTaken(dependencies.kind.noun, named, error) : error;
  }
}

/**
 * Stores documents that were checked as one after another would, with a handful of statements for all of them. What
 * cannot be stored is refused alone; the answers stand in the documents' order.
 */
export async function savePipelines(
  dependencies: SaveDependencies,
  received: readonly ToSave[],
  actor: Actor,
): Promise<(StoredPipeline | GennakerError)[]> {
  const named = received.map((each) => refusalOf(() => namedBy(each)));
  const fit = named.flatMap((each) => (each instanceof GennakerError ? [] : [each]));
  const answers = new Map<Named, StoredPipeline | GennakerError>();
  try {
    const saved = await storeAll(dependencies, fit, actor, false);
    for (const [index, each] of fit.entries()) answers.set(each, saved[index] as StoredPipeline);
  } catch (error) {
    if (!isTaken(error)) throw error;
    // One of the names is taken, or two documents are of the same pipeline: each for itself says which.
    for (const each of fit) answers.set(each, await alone(dependencies, each.received, actor));
  }
  return named.map((each) => (each instanceof GennakerError ? each : (answers.get(each) as StoredPipeline)));
}

async function alone(dependencies: SaveDependencies, received: ToSave, actor: Actor) {
  try {
    return await savePipeline(dependencies, received, actor, false);
  } catch (error) {
    if (error instanceof GennakerError) return error;
    throw error;
  }
}

function refusalOf<T>(work: () => T): T | GennakerError {
  try {
    return work();
  } catch (error) {
    if (error instanceof GennakerError) return error;
    throw error;
  }
}

function namedBy(received: ToSave): Named {
  const { id, application, name } = received.document;
  return {
    id: typeof id === "string" && id !== "" ? plain(id, "/id") : randomUUID(),
    application: checkedApplication(application),
    name: plain(String(name), "/name"),
    received,
  };
}

/** A name that another has, or (many at once) the same row twice. */
const isTaken = (error: unknown): boolean => sqlState(error) === "23505" || sqlState(error) === "21000";

function nameTaken(noun: string, { application, name }: Named, cause: unknown): GennakerError {
  return new GennakerError(
    "invalid_pipeline",
    `Application ${application} already has a ${noun} named ${name}. Choose another name, or save with that one's id.`,
    { problems: [{ pointer: "/name", reason: `another ${noun} of this application has this name` }], cause },
  );
}

/** All of them in one transaction, or (thrown) none. */
async function storeAll(
  { database, events, audit, kind }: SaveDependencies,
  all: readonly Named[],
  actor: Actor,
  staleCheck: boolean,
): Promise<StoredPipeline[]> {
  if (all.length === 0) return [];
  const { noun } = kind;
  return database.transaction(async (tx) => {
    const placed = await place(tx, kind, all, actor, staleCheck);
    const times = await write(tx, kind, placed, actor);
    await audit.recordAll(
      tx,
      placed.map(({ id, application, before, document }) => ({
        actor,
        action: `${noun}.${before ? "update" : "create"}`,
        resource: `${noun}/${id}`,
        application,
        ...(before ? { before: JSON.parse(before.document) as JsonObject } : {}),
        after: document,
      })),
    );
    await announce(
      events,
      tx,
      noun,
      placed.flatMap(({ id, application, before }) =>
        (before === null || before.application === application ? [application] : [application, before.application]).map(
          (of) => ({ id, application: of }),
        ),
      ),
    );
    return placed.map(({ id, application, name, version, document, text }) => ({
      id,
      application,
      name,
      disabled: document["disabled"] === true,
      version,
      document,
      text,
      updatedAt: times.get(id) as Date,
      lastModifiedBy: actor.user,
    }));
  });
}

/** The rows and their versions; gives when each was written, by id. */
async function write(
  tx: Tx,
  { table, versions }: PipelineKind,
  placed: readonly Placed[],
  actor: Actor,
): Promise<ReadonlyMap<string, Date>> {
  const ids = placed.map(({ id }) => id);
  const rows = await tx.query<{ id: string; updated_at: Date }>(
    `insert into ${table} (id, application, name, position, disabled, version, document, last_modified_by)
     select *, $8 from unnest($1::text[], $2::text[], $3::text[], $4::int4[], $5::boolean[], $6::int4[], $7::text[])
     on conflict (id) do update set application = excluded.application, name = excluded.name, position = excluded.position,
       disabled = excluded.disabled, version = excluded.version, document = excluded.document,
       last_modified_by = excluded.last_modified_by, updated_at = now()
     returning id, updated_at`,
    [
      ids,
      placed.map(({ application }) => application),
      placed.map(({ name }) => name),
      placed.map(({ position }) => position),
      placed.map(({ document }) => document["disabled"] === true),
      placed.map(({ version }) => version),
      placed.map(({ text }) => text),
      actor.user,
    ],
  );
  await tx.query(
    `insert into ${versions} (pipeline_id, version, document, saved_by)
     select id, version, document, last_modified_by from ${table} where id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.updated_at]));
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
  changed: readonly { id: string; application: string }[],
): Promise<void> {
  await events.append(
    tx,
    changed.map(({ id, application }) => ({ type: `${noun}.changed`, application, subject: id, data: {} })),
  );
}
