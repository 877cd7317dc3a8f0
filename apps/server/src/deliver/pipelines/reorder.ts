import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import { largestPosition } from "./place.ts";
import type { Row } from "./row.ts";
import type { SaveDependencies } from "./save-pipeline.ts";
import { announce } from "./save-pipeline.ts";

/**
 * Gives documents of an application other places, all or none, with one audit row. A new place is no new version: the
 * latest one is rewritten with it.
 */
export async function reorder(
  { database, events, audit, kind }: SaveDependencies,
  rawApplication: string,
  indexes: JsonObject,
  actor: Actor,
): Promise<void> {
  const { table, versions, noun } = kind;
  const application = rawApplication.toLowerCase();
  await database.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtext($1))", [`${noun} of ${application}`]);
    const rows = await tx.query<Row>(
      `select * from ${table} where application = $1 and id = any($2) order by id for update`,
      [application, Object.keys(indexes)],
    );
    refuseWrong(noun, application, indexes, new Set(rows.map((row) => row.id)));
    const before: JsonObject = {};
    for (const row of rows) {
      const position = Number(indexes[row.id]);
      if (position === row.position) continue;
      before[row.id] = row.position;
      const now = Date.now();
      const document = {
        ...(JSON.parse(row.document) as JsonObject),
        index: position,
        updateTs: String(now),
        lastModified: now,
      };
      const text = stringifyExact(document, row.document);
      await tx.query(`update ${table} set position = $2, document = $3, updated_at = now() where id = $1`, [
        row.id,
        position,
        text,
      ]);
      await tx.query(`update ${versions} set document = $3 where pipeline_id = $1 and version = $2`, [
        row.id,
        row.version,
        text,
      ]);
      await announce(events, tx, noun, [{ id: row.id, application }]);
    }
    await audit.record(tx, {
      actor,
      action: `${noun}.reorder`,
      resource: `application/${application}`,
      application,
      before,
      after: indexes,
    });
  });
}

function refuseWrong(noun: string, application: string, indexes: JsonObject, known: ReadonlySet<string>): void {
  const problems: Problem[] = Object.entries(indexes).flatMap(([id, index]) => {
    const pointer = `/idsToIndices/${id.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (!known.has(id)) return [{ pointer, reason: `application ${application} has no ${noun} with this id` }];
    const fits = Number.isInteger(index) && Number(index) >= 0 && Number(index) <= largestPosition;
    return fits ? [] : [{ pointer, reason: "must be a whole number from 0" }];
  });
  const [first] = problems;
  if (first === undefined) return;
  throw new GennakerError("invalid_request", `Nothing was reordered: ${first.reason} (at ${first.pointer}).`, {
    problems,
  });
}
