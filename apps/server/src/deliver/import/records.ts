import type { ImportCounts, ImportItem, ImportReport } from "@gennaker/contract/resources/import.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { ImportKind } from "@gennaker/pipeline-model/import/types.ts";
import type { Actor } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { encodeDocument, encodeText } from "../../platform/values/document.ts";
import type { ImportPage } from "./api.ts";

export type Recorded = { key: string; hash: string; storedHash: string; received: string };

export type Records = {
  recorded(kind: ImportKind, key: string): Promise<Recorded | null>;
  write(tx: Tx, entries: readonly (Recorded & { kind: ImportKind; source: string })[], actor: Actor): Promise<void>;
  /** Those of these keys, by key. */
  of(kind: ImportKind, keys: readonly string[]): Promise<ReadonlyMap<string, Recorded>>;
};

type Row = { key: string; hash: string; stored_hash: string; received: string };

/** What was imported, by kind and key. */
export function createRecords(database: Database): Records {
  const fromRow = ({ key, hash, stored_hash, received }: Row): Recorded => ({
    key,
    hash,
    storedHash: stored_hash,
    received,
  });
  return {
    async recorded(kind, key) {
      const [row] = await database.query<Row>("select * from deliver_import_item where kind = $1 and key = $2", [
        kind,
        key,
      ]);
      return row ? fromRow(row) : null;
    },
    async write(tx, entries, actor) {
      if (entries.length === 0) return;
      // In one order, so that two imports of the same wait for one another instead of for each other.
      const ordered = entries.toSorted((left, right) =>
        `${left.kind} ${left.key}` < `${right.kind} ${right.key}` ? -1 : 1,
      );
      await tx.query(
        `insert into deliver_import_item (kind, key, hash, stored_hash, received, source, imported_by)
         select e.kind, e.key, e.hash, e.stored_hash, e.received, e.source, $7
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
           as e(kind, key, hash, stored_hash, received, source)
         on conflict (kind, key) do update set hash = excluded.hash, stored_hash = excluded.stored_hash,
           received = excluded.received, source = excluded.source, imported_by = excluded.imported_by, imported_at = now()`,
        [
          ordered.map(({ kind }) => kind),
          ordered.map(({ key }) => key),
          ordered.map(({ hash }) => hash),
          ordered.map(({ storedHash }) => storedHash),
          ordered.map(({ received }) => received),
          ordered.map(({ source }) => encodeText(source)),
          actor.user,
        ],
      );
    },
    async of(kind, keys) {
      const rows = await database.query<Row>("select * from deliver_import_item where kind = $1 and key = any($2)", [
        kind,
        [...keys],
      ]);
      return new Map(rows.map((row) => [row.key, fromRow(row)]));
    },
  };
}

/** What one request finds and makes: its own records are seen at once and written together at its end. */
export type RecordSession = {
  /** What is recorded of these is asked for next, all at once. */
  read(kind: ImportKind, keys: readonly string[]): Promise<void>;
  recorded(kind: ImportKind, key: string): Promise<Recorded | null>;
  record(kind: ImportKind, entry: Recorded & { source: string }): void;
  flush(tx: Tx, actor: Actor): Promise<void>;
};

export function openSession(records: Records): RecordSession {
  const known = new Map<string, Recorded | null>();
  const made = new Map<string, Recorded & { kind: ImportKind; source: string }>();
  return {
    async read(kind, keys) {
      const found = keys.length === 0 ? new Map<string, Recorded>() : await records.of(kind, keys);
      for (const key of keys) known.set(`${kind} ${key}`, found.get(key) ?? null);
    },
    async recorded(kind, key) {
      const own = made.get(`${kind} ${key}`) ?? known.get(`${kind} ${key}`);
      return own === undefined ? records.recorded(kind, key) : own;
    },
    record: (kind, entry) => void made.set(`${kind} ${entry.key}`, { ...entry, kind }),
    async flush(tx, actor) {
      await records.write(tx, [...made.values()], actor);
      made.clear();
    },
  };
}

export const noCounts = (): ImportCounts => ({ imported: 0, repaired: 0, attention: 0, unchanged: 0, refused: 0 });

type ReportRow = {
  id: string;
  dry_run: boolean;
  started_at: Date;
  changed_at: Date;
  started_by: string;
  counts: Partial<ImportCounts> | null;
};

const reports = `select i.*, (select json_object_agg(outcome, n) from
  (select outcome, count(*)::int4 as n from deliver_import_report where import_id = i.id group by outcome) c) as counts
  from deliver_import i`;

const toReport = (row: ReportRow): ImportReport => ({
  id: row.id,
  dryRun: row.dry_run,
  startedAt: row.started_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
  startedBy: row.started_by,
  counts: { ...noCounts(), ...row.counts },
});

/** Newest first; `of`: only those that this user began. */
export async function listReports(database: Database, limit: number, of: string | null): Promise<ImportReport[]> {
  const rows = await database.query<ReportRow>(
    `${reports} where $2::text is null or i.started_by = $2 order by i.started_at desc limit $1`,
    [limit, of],
  );
  return rows.map(toReport);
}

export async function reportPage(
  database: Database,
  id: string,
  page: { outcome?: string; after: number; limit: number },
  of: string | null,
): Promise<ImportPage> {
  const [row] = await database.query<ReportRow>(`${reports} where i.id = $1`, [id]);
  if (!row || (of !== null && row.started_by !== of)) throw noImport(id);
  const items = await database.query<{ seq: string | number; item: string }>(
    `select seq, item from deliver_import_report
     where import_id = $1 and seq > $2 and ($3::text is null or outcome = $3) order by seq limit $4`,
    [id, page.after, page.outcome ?? null, page.limit],
  );
  const last = items.length === page.limit ? items.at(-1) : undefined;
  return {
    ...toReport(row),
    items: items.map(({ item }) => JSON.parse(item) as ImportItem),
    next: last === undefined ? null : Number(last.seq),
  };
}

/** Writes what became of the items of one part. A part that goes on with an import must be of the same sort. */
export async function writeReport(
  tx: Tx,
  { id, continues, dryRun }: { id: string; continues: boolean; dryRun: boolean },
  items: readonly ImportItem[],
  actor: Actor,
): Promise<void> {
  if (!continues) {
    await tx.query("insert into deliver_import (id, dry_run, started_by) values ($1, $2, $3)", [
      id,
      dryRun,
      actor.user,
    ]);
  } else {
    await tx.query("update deliver_import set changed_at = now() where id = $1", [id]);
  }
  await tx.query(
    `insert into deliver_import_report (import_id, outcome, item)
     select $1, entry.outcome, entry.item from unnest($2::text[], $3::text[]) as entry(outcome, item)`,
    [id, items.map(({ outcome }) => outcome), items.map((item) => encodeDocument(item as never))],
  );
}

/** Throws unless there is an import of this sort with the id; `of`: begun by this user. */
export async function checkContinued(
  database: Database,
  id: string,
  dryRun: boolean,
  of: string | null,
): Promise<void> {
  const [row] = await database.query<{ dry_run: boolean; started_by: string }>(
    "select dry_run, started_by from deliver_import where id = $1",
    [id],
  );
  if (!row || (of !== null && row.started_by !== of)) throw noImport(id);
  if (row.dry_run !== dryRun) {
    const message = `The import ${id} ${row.dry_run ? "is a dry run" : "is no dry run"}; go on with it in the same way.`;
    throw new GennakerError("invalid_request", message);
  }
}

function noImport(id: string): GennakerError {
  return new GennakerError("not_found", `There is no import ${id}. List the imports to see those there were.`);
}
