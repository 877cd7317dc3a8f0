import { randomUUID } from "node:crypto";
import type { Problem } from "@gennaker/contract/errors.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { sqlState } from "../../platform/database/faults.ts";
import type { EventLog } from "../../platform/events/api.ts";
import { stringifyExact } from "../../platform/values/exact-numbers.ts";
import type { Projects, StoredProject } from "./api.ts";
import { checkProject } from "./check-project.ts";

type Row = {
  id: string;
  name: string;
  document: string;
  created_at: Date;
  updated_at: Date;
  last_modified_by: string;
};

export type ProjectsDependencies = { database: Database; events: EventLog; audit: AuditLog };

/** Projects in PostgreSQL, by Front50's rules: a name is given once, whatever its case. */
export function createProjects({ database, events, audit }: ProjectsDependencies): Projects {
  async function get(idOrName: string): Promise<StoredProject | null> {
    const rows = await database.query<Row>(
      "select * from deliver_project where id = $1 or lower(name) = lower($1) order by id = $1 desc limit 1",
      [idOrName],
    );
    return rows[0] ? fromRow(rows[0]) : null;
  }

  return {
    async list() {
      return (await database.query<Row>("select * from deliver_project order by lower(name)")).map(fromRow);
    },
    get,
    async save(received, actor, receivedText) {
      const problems = checkProject(received);
      if (problems.length > 0) refuse(problems);
      const name = String(received["name"]);
      const given = received["id"];
      const id = typeof given === "string" && given !== "" ? given : randomUUID();
      try {
        return await database.transaction(async (tx) => {
          const before = (await tx.query<Row>("select * from deliver_project where id = $1 for update", [id]))[0];
          const now = Date.now();
          const document: JsonObject = {
            ...received,
            id,
            name,
            createTs: before ? before.created_at.getTime() : now,
            updateTs: now,
            lastModifiedBy: actor.user,
          };
          const rows = await tx.query<Row>(
            `insert into deliver_project (id, name, document, created_at, last_modified_by)
             values ($1, $2, $3, to_timestamp($5 / 1000.0), $4)
             on conflict (id) do update set name = $2, document = $3, last_modified_by = $4, updated_at = now()
             returning *`,
            [id, name, stringifyExact(document, receivedText ?? "{}"), actor.user, now],
          );
          await audit.record(tx, {
            actor,
            action: before ? "project.update" : "project.create",
            resource: `project/${id}`,
            application: null,
            ...(before ? { before: JSON.parse(before.document) as JsonObject } : {}),
            after: document,
          });
          await events.append(tx, [{ type: "project.changed", application: null, subject: id, data: {} }]);
          return fromRow(rows[0] as Row);
        });
      } catch (error) {
        if (sqlState(error) !== "23505") throw error;
        return refuse([
          { pointer: "/name", reason: `another project is named "${name}"; change it, or save with its id` },
        ]);
      }
    },
    async remove(idOrName, actor) {
      const found = await get(idOrName);
      const missing = new GennakerError("not_found", `There is no project ${idOrName}. List the projects to see them.`);
      if (!found) throw missing;
      await database.transaction(async (tx) => {
        const rows = await tx.query<Row>("delete from deliver_project where id = $1 returning *", [found.id]);
        if (!rows[0]) throw missing;
        await audit.record(tx, {
          actor,
          action: "project.delete",
          resource: `project/${found.id}`,
          application: null,
          before: JSON.parse(rows[0].document) as JsonObject,
        });
        await events.append(tx, [{ type: "project.changed", application: null, subject: found.id, data: {} }]);
      });
    },
  };
}

function refuse(problems: Problem[]): never {
  const words = problems.map(({ pointer, reason }) => `${pointer} ${reason}`).join("; ");
  throw new GennakerError("invalid_request", `The project was not saved: ${words}.`, { problems });
}

function fromRow(row: Row): StoredProject {
  return {
    id: row.id,
    name: row.name,
    document: JSON.parse(row.document) as JsonObject,
    text: row.document,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastModifiedBy: row.last_modified_by,
  };
}
