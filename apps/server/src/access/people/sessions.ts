import { ulid } from "ulid";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { AccessSettings } from "../settings/api.ts";
import type { Identity, Place, Session } from "./api.ts";
import { hashOf, randomSecret } from "./random.ts";
import type { UserRow } from "./rows.ts";
import { admitted, subjectOf, userOf } from "./rows.ts";

export type Sessions = {
  /** A new session; what the browser brought before is ended, so that nobody can be given a session they did not ask for. */
  start(
    user: string,
    method: string,
    place: Place,
    more?: { replaces?: string | undefined; provider?: ProviderSession },
    actor?: Actor,
  ): Promise<{ secret: string; csrf: string; expiresAt: Date }>;
  /** Who holds the secret; null when there is no such session any more. */
  find(secret: string): Promise<Identity | null>;
  list(user: string | null): Promise<Session[]>;
  /** Ends one, of this user or (null) of anybody; false when there is none. */
  end(id: string, user: string | null, actor: Actor): Promise<boolean>;
  endBySecret(secret: string): Promise<{ idToken: string | null } | null>;
  /** Sessions of somebody that can be asked about at their provider, newest first. */
  refreshable(user: string): Promise<{ id: string; sealed: string; externalId: string }[]>;
  refreshed(id: string, sealed: string | null, idToken: string | null): Promise<void>;
  /** Ends what the provider has ended: one of its sessions, or all of a person. Gives how many. */
  endByProvider(by: { session: string | null; externalId: string | null }, actor: Actor): Promise<number>;
  /** Forgets what is over. */
  sweep(): Promise<void>;
};

/** Of a provider: what is kept for its logout and for asking again. The refresh token is encrypted. */
export type ProviderSession = {
  idToken: string | null;
  sealed: string | null;
  session: string | null;
  externalId: string;
};

type Row = UserRow & {
  session_id: string;
  csrf: string;
  method: string;
  version: string;
  stale: boolean;
  glass_until: Date | null;
  glass_reason: string | null;
};

/** The person's emergency access that is open now. */
export const openGlass = `left join lateral (select until, reason from access_break_glass
  where user_key = u.key and until > now() order by until desc limit 1) glass on true`;

export function createSessions(database: Database, audit: AuditLog, settings: AccessSettings): Sessions {
  const idle = `${settings.session.idleMinutes} minutes`;
  const absolute = `${settings.session.absoluteHours} hours`;

  return {
    async start(user, method, place, more = {}, actor) {
      const [secret, csrf] = [randomSecret(), randomSecret()];
      return database.transaction(async (tx) => {
        if (more.replaces !== undefined)
          await tx.query("delete from access_session where hash = $1", [hashOf(more.replaces)]);
        const [row] = await tx.query<{ expires_at: Date }>(
          `insert into access_session (hash, id, user_key, csrf, method, idle_until, expires_at, address, user_agent, id_token,
             refresh_token, provider_session, provider_subject, refreshed_at)
           values ($1, $2, $3, $4, $5, now() + $6::interval, now() + $7::interval, $8, $9, $10, $11, $12, $13, now())
           returning expires_at`,
          [
            hashOf(secret),
            ulid(),
            user,
            csrf,
            method,
            idle,
            absolute,
            place.address,
            place.userAgent,
            more.provider?.idToken ?? null,
            more.provider?.sealed ?? null,
            more.provider?.session ?? null,
            more.provider?.externalId ?? null,
          ],
        );
        await tx.query("update access_user set last_login_at = now() where key = $1", [user]);
        if (actor) {
          const entry = { actor: { ...actor, user }, action: "login", resource: `user/${user}`, application: null };
          await audit.record(tx, { ...entry, after: { method } });
        }
        return { secret, csrf, expiresAt: row?.expires_at ?? new Date() };
      });
    },
    async find(secret) {
      const [row] = await database.query<Row>(
        `select u.*, s.id as session_id, s.csrf, s.method, (s.seen_at < now() - interval '1 minute') as stale,
           (select version::text from access_state) as version, glass.until as glass_until, glass.reason as glass_reason
         from access_session s join access_user u on u.key = s.user_key ${openGlass}
         where s.hash = $1 and s.idle_until > now() and s.expires_at > now() and ${admitted}`,
        [hashOf(secret)],
      );
      if (!row) return null;
      if (row.stale) {
        await database.query(
          "update access_session set seen_at = now(), idle_until = now() + $2::interval where hash = $1",
          [hashOf(secret), idle],
        );
      }
      const user = userOf(row);
      const breakGlass = row.glass_until ? { until: row.glass_until, reason: row.glass_reason ?? "" } : null;
      return {
        user,
        subject: subjectOf(user, settings, { breakGlass }),
        by: { kind: "session", id: row.session_id, csrf: row.csrf, method: row.method },
        version: row.version,
      };
    },
    async list(user) {
      const rows = await database.query<Record<string, never>>(
        `select id, user_key as "user", method, created_at as "createdAt", seen_at as "seenAt", expires_at as "expiresAt",
           address, user_agent as "userAgent"
         from access_session where ($1::text is null or user_key = $1) and idle_until > now() and expires_at > now()
         order by created_at desc limit 1000`,
        [user],
      );
      return rows as unknown as Session[];
    },
    async end(id, user, actor) {
      return database.transaction(async (tx) => {
        const [row] = await tx.query<{ user_key: string }>(
          "delete from access_session where id = $1 and ($2::text is null or user_key = $2) returning user_key",
          [id, user],
        );
        if (!row) return false;
        const entry = { actor, action: "session.end", resource: `session/${id}`, application: null };
        await audit.record(tx, { ...entry, before: { user: row.user_key } });
        return true;
      });
    },
    async endBySecret(secret) {
      const [row] = await database.query<{ id_token: string | null }>(
        "delete from access_session where hash = $1 returning id_token",
        [hashOf(secret)],
      );
      return row ? { idToken: row.id_token } : null;
    },
    refreshable: (user) =>
      database.query(
        `select id, refresh_token as sealed, provider_subject as "externalId" from access_session
         where user_key = $1 and refresh_token is not null and provider_subject is not null
           and idle_until > now() and expires_at > now() order by created_at desc limit 20`,
        [user],
      ),
    async refreshed(id, sealed, idToken) {
      await database.query(
        `update access_session set refresh_token = $2, id_token = coalesce($3, id_token), refreshed_at = now() where id = $1`,
        [id, sealed, idToken],
      );
    },
    async endByProvider({ session, externalId }, actor) {
      return database.transaction(async (tx) => {
        // Where the provider names a session it means that one; otherwise all of the person.
        const rows = await tx.query<{ id: string; user_key: string }>(
          `delete from access_session where case when $1::text is not null
             then provider_session = $1 and ($2::text is null or provider_subject = $2) else provider_subject = $2 end
           returning id, user_key`,
          [session, externalId],
        );
        for (const { id, user_key: user } of rows) {
          const entry = { actor, action: "session.end", resource: `session/${id}`, application: null };
          await audit.record(tx, { ...entry, before: { user }, reason: "The login provider has ended it." });
        }
        return rows.length;
      });
    },
    async sweep() {
      await database.query("delete from access_session where expires_at < now() or idle_until < now()");
      await database.query("delete from access_device where expires_at < now()");
    },
  };
}
