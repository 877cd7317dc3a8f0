import { randomUUID } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import type { MetricSource } from "../../observe/metric-sources/api.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";
import { encodeDocument, encodeText } from "../../platform/values/document.ts";
import type { CanaryConfigs, StoredCanaryConfig } from "./api.ts";
import { validateCanaryConfig } from "./configs-schema.ts";

export type CanaryConfigDependencies = {
  database: Database;
  audit: AuditLog;
  events: EventLog;
  sources: readonly MetricSource[];
};

type Row = { id: string; name: string; applications: string[]; document: string; created_at: Date; updated_at: Date };

const columns = "id, name, applications, document, created_at, updated_at";
const idPattern = /^[\w.:-]{1,200}$/;

/** Canary configs in PostgreSQL. */
export function createCanaryConfigs({ database, audit, events, sources }: CanaryConfigDependencies): CanaryConfigs {
  const validate = (document: JsonObject) => validateCanaryConfig(document, sources);

  async function write(tx: Tx, id: string, document: JsonObject, text: string, actor: Actor): Promise<Row> {
    // Names are unique within an application, which no index over a list can say.
    await tx.query("select pg_advisory_xact_lock(hashtextextended('judge_canary_config', 0))");
    const name = encodeText(String(document["name"]));
    const applications = applicationsOf(document);
    const [taken] = await tx.query<{ id: string }>(
      "select id from judge_canary_config where name = $1 and id <> $2 and (applications && $3::text[] or ($3::text[] = '{}' and applications = '{}')) limit 1",
      [name, id, applications],
    );
    if (taken !== undefined) {
      throw new GennakerError(
        "conflict",
        `The canary config ${taken.id} of the same application is called "${name}" already; choose another name or change that one.`,
      );
    }
    const [before] = await tx.query<{ document: string }>(
      "select document from judge_canary_config where id = $1 for update",
      [id],
    );
    const [row] = await tx.query<Row>(
      `insert into judge_canary_config (id, name, applications, document) values ($1, $2, $3, $4)
       on conflict (id) do update set name = excluded.name, applications = excluded.applications, document = excluded.document, updated_at = now()
       returning ${columns}`,
      [id, name, applications, text],
    );
    await audit.record(tx, {
      actor,
      action: "canaryConfig.save",
      resource: `canaryConfig/${id}`,
      application: applications[0] ?? null,
      ...(before === undefined ? {} : { before: JSON.parse(before.document) as Json }),
      after: document,
    });
    await events.append(tx, [
      { type: "canaryConfig.changed", application: applications[0] ?? null, subject: id, data: { name } },
    ]);
    return row as Row;
  }

  const one = async (condition: string, values: readonly unknown[]): Promise<StoredCanaryConfig | null> => {
    const [row] = await database.query<Row>(
      `select ${columns} from judge_canary_config where ${condition} order by updated_at desc limit 1`,
      values,
    );
    return row === undefined ? null : storedOf(row);
  };

  return {
    validate,
    async list(application) {
      const rows =
        application === null
          ? await database.query<Row>(`select ${columns} from judge_canary_config order by name, id`)
          : await database.query<Row>(
              `select ${columns} from judge_canary_config where applications @> array[$1] order by name, id`,
              [application.toLowerCase()],
            );
      return rows.map(storedOf);
    },
    get: (id) => one("id = $1", [encodeText(id)]),
    async find(idOrName, application) {
      const text = encodeText(idOrName);
      return (
        (await one("id = $1", [text])) ??
        (await one("name = $1 and applications @> array[$2]", [text, application.toLowerCase()])) ??
        (await one("name = $1 and applications = '{}'", [text]))
      );
    },
    async save(id, document, actor, receivedText) {
      const problems = validate(document);
      const own = id ?? (typeof document["id"] === "string" && document["id"] !== "" ? document["id"] : randomUUID());
      if (!idPattern.test(own))
        problems.push({ pointer: "/id", reason: "may hold letters, digits and . _ : - only, at most 200" });
      if (problems.length > 0) {
        const words = problems.map((problem) => `${problem.pointer} ${problem.reason}`).join("; ");
        throw new GennakerError("invalid_request", `The canary config cannot be saved: ${words}.`, { problems });
      }
      const text = receivedText === undefined ? encodeDocument(document) : encodeText(receivedText);
      return storedOf(await database.transaction((tx) => write(tx, own, document, text, actor)));
    },
    async remove(id, actor) {
      return await database.transaction(async (tx) => {
        const [gone] = await tx.query<Row>(`delete from judge_canary_config where id = $1 returning ${columns}`, [
          encodeText(id),
        ]);
        if (gone === undefined) return false;
        const application = gone.applications[0] ?? null;
        await audit.record(tx, {
          actor,
          action: "canaryConfig.delete",
          resource: `canaryConfig/${id}`,
          application,
          before: JSON.parse(gone.document) as Json,
        });
        await events.append(tx, [
          { type: "canaryConfig.changed", application, subject: id, data: { name: gone.name, deleted: true } },
        ]);
        return true;
      });
    },
  };
}

function applicationsOf(document: JsonObject): string[] {
  const names = Array.isArray(document["applications"]) ? document["applications"] : [];
  return [...new Set(names.map((name) => encodeText(String(name).toLowerCase())))];
}

function storedOf(row: Row): StoredCanaryConfig {
  const [created, updated] = [row.created_at, row.updated_at];
  return {
    id: row.id,
    name: row.name,
    applications: row.applications,
    text: row.document,
    createdAt: created.toISOString(),
    updatedAt: updated.toISOString(),
    document: {
      ...(JSON.parse(row.document) as JsonObject),
      id: row.id,
      createdTimestamp: created.getTime(),
      createdTimestampIso: created.toISOString(),
      updatedTimestamp: updated.getTime(),
      updatedTimestampIso: updated.toISOString(),
    },
  };
}
