import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Actor, AuditLog } from "../audit/api.ts";
import type { Database } from "../database/api.ts";
import type { SecretInput, Secrets, StoredSecret } from "./api.ts";
import { SecretError } from "./api.ts";
import type { Keyring } from "./keyring.ts";
import { createKeyFile, readKeyring, seal, unseal } from "./keyring.ts";

type Row = {
  name: string;
  key_id: string;
  nonce: Buffer;
  sealed: Buffer;
  applications: string;
  hosts: string;
  description: string;
  updated_at: Date;
  updated_by: string;
};

export type DatabaseSecrets = Pick<Secrets, "list" | "set" | "remove" | "rotate"> & {
  /** The value with what it may be used for, null when there is no such secret. */
  open(name: string): Promise<{ value: string; applications: string[]; hosts: string[] } | null>;
};

const columns = "name, key_id, nonce, sealed, applications, hosts, description, updated_at, updated_by";

/** Secrets in the database, encrypted with the first key of the operator's key file, which is read each time. */
export function createDatabaseSecrets(options: {
  database: Database;
  audit: AuditLog;
  keyFile: string;
}): DatabaseSecrets {
  const { database, audit, keyFile } = options;

  /** A key to encrypt with. A file is made only while nothing was ever encrypted: a lost one is not replaced silently. */
  async function currentKeys(): Promise<Keyring> {
    const keys = await readKeyring(keyFile);
    if (keys.length > 0) return keys;
    const [any] = await database.query<{ key_id: string }>("select key_id from secret_value limit 1");
    if (any !== undefined)
      throw new SecretError(
        "lostKey",
        `The key file ${keyFile} has no key, but there are secrets encrypted with the key ${any.key_id}. Put the file ` +
          "back (secrets.keyFile), or make a new one (gennaker secret key FILE) and set those secrets again.",
      );
    await createKeyFile(keyFile);
    return await readKeyring(keyFile);
  }

  return {
    async open(name) {
      const [row] = await database.query<Row>(`select ${columns} from secret_value where name = $1`, [name]);
      if (row === undefined) return null;
      const value = unseal(await readKeyring(keyFile), name, {
        keyId: row.key_id,
        nonce: row.nonce,
        sealed: row.sealed,
      });
      return { value, applications: listOf(row.applications), hosts: listOf(row.hosts) };
    },

    async list() {
      const keys = await readKeyring(keyFile).catch((): Keyring => []);
      const rows = await database.query<Row>(`select ${columns} from secret_value order by name`);
      return rows.map((row) => shown(row, keys));
    },

    async set(name, { value, description, applications, hosts }: SecretInput, actor: Actor) {
      const keys = await currentKeys();
      const [key] = keys;
      if (key === undefined) throw new SecretError("lostKey", `The key file ${keyFile} has no key.`);
      const { keyId, nonce, sealed } = seal(key, name, value);
      const lists = [applications.map((one) => one.toLowerCase()), hosts].map((list) => JSON.stringify(list));
      return await database.transaction(async (tx) => {
        const [before] = await tx.query<Row>(`select ${columns} from secret_value where name = $1 for update`, [name]);
        const [row] = await tx.query<Row>(
          `insert into secret_value (name, key_id, nonce, sealed, applications, hosts, description, updated_by)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (name) do update set key_id = excluded.key_id, nonce = excluded.nonce, sealed = excluded.sealed,
             applications = excluded.applications, hosts = excluded.hosts, description = excluded.description,
             updated_by = excluded.updated_by, updated_at = now()
           returning ${columns}`,
          [name, keyId, nonce, sealed, ...lists, description, actor.user],
        );
        const after = shown(row as Row, keys);
        await audit.record(tx, {
          actor,
          action: "secret.set",
          resource: `secret/${name}`,
          application: null,
          ...(before === undefined ? {} : { before: audited(shown(before, keys)) }),
          after: audited(after),
        });
        return after;
      });
    },

    async remove(name, actor) {
      return await database.transaction(async (tx) => {
        const [row] = await tx.query<Row>(`delete from secret_value where name = $1 returning ${columns}`, [name]);
        if (row === undefined) return false;
        const entry = { actor, action: "secret.delete", resource: `secret/${name}`, application: null };
        await audit.record(tx, { ...entry, before: audited(shown(row, [])) });
        return true;
      });
    },

    async rotate(actor) {
      const keys = await currentKeys();
      const [key] = keys;
      if (key === undefined) throw new GennakerError("conflict", `The key file ${keyFile} has no key.`);
      return await database.transaction(async (tx) => {
        const rows = await tx.query<Row>(
          `select ${columns} from secret_value where key_id <> $1 order by name for update`,
          [key.id],
        );
        const unreadable: string[] = [];
        for (const row of rows) {
          if (!keys.some(({ id }) => id === row.key_id)) {
            unreadable.push(row.name);
            continue;
          }
          const value = unseal(keys, row.name, { keyId: row.key_id, nonce: row.nonce, sealed: row.sealed });
          const next = seal(key, row.name, value);
          await tx.query("update secret_value set key_id = $2, nonce = $3, sealed = $4 where name = $1", [
            row.name,
            next.keyId,
            next.nonce,
            next.sealed,
          ]);
        }
        const outcome = { keyId: key.id, rotated: rows.length - unreadable.length, unreadable };
        await audit.record(tx, {
          actor,
          action: "secret.rotate",
          resource: "secret/*",
          application: null,
          after: outcome,
        });
        return outcome;
      });
    },
  };
}

function shown(row: Row, keys: Keyring): StoredSecret {
  return {
    name: row.name,
    description: row.description,
    applications: listOf(row.applications),
    hosts: listOf(row.hosts),
    keyId: row.key_id,
    readable: keys.some(({ id }) => id === row.key_id),
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

function audited({ name, description, applications, hosts, keyId }: StoredSecret) {
  return { name, description, applications, hosts, keyId };
}

function listOf(text: string): string[] {
  return JSON.parse(text) as string[];
}
