import { createHash, randomBytes } from "node:crypto";
import pg from "pg";
import { joinSharedServer } from "./shared-server.ts";

export type TestDatabaseOptions = {
  /** Prepares the schema; run once per key and test run, in a template from which all databases are copied. */
  migrate?: (url: string) => Promise<void>;
  /** Tells templates apart; default: the text of `migrate`. Give one if `migrate` closes over what it installs. */
  key?: string;
};

export type TestDatabase = {
  url: string;
  /** Drops the database, closing whatever is still connected. */
  drop: () => Promise<void>;
};

/**
 * Makes an empty or migrated database for one test file.
 *
 * The server is an embedded PostgreSQL without fsync that all test processes share; it starts with the first of them
 * and ends with the last. With `GENNAKER_TEST_DATABASE_URL` set that server is used instead: its role must be allowed
 * to make databases. Templates belong to one test run (the parent process of the forks), so that a changed migration
 * never meets an old template.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const own = process.env["GENNAKER_TEST_DATABASE_URL"];
  const server = own === undefined || own === "" ? await joinSharedServer() : { url: own, release: () => {} };
  try {
    const name = `test_${process.pid}_${randomBytes(6).toString("hex")}`;
    const { migrate } = options;
    const template = migrate === undefined ? undefined : templateName(options.key ?? migrate.toString());
    await withAdmin(server.url, async (admin) => {
      if (migrate !== undefined && template !== undefined) {
        await ensureTemplate(admin, template, () => migrate(withDatabase(server.url, template)));
      }
      await admin.query(`create database ${name}${template === undefined ? "" : ` template ${template}`}`);
    });
    return { url: withDatabase(server.url, name), drop: () => dropAndLeave(server, name) };
  } catch (error) {
    server.release();
    throw error;
  }
}

async function dropAndLeave(server: { url: string; release: () => void }, name: string): Promise<void> {
  try {
    await withAdmin(server.url, (admin) => dropForced(admin, name));
  } finally {
    server.release();
  }
}

/** An autovacuum worker in the database may not be ended by this role, so the drop is refused until it is done. */
async function dropForced(admin: pg.Client, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await admin.query(`drop database if exists ${name} with (force)`);
      return;
    } catch (error) {
      const refused = (error as { code?: unknown }).code === "42501";
      if (!refused || tries === 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** The template of a key in this test run. */
function templateName(key: string): string {
  return `template_test_${createHash("sha256").update(`${process.ppid}\n${key}`).digest("hex").slice(0, 24)}`;
}

/** Makes a template unless it is complete; one process at a time, the others wait for it. */
async function ensureTemplate(admin: pg.Client, name: string, migrate: () => Promise<void>): Promise<void> {
  await admin.query("select pg_advisory_lock(hashtextextended($1, 0))", [name]);
  try {
    const found = await admin.query<{ datistemplate: boolean }>(
      "select datistemplate from pg_database where datname = $1",
      [name],
    );
    if (found.rows[0]?.datistemplate === true) return;
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query(`create database ${name}`);
    await migrate();
    await admin.query(`alter database ${name} is_template true`);
  } finally {
    await admin.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]);
  }
}

async function withAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** The same server with another database. */
function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
