import { encodeTime } from "ulid";
import type { Database } from "../platform/database/api.ts";
import type { ExecutionFilter } from "./api.ts";

/** A search with its range of ids (both ends exclusive) in place of cursors and times. */
export type Narrowed = Omit<ExecutionFilter, "limit" | "after" | "before"> & {
  after: string;
  before: string;
  oldestFirst: boolean;
};

/** The greatest ULID, whatever order of signs the database has. */
const beyondAll = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

/** Ids are ULIDs and begin with their time. Null: nothing can match. */
export function narrow(filter: ExecutionFilter): Narrowed | null {
  const { from, until } = filter;
  // An id is drawn a moment before the build time is noted.
  const earliest = from === undefined ? "" : encodeTime(clamped(from.getTime() - 1_000), 10);
  const latest = until === undefined ? beyondAll : `${encodeTime(clamped(until.getTime()), 10)}${beyondAll.slice(10)}`;
  const after = filter.after !== undefined && filter.after > earliest ? filter.after : earliest;
  const before = filter.before !== undefined && filter.before < latest ? filter.before : latest;
  return after < before ? { ...filter, after, before, oldestFirst: filter.oldestFirst ?? false } : null;
}

/** ULIDs have 48 bits of time. */
function clamped(time: number): number {
  return Math.max(0, Math.min(time, 2 ** 48 - 1));
}

/** A statement under construction: conditions on `engine_execution` and the values they refer to. */
export type Conditions = { sql: string[]; values: unknown[]; place(value: unknown): string };

export function createConditions(): Conditions {
  const values: unknown[] = [];
  return { sql: [], values, place: (value) => `$${values.push(value)}` };
}

/** Everything about a run that its row says, apart from what the way to it already holds. */
export function rowConditions(search: Narrowed, conditions: Conditions, held: ReadonlySet<keyof Narrowed>): string[] {
  const { sql, place } = conditions;
  if (search.after !== "") sql.push(`id > ${place(search.after)}`);
  if (search.before !== beyondAll) sql.push(`id < ${place(search.before)}`);
  if (search.from !== undefined) sql.push(`build_time >= ${place(search.from)}`);
  if (search.until !== undefined) sql.push(`build_time <= ${place(search.until)}`);
  if (search.ids !== undefined) sql.push(`id = any(${place(search.ids)})`);
  if (search.application !== undefined && !held.has("application"))
    sql.push(`application = ${place(search.application.toLowerCase())}`);
  if (search.type !== undefined && !held.has("type")) sql.push(`type = ${place(search.type)}`);
  if (search.pipelineConfigIds !== undefined && !held.has("pipelineConfigIds"))
    sql.push(`pipeline_config_id = any(${place(search.pipelineConfigIds)})`);
  if (search.statuses !== undefined && !held.has("statuses")) sql.push(`status = any(${place(search.statuses)})`);
  return sql;
}

/**
 * The first `limit` runs in order, whatever their terms. Each way reads one index in the order of ids: one pipeline or one status after
 * another, each no further than needed.
 */
export async function orderedIds(
  database: Pick<Database, "query">,
  search: Narrowed,
  limit: number,
): Promise<string[]> {
  const conditions = createConditions();
  const direction = search.oldestFirst ? "asc" : "desc";
  const branch = branchOf(search, conditions);
  const held = new Set<keyof Narrowed>(branch === null ? [] : [branch.key]);
  const where = rowConditions(search, conditions, held);
  const at = conditions.place(limit);
  const select = (extra: readonly string[]) => {
    const all = [...extra, ...where];
    return `select id from engine_execution ${all.length === 0 ? "" : `where ${all.join(" and ")}`} order by id ${direction} limit ${at}`;
  };
  const text =
    branch === null
      ? select([])
      : `select id from unnest(${branch.values}::text[]) as branch (value)
         cross join lateral (${select([`${branch.column} = branch.value`])}) run order by id ${direction} limit ${at}`;
  return (await database.query<{ id: string }>(text, conditions.values)).map((row) => row.id);
}

function branchOf(
  search: Narrowed,
  { place }: Conditions,
): { key: keyof Narrowed; column: string; values: string } | null {
  if (search.ids !== undefined) return null;
  if (search.pipelineConfigIds !== undefined) {
    const values = place([...new Set(search.pipelineConfigIds)]);
    return { key: "pipelineConfigIds", column: "pipeline_config_id", values };
  }
  if (search.statuses === undefined) return null;
  return { key: "statuses", column: "status", values: place([...new Set(search.statuses)]) };
}
