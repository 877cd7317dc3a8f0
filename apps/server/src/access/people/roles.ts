import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { builtInRoles, compilePolicy } from "../decision/api.ts";
import type { Grant, Role } from "../decision/api.ts";

type ListedRole = Role & { managedBy: "gennaker" | "file" | "database" };

export type Roles = {
  list(): Promise<ListedRole[]>;
  save(role: Role, actor: Actor): Promise<ListedRole>;
  remove(name: string, actor: Actor): Promise<void>;
};

/** Roles of the database beside those that Gennaker has and the file declares. */
export function createRoles(database: Database, audit: AuditLog, ofFile: readonly Role[]): Roles {
  const fixed = new Map<string, ListedRole>([
    ...ofFile.map((role): [string, ListedRole] => [role.name.toLowerCase(), { ...role, managedBy: "file" }]),
    ...builtInRoles.map((role): [string, ListedRole] => [role.name, { ...role, managedBy: "gennaker" }]),
  ]);
  const refuseFixed = (name: string) => {
    const role = fixed.get(name);
    if (role)
      throw new GennakerError(
        "conflict",
        role.managedBy === "file"
          ? `The role ${name} is managed by the file gennaker.yaml.`
          : `The role ${name} is built in.`,
      );
  };
  return {
    async list() {
      const rows = await database.query<Role>("select name, description, grants from access_role order by name");
      const own = rows
        .filter(({ name }) => !fixed.has(name))
        .map((role) => ({ ...role, managedBy: "database" as const }));
      return [...fixed.values(), ...own];
    },
    async save(role, actor) {
      const name = role.name.normalize("NFKC").toLowerCase().trim();
      if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+:/ -]{0,249}$/u.test(name))
        throw new GennakerError("invalid_request", `"${name.slice(0, 80)}" cannot be a role's name.`);
      refuseFixed(name);
      checkGrants(role);
      await database.transaction(async (tx) => {
        const [before] = await tx.query<{ grants: Grant[] }>(
          "select grants from access_role where name = $1 for update",
          [name],
        );
        await tx.query(
          `insert into access_role (name, description, grants, updated_by) values ($1, $2, $3, $4)
           on conflict (name) do update set description = $2, grants = $3, updated_by = $4, updated_at = now()`,
          [name, role.description, JSON.stringify(role.grants), actor.user],
        );
        const entry = {
          actor,
          action: before ? "role.update" : "role.create",
          resource: `role/${name}`,
          application: null,
        };
        const plain = (grants: readonly Grant[]) => JSON.parse(JSON.stringify(grants)) as never;
        await audit.record(tx, {
          ...entry,
          ...(before ? { before: plain(before.grants) } : {}),
          after: plain(role.grants),
        });
      });
      return { ...role, name, managedBy: "database" };
    },
    async remove(rawName, actor) {
      const name = rawName.normalize("NFKC").toLowerCase().trim();
      refuseFixed(name);
      await database.transaction(async (tx) => {
        const [row] = await tx.query<{ grants: Grant[] }>("delete from access_role where name = $1 returning grants", [
          name,
        ]);
        if (row === undefined) throw new GennakerError("not_found", `There is no role ${name}.`);
        const before = JSON.parse(JSON.stringify(row.grants)) as never;
        await audit.record(tx, { actor, action: "role.delete", resource: `role/${name}`, application: null, before });
      });
    },
  };
}

function checkGrants(role: Role): void {
  const none = new Map<string, never>();
  try {
    compilePolicy({ version: "0", roles: [role], applications: none, accounts: none, environments: none });
  } catch (error) {
    throw new GennakerError("invalid_request", (error as Error).message);
  }
}
