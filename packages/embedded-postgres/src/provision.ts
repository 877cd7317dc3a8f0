import pg from "pg";
import { databaseName, roleName, superuserName } from "./settings.ts";
import { socketPort } from "./socket-directory.ts";

/**
 * Makes the role and the database of Gennaker where they are missing; this also shows that the server answers.
 * The role owns the database and may make further ones and read statistics, but is no superuser.
 * True if the database was made now.
 */
export async function provision(socketDirectory: string): Promise<boolean> {
  const client = new pg.Client({
    host: socketDirectory,
    port: socketPort,
    user: superuserName,
    database: "postgres",
    connectionTimeoutMillis: 10_000,
  });
  // A server that dies meanwhile also fails the query in flight; without a listener it would end this process.
  client.on("error", () => {});
  await client.connect();
  try {
    const present = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $2) as database`,
      [roleName, databaseName],
    );
    const found = present.rows[0];
    if (found?.role !== true) await client.query(`create role ${roleName} login createdb in role pg_monitor`);
    if (found?.database === true) return false;
    await client.query(`create database ${databaseName} owner ${roleName}`);
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}
