import type { Database } from "../platform/database/api.ts";
import type { ExecutionFilter } from "./api.ts";
import { createConditions, narrow, orderedIds, rowConditions, type Narrowed } from "./search-order.ts";
import { endTerm, inPeriod, termOf, weekOf, weeksInQuarter, wordsOf } from "./search-terms.ts";

type Query = Pick<Database, "query">;

/** So many of the nearest runs are looked at one by one before the index of terms is asked. */
const walked = 250;

type Period = "week" | "quarter";

/**
 * What is asked for in one statement: few weeks at first, since most searches end there; then quarters, because what those weeks had
 * little of is spread thinly, and each place of the index that is looked at costs a read.
 */
const steps: readonly { period: Period; count: number }[] = [
  { period: "week", count: 1 },
  { period: "week", count: 4 },
  { period: "quarter", count: 2 },
  { period: "quarter", count: 6 },
  { period: "quarter", count: 16 },
];

/**
 * Ids of the runs that match, newest first (or oldest first). What many runs have in common is found by walking along the nearest ones;
 * what few have is found by its terms, period after period. Neither reads more the more runs are stored.
 */
export async function searchIds(database: Query, filter: ExecutionFilter): Promise<string[]> {
  const limit = Math.max(0, Math.min(filter.limit, 10_000));
  const search = narrow(filter);
  if (limit === 0 || search === null) return [];
  const asked = termsAsked(filter);
  if (asked.length === 0) return orderedIds(database, search, limit);
  const near = await orderedIds(database, search, walked);
  const found = await matching(database, near, asked);
  const last = near.at(-1);
  if (found.length >= limit || last === undefined || near.length < walked) return found.slice(0, limit);
  const rest = search.oldestFirst ? { ...search, after: last } : { ...search, before: last };
  const ends = await endsAsked(database, filter);
  return [...found, ...(await byTerms(database, rest, [...asked, ...ends], limit - found.length))];
}

/** Statuses that few runs end with narrow the index of terms, once every stored run has its term. */
async function endsAsked(database: Query, { statuses = [] }: ExecutionFilter): Promise<Asked[]> {
  const anyOf = statuses.flatMap((status) => endTerm(status) ?? []);
  if (anyOf.length === 0 || anyOf.length < statuses.length) return [];
  const [row] = await database.query<{ missing: boolean }>(
    "select exists (select 1 from engine_search_missing) as missing",
  );
  return row?.missing === false ? [{ anyOf, prefix: false }] : [];
}

/** One thing that a run must have: any of these terms, or words that begin so. */
type Asked = { anyOf: readonly string[]; prefix: boolean };

export function termsAsked(filter: ExecutionFilter): Asked[] {
  const asked: Asked[] = [];
  const exactly = (...anyOf: string[]) => void asked.push({ anyOf, prefix: false });
  if (filter.name !== undefined) exactly(termOf.name(filter.name));
  if (filter.user !== undefined) exactly(termOf.user(filter.user));
  if (filter.eventId !== undefined) exactly(termOf.event(filter.eventId));
  if (filter.artifact !== undefined) exactly(termOf.artifact(filter.artifact));
  if (filter.triggerTypes !== undefined) exactly(...filter.triggerTypes.map(termOf.triggerType));
  for (const [name, value] of Object.entries(filter.parameters ?? {})) exactly(termOf.parameter(name, value));
  const text = filter.text?.trim() ?? "";
  const words = wordsOf(text).map(termOf.word);
  for (const word of words) asked.push({ anyOf: [word], prefix: true });
  // Signs only ("!?") stand in no run; they must not match every one.
  if (text !== "" && words.length === 0) exactly(termOf.word(text));
  return asked;
}

/** As PostgreSQL reads it: `'2960|t:manual' & '2960|x:ship':*`. A thing with no term at all matches nothing. */
export function tsqueryOf(period: number, asked: readonly Asked[]): string {
  return asked
    .map(({ anyOf, prefix }) => {
      const terms = anyOf.length === 0 ? [""] : anyOf;
      return `(${terms.map((term) => `${quoted(inPeriod(period, term))}${prefix ? ":*" : ""}`).join(" | ")})`;
    })
    .join(" & ");
}

function quoted(lexeme: string): string {
  return `'${lexeme.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** Those of these runs that have the terms, in the order given. */
async function matching(database: Query, ids: readonly string[], asked: readonly Asked[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const weeks = [...new Set(ids.map(weekOf))];
  const rows = await database.query<{ id: string }>(
    `with asked as materialized (select week, query::tsquery as query from unnest($3::integer[], $4::text[]) as x (week, query))
     select s.execution_id as id from unnest($1::text[], $2::integer[]) as run (id, week)
     join engine_search s on s.execution_id = run.id join asked on asked.week = run.week
     where s.terms @@ asked.query`,
    [ids, ids.map(weekOf), weeks, weeks.map((week) => tsqueryOf(week, asked))],
  );
  const found = new Set(rows.map((row) => row.id));
  return ids.filter((id) => found.has(id));
}

/** Reads the index of terms period after period until enough runs are found or no week is left. */
async function byTerms(database: Query, search: Narrowed, asked: readonly Asked[], limit: number): Promise<string[]> {
  const bounds = await weeksBetween(database, search);
  const found: string[] = [];
  for (let turn = 0; bounds.first <= bounds.last && found.length < limit; turn += 1) {
    const step = steps[Math.min(turn, steps.length - 1)] ?? { period: "week", count: 1 };
    const periods = take(bounds, step, search.oldestFirst);
    // A quarter may begin among the weeks that have been read.
    const rest = beyond(search, found.at(-1));
    found.push(...(await inPeriods(database, rest, asked, step.period, periods, limit - found.length)));
  }
  return found;
}

/**
 * The next periods from the near end of the range, which is shortened by them. A quarter whose first weeks have been taken already
 * is taken whole.
 */
function take(
  bounds: { first: number; last: number },
  { period, count }: (typeof steps)[number],
  oldestFirst: boolean,
): number[] {
  const length = period === "week" ? 1 : weeksInQuarter;
  const periods: number[] = [];
  for (; periods.length < count && bounds.first <= bounds.last;) {
    const at = Math.floor((oldestFirst ? bounds.first : bounds.last) / length);
    periods.push(at);
    if (oldestFirst) bounds.first = (at + 1) * length;
    else bounds.last = at * length - 1;
  }
  return periods;
}

/** The weeks in which runs of the range can be: from the oldest to the newest one stored. */
async function weeksBetween(database: Query, search: Narrowed): Promise<{ first: number; last: number }> {
  const [row] = await database.query<{ oldest: string | null; newest: string | null }>(
    `select (select id from engine_execution where id > $1 and id < $2 order by id limit 1) as oldest,
       (select id from engine_execution where id > $1 and id < $2 order by id desc limit 1) as newest`,
    [search.after, search.before],
  );
  if (!row?.oldest || !row.newest) return { first: 1, last: 0 };
  return { first: weekOf(row.oldest), last: weekOf(row.newest) };
}

const columns: Readonly<Record<Period, string>> = { week: "terms", quarter: "engine_search_quarters(terms)" };

async function inPeriods(
  database: Query,
  search: Narrowed,
  asked: readonly Asked[],
  period: Period,
  periods: readonly number[],
  limit: number,
): Promise<string[]> {
  const conditions = createConditions();
  const { place, values } = conditions;
  const direction = search.oldestFirst ? "asc" : "desc";
  const queries = place(periods.map((each) => tsqueryOf(each, [...own(search), ...asked])));
  const where = rowConditions(search, conditions, new Set());
  const at = place(limit);
  // Each `offset 0` keeps the planner from a way that is good for one period and bad for many: walking along all ids.
  const rows = await database.query<{ id: string }>(
    `select run.id from unnest(${queries}::text[]) as period (query)
     cross join lateral (
       select e.id from (select execution_id from engine_search where ${columns[period]} @@ period.query::tsquery offset 0) s
       cross join lateral (
         select id from engine_execution where ${["id = s.execution_id", ...where].join(" and ")} offset 0
       ) e
       order by e.id ${direction} limit ${at}
     ) run order by run.id ${direction} limit ${at}`,
    values,
  );
  return rows.map((row) => row.id);
}

/** What the search asks of the row that has a term as well. */
function own({ application, pipelineConfigIds }: Narrowed): Asked[] {
  return [
    ...(application === undefined ? [] : [{ anyOf: [termOf.application(application)], prefix: false }]),
    ...(pipelineConfigIds === undefined ? [] : [{ anyOf: pipelineConfigIds.map(termOf.pipeline), prefix: false }]),
  ];
}

/** Without the runs up to this one. */
function beyond(search: Narrowed, last: string | undefined): Narrowed {
  if (last === undefined) return search;
  return search.oldestFirst ? { ...search, after: last } : { ...search, before: last };
}
