import { timingSafeEqual } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import { ulid } from "ulid";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import { readScope } from "../decision/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { Identity, Token } from "./api.ts";
import { hashOf, randomSecret } from "./random.ts";
import type { UserRow } from "./rows.ts";
import { admitted, subjectOf, userOf } from "./rows.ts";
import { openGlass } from "./sessions.ts";

type TokenInput = { name: string; scopes: readonly string[] | null; expiresAt: Date | null };

export type Tokens = {
  /** The token itself is told once and never again. */
  create(user: string, input: TokenInput, actor: Actor): Promise<Token & { secret: string }>;
  find(secret: string, address: string | null): Promise<Identity | null>;
  list(user: string | null): Promise<Token[]>;
  /** Of this user or (null) of anybody. */
  revoke(id: string, user: string | null, actor: Actor): Promise<boolean>;
};

type Row = UserRow & {
  token_id: string;
  hash: Buffer;
  scopes: string[] | null;
  version: string;
  stale: boolean;
  glass_until: Date | null;
  glass_reason: string | null;
};

const form = /^gnk_([0-9A-HJKMNP-TV-Z]{26})_([\w-]{43})$/;
const columns = `id, user_key as "user", name, scopes, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", used_at as "usedAt"`;

/** API tokens `gnk_ID_SECRET`; only a hash of them is stored. */
export function createTokens(database: Database, audit: AuditLog, settings: AccessSettings): Tokens {
  return {
    async create(user, input, actor) {
      for (const scope of input.scopes ?? []) checkScope(scope);
      const [id, random] = [ulid(), randomSecret()];
      const secret = `gnk_${id}_${random}`;
      return database.transaction(async (tx) => {
        const rows = await tx.query<Record<string, never>>(
          `insert into access_token (id, hash, user_key, name, scopes, created_by, expires_at)
           select $1, $2, key, $4, $5, $6, $7 from access_user where key = $3 returning ${columns}`,
          [id, hashOf(secret), user, input.name, input.scopes, actor.user, input.expiresAt],
        );
        if (!rows[0]) throw new GennakerError("not_found", `There is no user ${user}.`);
        const after = { name: input.name, user, scopes: input.scopes === null ? null : [...input.scopes] };
        const expires = input.expiresAt?.toISOString() ?? null;
        const entry = { actor, action: "token.create", resource: `token/${id}`, application: null };
        await audit.record(tx, { ...entry, after: { ...after, expires } });
        return { ...(rows[0] as unknown as Token), secret };
      });
    },
    async find(secret, address) {
      const id = form.exec(secret)?.[1];
      if (id === undefined) return null;
      const [row] = await database.query<Row>(
        `select u.*, t.id as token_id, t.hash, t.scopes, (select version::text from access_state) as version,
           (t.used_at is null or t.used_at < now() - interval '1 minute') as stale,
           glass.until as glass_until, glass.reason as glass_reason
         from access_token t join access_user u on u.key = t.user_key ${openGlass}
         where t.id = $1 and (t.expires_at is null or t.expires_at > now()) and ${admitted}`,
        [id],
      );
      if (!row || !timingSafeEqual(row.hash, hashOf(secret))) return null;
      if (row.stale)
        await database.query("update access_token set used_at = now(), used_from = $2 where id = $1", [id, address]);
      const user = userOf(row);
      const breakGlass = row.glass_until ? { until: row.glass_until, reason: row.glass_reason ?? "" } : null;
      return {
        user,
        subject: subjectOf(user, settings, { scopes: row.scopes, breakGlass }),
        by: { kind: "token", id: row.token_id },
        version: row.version,
      };
    },
    async list(user) {
      const rows = await database.query<Record<string, never>>(
        `select ${columns} from access_token where $1::text is null or user_key = $1 order by id desc limit 1000`,
        [user],
      );
      return rows as unknown as Token[];
    },
    async revoke(id, user, actor) {
      return database.transaction(async (tx) => {
        const [row] = await tx.query<{ name: string; user_key: string }>(
          "delete from access_token where id = $1 and ($2::text is null or user_key = $2) returning name, user_key",
          [id, user],
        );
        if (!row) return false;
        const entry = { actor, action: "token.revoke", resource: `token/${id}`, application: null };
        await audit.record(tx, { ...entry, before: { name: row.name, user: row.user_key } });
        return true;
      });
    },
  };
}

function checkScope(scope: string): void {
  try {
    readScope(scope);
  } catch (error) {
    throw new GennakerError("invalid_request", (error as Error).message);
  }
}
