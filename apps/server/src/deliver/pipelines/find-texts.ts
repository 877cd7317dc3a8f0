import type { Database } from "../../platform/database/api.ts";
import type { PipelineText } from "./api.ts";

type Wanted = { id: string | null; application: string | null; name: string };
type Row = { place: number; id: string; application: string; name: string; text: string };

/** What is stored of each, by its id or else by its application and name, with one statement. */
export async function findTexts(
  database: Pick<Database, "query">,
  table: string,
  wanted: readonly Wanted[],
): Promise<(PipelineText | null)[]> {
  const rows = await database.query<Row>(
    `select w.place::int4 as place, p.id, p.application, p.name, p.document as text
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as w(id, application, name, place)
     cross join lateral (
       select p.*, 0 as preference from ${table} p where p.id = w.id
       union all
       select p.*, 1 from ${table} p where p.application = w.application and lower(p.name) = lower(w.name)
       order by preference limit 1) p`,
    [
      wanted.map(({ id }) => id),
      wanted.map(({ application }) => application?.toLowerCase() ?? null),
      wanted.map(({ name }) => name),
    ],
  );
  const found = new Map(rows.map(({ place, ...text }) => [place - 1, text]));
  return wanted.map((_, index) => found.get(index) ?? null);
}
