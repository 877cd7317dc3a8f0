import type { SealedRow } from "@gennaker/contract/audit/chain.ts";
import type { AuditFilter } from "@gennaker/contract/resources/audit.ts";
import type { Tx } from "../database/api.ts";
import { auditColumns } from "./rows.ts";

/** The applications whose rows may be seen, and whether rows of none may; null: all. */
export type Visible = { applications: readonly string[]; nameless: boolean } | null;

export type AuditPage = { filter: AuditFilter; visible: Visible; before: number | null; limit: number };

/** Rows that fit, newest first. */
export async function searchAudit(
  database: Pick<Tx, "query">,
  { filter, visible, before, limit }: AuditPage,
): Promise<SealedRow[]> {
  const values: unknown[] = [];
  const given = (value: unknown) => `$${values.push(value)}`;
  const where = [...conditionsOf(filter, given)];
  if (before !== null) where.push(`a.id < ${given(before)}`);
  if (visible !== null)
    where.push(
      `(a.application = any(${given(visible.applications)}::text[])${visible.nameless ? " or a.application is null" : ""})`,
    );
  return await database.query<SealedRow>(
    `select ${auditColumns} from platform_audit a
     ${where.length === 0 ? "" : `where ${where.join(" and ")}`} order by a.id desc limit ${given(limit)}`,
    values,
  );
}

type Given = (value: unknown) => string;

function conditionsOf(filter: AuditFilter, given: Given): string[] {
  const { application, actor, outcome, via, from, to, text } = filter;
  const conditions: string[] = [];
  if (application !== undefined) conditions.push(`a.application = ${given(application.toLowerCase())}`);
  for (const name of ["resource", "action"] as const) {
    const value = filter[name];
    if (value !== undefined) conditions.push(likeOrSame(`a.${name}`, value, given));
  }
  if (actor !== undefined) {
    const who = given(actor);
    conditions.push(`(a.actor = ${who} or a.on_behalf_of = ${who})`);
  }
  if (outcome !== undefined) conditions.push(`a.outcome = ${given(outcome)}`);
  if (via !== undefined) conditions.push(`a.via = ${given(via)}`);
  if (from !== undefined) conditions.push(`a.time >= ${given(from)}::timestamptz`);
  if (to !== undefined) conditions.push(`a.time < ${given(to)}::timestamptz`);
  if (text !== undefined) {
    const pattern = given(`%${escaped(text)}%`);
    const columns = [
      "actor",
      "on_behalf_of",
      "action",
      "resource",
      "reason",
      "before",
      "after",
      "address",
      "credential",
    ];
    conditions.push(`(${columns.map((column) => `a.${column} ilike ${pattern}`).join(" or ")})`);
  }
  return conditions;
}

/** `pipeline.*` and `pipeline/*` stand for all of a kind. */
function likeOrSame(column: string, value: string, given: Given): string {
  if (!value.endsWith("*")) return `${column} = ${given(value)}`;
  return `${column} like ${given(`${escaped(value.slice(0, -1))}%`)}`;
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Whether a row fits, for those that are read by their seals. The same rules as in SQL. */
export function fitsFilter(row: SealedRow, filter: AuditFilter): boolean {
  const like = (value: string, wanted: string | undefined) =>
    wanted === undefined || (wanted.endsWith("*") ? value.startsWith(wanted.slice(0, -1)) : value === wanted);
  const same = (value: string | null, wanted: string | undefined) => wanted === undefined || value === wanted;
  const micros = (time: string | undefined) => (time === undefined ? null : new Date(time).getTime());
  const time = new Date(row.time).getTime();
  const [from, to] = [micros(filter.from), micros(filter.to)];
  return (
    same(row.application, filter.application?.toLowerCase()) &&
    like(row.resource, filter.resource) &&
    like(row.action, filter.action) &&
    (same(row.actor, filter.actor) || same(row.onBehalfOf, filter.actor)) &&
    same(row.outcome, filter.outcome) &&
    same(row.via, filter.via) &&
    (from === null || time >= from) &&
    (to === null || time < to) &&
    (filter.text === undefined || holds(row, filter.text))
  );
}

function holds(row: SealedRow, text: string): boolean {
  const wanted = text.toLowerCase();
  const { actor, onBehalfOf, action, resource, reason, before, after, address, credential } = row;
  return [actor, onBehalfOf, action, resource, reason, before, after, address, credential].some(
    (each) => each !== null && each.toLowerCase().includes(wanted),
  );
}

/** Every application that has rows: a look-up for each, however many rows there are. */
export async function applicationsOfAudit(database: Pick<Tx, "query">): Promise<string[]> {
  const rows = await database.query<{ application: string }>(
    `with recursive names as (
       (select application from platform_audit where application is not null order by application limit 1)
       union all
       select (select a.application from platform_audit a where a.application > names.application
               order by a.application limit 1)
       from names where names.application is not null
     )
     select application from names where application is not null`,
  );
  return rows.map(({ application }) => application);
}
