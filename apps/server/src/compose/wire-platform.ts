import type { AuditLog } from "../platform/audit/api.ts";
import { createAuditLog } from "../platform/audit/create-audit-log.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import { createDatabase } from "../platform/database/create-database.ts";
import { migrate } from "../platform/database/migrate.ts";
import type { EventLog } from "../platform/events/api.ts";
import { createEventLog } from "../platform/events/create-event-log.ts";
import { createOutgoing } from "../platform/http/outgoing.ts";
import type { Log } from "./log.ts";
import type { OpenedDatabase } from "./open-database.ts";
import { openDatabase } from "./open-database.ts";
import type { Releases } from "./releases.ts";

/** The ground floor that every feature stands on. */
export type Platform = {
  opened: OpenedDatabase;
  database: Database;
  events: EventLog;
  audit: AuditLog;
  outgoing: ReturnType<typeof createOutgoing>;
};

/** Opens the database, brings its schema up to date, and makes what features share. */
export async function wirePlatform(config: Config, log: Log, releases: Releases): Promise<Platform> {
  const opened = await openDatabase(config, log);
  releases.add("the database", () => opened.close());
  await migrate(opened.url);
  const database = createDatabase({ url: opened.url, log: (message) => log("warn", message) });
  releases.add("the database connections", () => database.close());
  const outgoing = createOutgoing();
  releases.add("outgoing connections", () => outgoing.close());
  return { opened, database, events: createEventLog(database), audit: createAuditLog(), outgoing };
}
