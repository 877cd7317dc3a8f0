import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { Asked, GroupSource } from "../groups/api.ts";
import { GroupSourceError } from "../groups/api.ts";
import { keepAnswer, keepFailure, settle } from "./group-answers.ts";

export type GroupRefresh = {
  /** Asks the sources that have not told anything about somebody yet. Never rejects because one cannot be asked. */
  atLogin(person: Asked): Promise<void>;
  /** Asks about everybody who works here and whose groups have become old; ends what counts no longer. */
  sweep(signal: AbortSignal): Promise<void>;
};

type Dependencies = {
  database: Database;
  audit: AuditLog;
  sources: readonly GroupSource[];
  log: LogGroups;
};

export type LogGroups = (level: "info" | "warn", message: string, details?: Record<string, unknown>) => void;

/** People asked about in one round; after so many failures in a row a source is taken to be down. */
const perRound = 500;
const mostFailures = 3;
const system: Actor = { user: "system", roles: [], via: "system" };

export function createGroupRefresh({ database, audit, sources, log }: Dependencies): GroupRefresh {
  /** Whether the source could be asked. */
  async function ask(source: GroupSource, person: Asked, signal: AbortSignal): Promise<boolean> {
    const { name } = source;
    let answer;
    try {
      answer = await source.groupsOf(person, signal);
    } catch (error) {
      if (!(error instanceof GroupSourceError)) throw error;
      await failed(source, person, error.message);
      return false;
    }
    await database.transaction(async (tx) => {
      if (answer === "unasked") {
        // As for providers that give nothing to ask again with: what the last login told stays.
        await tx.query(
          `update access_group_answer set asked_at = now(), until = case when until > now() then null else until end
           where user_key = $1 and source = $2`,
          [person.key, name],
        );
        return settle(tx, audit, person.key, system);
      }
      const { groups } = answer === "unknown" ? { groups: [] } : answer;
      await keepAnswer(tx, audit, { user: person.key, source: name, groups, keepMinutes: source.keepMinutes }, system);
      if (person.source === name) await markGone(tx, person.key, answer === "unknown", name);
    });
    return true;
  }

  async function failed(source: GroupSource, { key }: Asked, failure: string): Promise<void> {
    log("warn", "the groups of a person could not be asked", { user: key, source: source.name, reason: failure });
    await database.transaction((tx) => keepFailure(tx, audit, { user: key, source: source.name, failure }, system));
  }

  /** Whom their own directory no longer knows is shut out, and let in again when it does. */
  async function markGone(tx: Tx, user: string, gone: boolean, source: string): Promise<void> {
    const rows = await tx.query(
      `update access_user set gone_at = case when $2 then now() end
       where key = $1 and (gone_at is null) = $2 returning 1`,
      [user, gone],
    );
    if (rows.length === 0) return;
    if (gone) await tx.query("delete from access_session where user_key = $1", [user]);
    await audit.record(tx, {
      actor: system,
      action: gone ? "user.gone" : "user.back",
      resource: `user/${user}`,
      application: null,
      reason: gone ? `${source} does not know this person any more.` : `${source} knows this person again.`,
    });
  }

  async function due(source: GroupSource): Promise<Asked[]> {
    return database.query<Asked>(
      `select u.key, u.name, u.source from access_user u
       left join access_group_answer a on a.user_key = u.key and a.source = $1
       where u.kind = 'person' and not u.disabled and u.source = any($2::text[])
         and (a.asked_at is null or a.asked_at < now() - make_interval(mins => $3::int))
         and (u.last_login_at > now() - interval '30 days'
           or exists (select from access_session s where s.user_key = u.key)
           or exists (select from access_token t where t.user_key = u.key))
       order by a.asked_at nulls first limit $4`,
      [source.name, source.people, source.refreshMinutes, perRound],
    );
  }

  async function round(source: GroupSource, signal: AbortSignal): Promise<void> {
    let failures = 0;
    for (const person of await due(source)) {
      if (signal.aborted) return;
      failures = (await ask(source, person, signal)) ? 0 : failures + 1;
      // The next round asks again; nobody waits for each timeout.
      if (failures >= mostFailures) return;
    }
  }

  return {
    async atLogin(person) {
      const known = await database.query<{ source: string }>(
        "select source from access_group_answer where user_key = $1 and told_at is not null",
        [person.key],
      );
      const told = new Set(known.map(({ source }) => source));
      const missing = sources.filter(({ name, people }) => people.includes(person.source) && !told.has(name));
      await Promise.all(missing.map((source) => ask(source, person, AbortSignal.timeout(30_000))));
    },
    async sweep(signal) {
      await Promise.all(sources.map((source) => round(source, signal)));
      const over = await database.query<{ key: string }>("select key from access_user where groups_until <= now()");
      for (const { key } of over) await database.transaction((tx) => settle(tx, audit, key, system));
    },
  };
}
