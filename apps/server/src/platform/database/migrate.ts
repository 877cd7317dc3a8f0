import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";

const folder = fileURLToPath(new URL("./migrations/", import.meta.url));
const name = /^(\d{4})-[a-z0-9-]+\.sql$/;
/** Any constant will do; it must be the same in every Gennaker that shares a database. */
const lock = 7_203_114_559;

export type Migration = { id: string; file: string; sql: string };

/** The migrations in order. Throws when two share a number or a file is misnamed: the order must be one for all. */
export async function readMigrations(directory = folder): Promise<Migration[]> {
  const files = (await readdir(directory)).sort();
  const migrations: Migration[] = [];
  for (const file of files) {
    const match = name.exec(file);
    if (!match?.[1]) throw new Error(`${file} is no migration's name; expected NNNN-feature-what.sql`);
    if (migrations.at(-1)?.id === match[1])
      throw new Error(`two migrations have the number ${match[1]}; give ${file} another one`);
    migrations.push({ id: match[1], file, sql: await readFile(`${directory}/${file}`, "utf8") });
  }
  return migrations;
}

/**
 * Brings the database up to date under an advisory lock, each migration in its own transaction. A migration that the
 * database has and this version does not know belongs to a newer replica and is left alone.
 */
export async function migrate(url: string, directory = folder): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString: url, application_name: "gennaker migrate" });
  await client.connect();
  const applied: string[] = [];
  try {
    await client.query("select pg_advisory_lock($1)", [lock]);
    await client.query(
      "create table if not exists platform_migration (id text primary key, file text not null, applied_at timestamptz not null default now())",
    );
    const done = new Set(
      (await client.query<{ id: string }>("select id from platform_migration")).rows.map((row) => row.id),
    );
    for (const migration of migrations) {
      if (done.has(migration.id)) continue;
      await apply(client, migration);
      applied.push(migration.file);
    }
    return { applied };
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await client.query(migration.sql);
    await client.query("insert into platform_migration (id, file) values ($1, $2)", [migration.id, migration.file]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`migration ${migration.file} failed and was taken back: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
