import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Actor, AuditLog } from "../../platform/audit/api.ts";
import type { Database, Tx } from "../../platform/database/api.ts";
import type { Run, RunStage, TwoPersonRule } from "./api.ts";
import { chainOf, needsSecondPerson, personKey, startersOf } from "./rule.ts";

type Approval = { user: string; at: Date; emergency: boolean };

export type SecondPerson = {
  /** Whether this stage needs one at all. */
  needed(run: Run, stage: RunStage): boolean;
  /** Who has let the stage go on, in its present try; null while it waits. */
  approval(run: Run, stage: RunStage): Promise<Approval | null>;
  /**
   * Lets it go on; asked again it stays as it is. Throws `forbidden` for whoever began the run or the try, unless they have
   * emergency access, and for names that are no person's.
   */
  approve(run: Run, stage: RunStage, actor: Actor, reason: string | null): Promise<void>;
};

type Dependencies = {
  database: Database;
  audit: AuditLog;
  rules: readonly TwoPersonRule[];
  accountsOf(context: Readonly<Record<string, unknown>>): readonly string[];
  /** A person's kind and whether they have emergency access now; null for somebody unknown. */
  person(user: string): Promise<{ kind: "person" | "service"; emergency: boolean } | null>;
};

/** The two-person rule: what it holds is let go by a person who has not started it. */
export function createSecondPerson({ database, audit, rules, accountsOf, person }: Dependencies): SecondPerson {
  /** One approval holds for a stage with all its parts. */
  const whole = (run: Run, stage: RunStage) => chainOf(run, stage).at(-1) ?? stage;

  return {
    needed: (run, stage) => needsSecondPerson(rules, run, stage, accountsOf),
    async approval(run, stage) {
      const { id, startTime } = whole(run, stage);
      const [row] = await database.query<{ user_key: string; approved_at: Date; emergency: boolean }>(
        `select user_key, approved_at, emergency from access_second_person
         where execution_id = $1 and stage_id = $2 and ($3::timestamptz is null or approved_at >= $3)`,
        [run.id, id, startTime],
      );
      return row ? { user: row.user_key, at: row.approved_at, emergency: row.emergency } : null;
    },
    async approve(run, stage, actor, reason) {
      const user = personKey(actor.user);
      const known = await person(user);
      if (known?.kind !== "person")
        throw new GennakerError("forbidden", `${actor.user} is no person who logs in here; a second person is needed.`);
      const began = startersOf(run, stage).has(user);
      if (began && !known.emergency)
        throw new GennakerError(
          "forbidden",
          `${actor.user} has started this run, and stage "${stage.name}" needs a second person. Ask somebody else who may judge it.`,
        );
      const { id } = whole(run, stage);
      await database.transaction(async (tx) => {
        await tx.query(
          `insert into access_second_person (execution_id, stage_id, user_key, reason, emergency)
           values ($1, $2, $3, $4, $5)
           on conflict (execution_id, stage_id) do update set user_key = $3, reason = $4, emergency = $5, approved_at = now()`,
          [run.id, id, user, reason, began],
        );
        await audit.record(tx, {
          actor,
          action: "stage.approve",
          resource: `execution/${run.id}/stage/${id}`,
          application: run.application,
          ...(reason === null ? {} : { reason }),
          after: { secondPerson: user, startedBy: [...startersOf(run, stage)], emergency: began },
        });
      });
    },
  };
}

/** Goes with the runs it belongs to. */
export async function forgetApprovals(tx: Tx, executionIds: readonly string[]): Promise<void> {
  await tx.query("delete from access_second_person where execution_id = any($1)", [executionIds]);
}
