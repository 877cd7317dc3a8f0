import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ApplicationInput, TrafficGuard } from "@gennaker/contract/resources/application.ts";
import { applicationName, trafficGuard } from "@gennaker/contract/resources/application.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import type { Applications, StoredApplication } from "./api.ts";

/** The guard that applications created here start with: it covers every cluster. */
const defaultGuards: readonly TrafficGuard[] = [
  { account: "*", location: "*", stack: "*", detail: "*", enabled: true },
];

type Row = { name: string; document: string; created_at: Date; updated_at: Date; last_modified_by: string };

export type ApplicationsDependencies = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  /** How many server groups an application has; deletion is refused above 0. */
  serverGroupsOf(application: string): Promise<number>;
};

export function createApplications(dependencies: ApplicationsDependencies): Applications {
  const { database } = dependencies;

  async function get(name: string): Promise<StoredApplication | null> {
    const rows = await database.query<Row>("select * from deliver_application where name = $1", [name.toLowerCase()]);
    return rows[0] ? fromRow(rows[0]) : null;
  }

  return {
    async list() {
      return (await database.query<Row>("select * from deliver_application order by name")).map(fromRow);
    },
    async listVersion() {
      // Every change of a row gives it another xmin.
      const [row] = await database.query<{ version: string }>(
        `select count(*) || ':' || coalesce(sum(hashtextextended(name || ':' || xmin::text, 0)), 0) as version from deliver_application`,
      );
      return row?.version ?? "";
    },
    get,
    async save(rawName, input, actor, received) {
      const name = checkedName(rawName);
      await database.transaction(async (tx) => {
        await tx.query("select pg_advisory_xact_lock(hashtext($1))", [`application ${name}`]);
        const before = (await tx.query<Row>("select * from deliver_application where name = $1 for update", [name]))[0];
        const old = before ? (JSON.parse(before.document) as JsonObject) : undefined;
        const attributes = attributesOf(name, input, old);
        await tx.query(
          `insert into deliver_application (name, document, last_modified_by) values ($1, $2, $3)
           on conflict (name) do update set document = $2, last_modified_by = $3, updated_at = now()`,
          [name, stringifyExact(attributes, received ?? "{}"), actor.user],
        );
        await dependencies.audit.record(tx, {
          actor,
          action: before ? "application.update" : "application.create",
          resource: `application/${name}`,
          application: name,
          ...(old ? { before: old } : {}),
          after: attributes,
        });
        await changed(dependencies, tx, name);
      });
      return mustExist(await get(name), name);
    },
    async remove(rawName, actor) {
      const name = rawName.toLowerCase();
      const groups = await dependencies.serverGroupsOf(name);
      if (groups > 0) {
        throw new GennakerError(
          "conflict",
          `Application ${name} still has ${groups} server groups. Destroy them first, then delete it.`,
        );
      }
      await database.transaction(async (tx) => {
        const rows = await tx.query<Row>("delete from deliver_application where name = $1 returning *", [name]);
        const before = mustExist(rows[0], name);
        const pipelines = await tx.query<{ id: string; name: string }>(
          "delete from deliver_pipeline where application = $1 returning id, name",
          [name],
        );
        const strategies = await tx.query<{ id: string; name: string }>(
          "delete from deliver_strategy where application = $1 returning id, name",
          [name],
        );
        await tx.query("delete from deliver_notification_settings where application = $1", [name]);
        await dependencies.audit.record(tx, {
          actor,
          action: "application.delete",
          resource: `application/${name}`,
          application: name,
          before: {
            ...(JSON.parse(before.document) as JsonObject),
            pipelines: pipelines.map(({ id, name: pipeline }) => ({ id, name: pipeline })),
            ...(strategies.length > 0 ? { strategies } : {}),
          },
        });
        await dependencies.events.append(
          tx,
          pipelines.map(({ id }) => ({ type: "pipeline.changed", application: name, subject: id, data: {} })),
        );
        await changed(dependencies, tx, name);
      });
    },
    async guardsOf(name) {
      const application = await get(name);
      return readGuards(application?.attributes ?? {});
    },
  };
}

/** The traffic guards among an application's attributes; entries that are none are left out. */
export function readGuards(attributes: JsonObject): TrafficGuard[] {
  const guards = Array.isArray(attributes["trafficGuards"]) ? attributes["trafficGuards"] : [];
  return guards.flatMap((guard) => {
    const read = trafficGuard.safeParse(guard);
    return read.success ? [read.data] : [];
  });
}

/** Guards that a change does not name stay: they are only taken away by saying so. */
function attributesOf(name: string, input: ApplicationInput, before: JsonObject | undefined): JsonObject {
  const guards = input.trafficGuards ?? (before ? before["trafficGuards"] : [...defaultGuards]);
  return { ...(input as JsonObject), name, ...(guards ? { trafficGuards: guards } : {}) };
}

function checkedName(name: string): string {
  const read = applicationName.safeParse(name);
  if (read.success) return read.data.toLowerCase();
  throw new GennakerError(
    "invalid_request",
    `"${name.slice(0, 80)}" cannot be an application's name. It takes ${read.error.issues[0]?.message ?? "other characters"}.`,
    {
      problems: [{ pointer: "/name", reason: read.error.issues[0]?.message ?? "not a name" }],
    },
  );
}

function mustExist<T>(row: T | null | undefined, name: string): T {
  if (row) return row;
  throw new GennakerError("not_found", `There is no application ${name}. Create it first, or check the name.`);
}

async function changed(dependencies: ApplicationsDependencies, tx: Tx, name: string): Promise<void> {
  await dependencies.events.append(tx, [{ type: "application.changed", application: name, subject: name, data: {} }]);
}

function fromRow(row: Row): StoredApplication {
  return {
    name: row.name,
    attributes: JSON.parse(row.document) as JsonObject,
    text: row.document,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastModifiedBy: row.last_modified_by,
  };
}
