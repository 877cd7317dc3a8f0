import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Database } from "../../platform/database/api.ts";
import type { PipelineVersion } from "./api.ts";
import type { PipelineKind } from "./tables.ts";

type Row = { version: number; document: string; saved_at: Date; saved_by: string };

/** The versions of a document, newest first. */
export async function historyOf(
  database: Pick<Database, "query">,
  { versions }: PipelineKind,
  id: string,
  limit: number,
): Promise<PipelineVersion[]> {
  const rows = await database.query<Row>(
    `select version, document, saved_at, saved_by from ${versions} where pipeline_id = $1 order by version desc limit $2`,
    [id, limit],
  );
  return rows.map((row) => ({
    version: row.version,
    document: JSON.parse(row.document) as JsonObject,
    text: row.document,
    savedAt: row.saved_at,
    savedBy: row.saved_by,
  }));
}
