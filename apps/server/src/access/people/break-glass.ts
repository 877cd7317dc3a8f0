import { ulid } from "ulid";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { EventLog } from "../../platform/events/api.ts";

export type BreakGlass = {
  /** Opens everything but people and roles; everybody who listens to events hears of it. */
  take(user: string, reason: string, minutes: number, actor: Actor): Promise<Date>;
  giveBack(user: string, actor: Actor): Promise<void>;
  until(user: string): Promise<Date | null>;
  /** Everybody who has it now. */
  open(): Promise<{ user: string; reason: string; since: Date; until: Date }[]>;
};

export function createBreakGlass(database: Database, audit: AuditLog, events: EventLog): BreakGlass {
  return {
    async take(user, reason, minutes, actor) {
      return database.transaction(async (tx) => {
        const id = ulid();
        const [row] = await tx.query<{ until: Date }>(
          `insert into access_break_glass (id, user_key, reason, until) values ($1, $2, $3, now() + make_interval(mins => $4))
           returning until`,
          [id, user, reason, minutes],
        );
        const until = row?.until ?? new Date();
        const entry = { actor, action: "access.breakGlass", resource: `user/${user}`, application: null, reason };
        await audit.record(tx, { ...entry, after: { until: until.toISOString() } });
        const data = { user, reason, until: until.toISOString() };
        await events.append(tx, [{ type: "access.breakGlass", application: null, subject: user, data }]);
        return until;
      });
    },
    async giveBack(user, actor) {
      await database.transaction(async (tx) => {
        const rows = await tx.query(
          "update access_break_glass set until = now() where user_key = $1 and until > now() returning 1",
          [user],
        );
        const entry = { actor, action: "access.breakGlass.end", resource: `user/${user}`, application: null };
        if (rows.length > 0) await audit.record(tx, entry);
      });
    },
    open: () =>
      database.query(
        `select user_key as "user", reason, started_at as since, until from access_break_glass
         where until > now() order by started_at`,
      ),
    async until(user) {
      const [row] = await database.query<{ until: Date | null }>(
        "select max(until) as until from access_break_glass where user_key = $1 and until > now()",
        [user],
      );
      return row?.until ?? null;
    },
  };
}
