import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Tx } from "../../platform/database/api.ts";
import { checkedGroups } from "../groups/api.ts";

type Told = { user: string; source: string; groups: readonly string[]; keepMinutes: number | null };

/** Keeps what a source told, and makes it count. Throws GroupSourceError where it tells too many groups. */
export async function keepAnswer(tx: Tx, audit: AuditLog, told: Told, actor: Actor): Promise<void> {
  const groups = checkedGroups(told.source, told.groups);
  await tx.query(
    `insert into access_group_answer (user_key, source, groups, asked_at, told_at, until)
     values ($1, $2, $3, now(), now(), now() + make_interval(mins => $4::int))
     on conflict (user_key, source) do update set groups = $3, asked_at = now(), told_at = now(), failure = null,
       until = now() + make_interval(mins => $4::int)`,
    [told.user, told.source, groups, told.keepMinutes],
  );
  await settle(tx, audit, told.user, actor);
}

/** Notes that a source could not be asked. What it told before counts on until its time is over. */
export async function keepFailure(
  tx: Tx,
  audit: AuditLog,
  { user, source, failure }: { user: string; source: string; failure: string },
  actor: Actor,
): Promise<void> {
  await tx.query(
    `insert into access_group_answer (user_key, source, failure, until) values ($1, $2, $3, now())
     on conflict (user_key, source) do update set asked_at = now(), failure = $3`,
    [user, source, failure],
  );
  await settle(tx, audit, user, actor);
}

type Row = {
  source: string;
  groups: string[];
  told_at: Date | null;
  until: Date | null;
  failure: string | null;
  over: boolean;
};

/** Works out anew which groups somebody has, until when, and why some are missing; audited where the groups change. */
export async function settle(tx: Tx, audit: AuditLog, user: string, actor: Actor): Promise<void> {
  const [before] = await tx.query<{ groups: string[] }>("select groups from access_user where key = $1 for update", [
    user,
  ]);
  if (before === undefined) return;
  const answers = await tx.query<Row>(
    `select source, groups, told_at, until, failure, coalesce(until <= now(), false) as over
     from access_group_answer where user_key = $1 order by source`,
    [user],
  );
  const counting = answers.filter(({ over }) => !over);
  const groups = [...new Set(counting.flatMap((answer) => answer.groups))].toSorted();
  const ends = counting.flatMap(({ until }) => (until === null ? [] : [until.getTime()]));
  const until = ends.length === 0 ? null : new Date(Math.min(...ends));
  const notes = answers.filter(({ over }) => over).map(noteFor);
  const note = notes.length === 0 ? null : notes.join(" ");
  await tx.query("update access_user set groups_until = $2, groups_note = $3 where key = $1", [user, until, note]);
  // Only where they differ: each change of groups is a change of the rules.
  if (sameGroups(before.groups, groups)) return;
  await tx.query("update access_user set groups = $2 where key = $1", [user, groups]);
  await audit.record(tx, {
    actor,
    action: "user.groups",
    resource: `user/${user}`,
    application: null,
    before: { groups: before.groups },
    after: { groups },
    ...(note === null ? {} : { reason: note }),
  });
}

function noteFor({ source, told_at: toldAt, failure }: Row): string {
  const since =
    toldAt === null ? "has told no groups yet" : `told groups last at ${toldAt.toISOString()}, which is too long ago`;
  return `${source} ${since}${failure === null ? "." : `: ${failure}`}`;
}

export function sameGroups(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && new Set([...left, ...right]).size === new Set(left).size;
}
