import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";
import type { Tx } from "../../platform/database/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import type { ToSave } from "./api.ts";
import type { Row } from "./row.ts";
import type { PipelineKind } from "./tables.ts";
import { withTriggerIds } from "./trigger-ids.ts";

export const largestPosition = 2_147_483_647;

/** A document with what of it stands in columns of its own. */
export type Named = { id: string; application: string; name: string; received: ToSave };
export type Placed = Named & {
  position: number;
  version: number;
  document: JsonObject;
  text: string;
  before: Row | null;
};

/** Each with its place, its version and the document to store. Locks their applications and what is stored of them. */
export async function place(
  tx: Tx,
  { noun, table, versions }: PipelineKind,
  all: readonly Named[],
  actor: Actor,
  staleCheck: boolean,
): Promise<Placed[]> {
  const ids = all.map(({ id }) => id);
  const applications = [...new Set(all.map(({ application }) => application))];
  // In the order of what is locked, so that two that save the same wait for one another instead of for each other.
  await tx.query(
    "select pg_advisory_xact_lock(key) from (select hashtext(k) as key from unnest($1::text[]) k order by 1) o",
    [applications.map((application) => `${noun} of ${application}`)],
  );
  const stored = new Map(
    (await tx.query<Row>(`select * from ${table} where id = any($1) order by id for update`, [ids])).map((row) => [
      row.id,
      row,
    ]),
  );
  // Versions outlive a deleted pipeline: one saved again under the same id goes on counting.
  const counted = await tx.query<{ id: string; version: number }>(
    `select pipeline_id as id, max(version)::int4 as version from ${versions} where pipeline_id = any($1) group by pipeline_id`,
    [ids],
  );
  const lastVersions = new Map(counted.map(({ id, version }) => [id, version]));
  const ends = all.every(({ received }) => positionIn(received.document) !== null)
    ? new Map<string, number>()
    : await lastPositions(tx, table, applications);
  const saved = Date.now();
  return all.map((each) => {
    const { id, application, received } = each;
    const before = stored.get(id) ?? null;
    if (staleCheck && before) refuseStale(noun, before, received.document);
    const last = ends.get(application) ?? -1;
    const position = positionIn(received.document) ?? before?.position ?? Math.min(last, largestPosition - 1) + 1;
    ends.set(application, Math.max(last, position));
    const document: JsonObject = {
      ...withTriggerIds(received.document),
      id,
      application,
      index: position,
      updateTs: String(saved),
      lastModified: saved,
      lastModifiedBy: actor.user,
    };
    const version = (lastVersions.get(id) ?? 0) + 1;
    return { ...each, before, position, version, document, text: stringifyExact(document, received.received ?? "{}") };
  });
}

/** The last place that is taken in each of the applications. */
async function lastPositions(tx: Tx, table: string, applications: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ application: string; position: number }>(
    `select application, max(position) as position from ${table} where application = any($1) group by application`,
    [applications],
  );
  return new Map(rows.map(({ application, position }) => [application, position]));
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
