import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import { administrator } from "../decision/api.ts";
import type { ExternalPerson, User, UserInput } from "./api.ts";
import { GroupSourceError } from "../groups/api.ts";
import { keepAnswer, sameGroups } from "./group-answers.ts";
import { reservedNames, skeletonOf, userKey } from "./names.ts";
import type { Passwords } from "./password.ts";
import type { UserRow } from "./rows.ts";
import { userOf } from "./rows.ts";

export type Users = {
  list(): Promise<User[]>;
  get(name: string): Promise<User | null>;
  /** Creates or changes. Throws `conflict` for names that look like another's, and when no administrator would be left. */
  save(name: string, input: UserInput, actor: Actor): Promise<User>;
  remove(name: string, actor: Actor): Promise<void>;
  /** Made at the first login through a provider, brought up to date at each. */
  external(person: ExternalPerson, actor: Actor): Promise<User>;
};

export function createUsers(database: Database, audit: AuditLog, passwords: Passwords): Users {
  const find = async (tx: Tx, key: string) =>
    (await tx.query<UserRow>("select * from access_user where key = $1", [key]))[0];

  async function save(name: string, input: UserInput, actor: Actor): Promise<User> {
    const key = userKey(name);
    const hash = typeof input.password === "string" ? await passwords.hash(input.password) : input.password;
    return database.transaction(async (tx) => {
      await serialize(tx);
      const before = await find(tx, key);
      if (!before) await checkNew(tx, name, key);
      // It would never be asked for: the directory's counts.
      if (before?.source === "ldap" && typeof input.password === "string")
        throw new GennakerError("conflict", `${before.name} logs in with the directory's password. Change it there.`);
      const row: Pick<UserRow, "kind" | "display_name" | "email" | "password" | "roles" | "disabled"> = {
        kind: before?.kind ?? input.kind ?? "person",
        display_name: input.displayName === undefined ? (before?.display_name ?? null) : input.displayName,
        email: input.email === undefined ? (before?.email ?? null) : input.email,
        password: hash === undefined ? (before?.password ?? null) : hash,
        roles: [...(input.roles ?? before?.roles ?? [])],
        disabled: input.disabled ?? before?.disabled ?? false,
      };
      const values = [key, name.normalize("NFKC").trim(), skeletonOf(key), ...Object.values(row), actor.user];
      await tx.query(
        `insert into access_user (key, name, skeleton, kind, display_name, email, password, roles, disabled, source, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'local', $10)
         on conflict (key) do update set display_name = $5, email = $6, password = $7, roles = $8, disabled = $9,
           failures = 0, locked_until = null`,
        values,
      );
      await checkAdministrators(tx);
      const changed =
        before !== undefined && (row.disabled || hash !== undefined || !sameGroups(before.roles, row.roles));
      // Whoever may do something else now, or has another password, shows who they are again.
      if (changed) await tx.query("delete from access_session where user_key = $1", [key]);
      await audit.record(tx, {
        actor,
        action: before ? "user.update" : "user.create",
        resource: `user/${key}`,
        application: null,
        ...(before ? { before: shown(before) } : {}),
        after: { ...shown(row), passwordChanged: hash !== undefined },
      });
      return userOf((await find(tx, key)) as UserRow);
    });
  }

  return {
    list: async () => (await database.query<UserRow>("select * from access_user order by key")).map(userOf),
    async get(name) {
      const row = await find(database, name.normalize("NFKC").toLowerCase().trim());
      return row ? userOf(row) : null;
    },
    save,
    async remove(name, actor) {
      const key = userKey(name);
      await database.transaction(async (tx) => {
        await serialize(tx);
        const [before] = await tx.query<UserRow>("delete from access_user where key = $1 returning *", [key]);
        if (!before) throw new GennakerError("not_found", `There is no user ${name}.`);
        await checkAdministrators(tx);
        const entry = { actor, action: "user.delete", resource: `user/${key}`, application: null };
        await audit.record(tx, { ...entry, before: shown(before) });
      });
    },
    async external(person, actor) {
      const key = userKey(person.name);
      return database.transaction(async (tx) => {
        await serialize(tx);
        const [known] = await tx.query<UserRow>("select * from access_user where external_id = $1", [
          person.externalId,
        ]);
        if (known?.key !== key) await refuseTaken(tx, person.name, key, known);
        const target = known?.key ?? key;
        if (!known) {
          await tx.query(
            `insert into access_user (key, name, skeleton, kind, source, external_id, created_by)
             values ($1, $2, $3, 'person', $4, $5, $6)`,
            [
              key,
              person.name.normalize("NFKC").trim(),
              skeletonOf(key),
              person.source,
              person.externalId,
              person.source,
            ],
          );
        }
        await tx.query(
          "update access_user set display_name = $2, email = $3, last_login_at = now(), gone_at = null where key = $1",
          [target, person.displayName, person.email],
        );
        const as = { ...actor, user: target };
        if (!known) {
          const entry = { actor: as, action: "user.create", resource: `user/${target}`, application: null };
          await audit.record(tx, { ...entry, after: { source: person.source } });
        }
        const { source, groups, keepMinutes = null } = person;
        await keepAnswer(tx, audit, { user: target, source, groups, keepMinutes }, as).catch(refuseGroups);
        return userOf((await find(tx, target)) as UserRow);
      });
    },
  };
}

/** One change of people at a time: whether an administrator is left is asked of all of them. */
async function serialize(tx: Tx): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtext('access people'))");
}

async function checkNew(tx: Tx, name: string, key: string): Promise<void> {
  if (reservedNames.has(key)) throw new GennakerError("conflict", `The name ${name} is kept for Gennaker itself.`);
  const [like] = await tx.query<{ name: string }>("select name from access_user where skeleton = $1", [
    skeletonOf(key),
  ]);
  if (like)
    throw new GennakerError("conflict", `The name ${name} looks like ${like.name}, who exists. Choose another name.`);
}

/** A provider's person never becomes somebody who is known already under that name. */
async function refuseTaken(tx: Tx, name: string, key: string, known: UserRow | undefined): Promise<void> {
  const [taken] = await tx.query<UserRow>("select * from access_user where key = $1", [key]);
  if (taken)
    throw new GennakerError("conflict", `There is another user ${taken.name}, who logs in by ${taken.source}.`);
  if (!known) await checkNew(tx, name, key);
}

function refuseGroups(error: unknown): never {
  if (error instanceof GroupSourceError) throw new GennakerError("upstream_failed", error.message, { cause: error });
  throw error;
}

async function checkAdministrators(tx: Tx): Promise<void> {
  const [left] = await tx.query(
    "select 1 from access_user where not disabled and exists (select from unnest(roles) role where lower(role) = $1) limit 1",
    [administrator],
  );
  if (!left)
    throw new GennakerError("conflict", "Nobody would be left with the role admin. Give it to somebody else first.");
}

function shown(row: Pick<UserRow, "kind" | "display_name" | "email" | "roles" | "disabled">) {
  const { kind, display_name: displayName, email, roles, disabled } = row;
  return { kind, displayName, email, roles: [...roles], disabled };
}
