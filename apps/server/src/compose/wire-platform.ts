import type { AuditLog, Denials } from "../platform/audit/api.ts";
import { createAuditLog } from "../platform/audit/create-audit-log.ts";
import { createDenials } from "../platform/audit/create-denials.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import { createDatabase } from "../platform/database/create-database.ts";
import { migrate } from "../platform/database/migrate.ts";
import type { EventLog } from "../platform/events/api.ts";
import { createEventLog } from "../platform/events/create-event-log.ts";
import type { Leader } from "../platform/leader/api.ts";
import { createLeader } from "../platform/leader/create-leader.ts";
import type { OpenSocket, Outgoing } from "../platform/outgoing/api.ts";
import type { Secrets } from "../platform/secrets/api.ts";
import type { Redactor } from "../platform/values/redactor.ts";
import { createRedactor } from "../platform/values/redactor.ts";
import type { ClusterPort } from "../providers/kubernetes/cluster-port.ts";
import { createLate, type Late } from "./late.ts";
import type { Log } from "./log.ts";
import type { OpenedDatabase } from "./open-database.ts";
import { openDatabase } from "./open-database.ts";
import { redactedAudit, redactedEvents, redactedLog } from "./redaction.ts";
import type { Releases } from "./releases.ts";
import { wireSecrets } from "./wire-secrets.ts";

/** The ground floor that every feature stands on. */
export type Platform = {
  opened: OpenedDatabase;
  database: Database;
  events: EventLog;
  audit: AuditLog;
  /** Attempts that were not allowed. */
  denials: Denials;
  /** Features give it what only one of all replicas does: sweeps, retention, sealing. It begins once everything is wired. */
  leader: Leader;
  outgoing: Outgoing;
  /** For protocols that are not HTTP. */
  openSocket: OpenSocket;
  secrets: Secrets;
  /** Where secrets of clusters are read, set once the accounts are wired; null: there are none. */
  clusters: Late<ClusterPort | null>;
  /** Knows every secret that was used; what is shown or stored goes through it. */
  redactor: Redactor;
  log: Log;
};

/** Opens the database, brings its schema up to date, and makes what features share. */
export async function wirePlatform(config: Config, plainLog: Log, releases: Releases): Promise<Platform> {
  const redactor = createRedactor();
  const log = redactedLog(plainLog, redactor);
  const opened = await openDatabase(config, log);
  releases.add("the database", () => opened.close());
  await migrate(opened.url);
  const database = createDatabase({ url: opened.url, log: (message) => log("warn", message) });
  releases.add("the database connections", () => database.close());
  const audit = redactedAudit(createAuditLog(), redactor);
  const denials = createDenials({ database, audit, log: (message) => log("warn", message) });
  releases.add("the counts of denied attempts", () => denials.stop());
  const clusters = createLate<ClusterPort | null>("Kubernetes accounts");
  const { outgoing, openSocket, secrets } = wireSecrets(config, database, audit, redactor, clusters);
  releases.add("outgoing connections", () => outgoing.close());
  const leader = createLeader({ database, replicaId: opened.dataDirectoryId, log });
  releases.add("the leader", (graceMs) => leader.stop(Math.min(graceMs, 2_000)));
  const events = redactedEvents(createEventLog(database), redactor);
  return { opened, database, events, audit, denials, leader, outgoing, openSocket, secrets, clusters, redactor, log };
}
