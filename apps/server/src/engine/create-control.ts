import { GennakerError, type Problem } from "@gennaker/contract/errors.ts";
import { periodProblem } from "@gennaker/engine-core/freeze.ts";
import type { Actor, AuditInput, AuditLog } from "../platform/audit/api.ts";
import type { Database, Tx } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import { encodeText } from "../platform/values/document.ts";
import type { EngineControl, ExceptionInput, FreezeCalendar, FreezeInput } from "./control-api.ts";
import type { Controls } from "./controls.ts";
import { toJsonObject } from "./task-outcome.ts";

export type ControlOptions = {
  database: Database;
  audit: AuditLog;
  events: EventLog;
  controls: Controls;
  newId(): string;
  /** Called after a change is committed. */
  changed(): void;
};

/** Tasks that wait for the end of a freeze wake by it. */
export const controlTopic = "engine:controls";

/** What people do to the engine as a whole. */
export function createEngineControl(options: ControlOptions): EngineControl {
  const { database, controls } = options;

  /** One transaction: the change, its audit and event, and the new version that every later transition sees. */
  const change = async <T>(
    entry: Omit<AuditInput, "actor">,
    actor: Actor,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> => {
    const done = await database.transaction(async (tx) => {
      await tx.query("update engine_control set version = version + 1");
      const result = await work(tx);
      await options.audit.record(tx, { ...entry, actor });
      await options.events.append(tx, [
        { type: entry.action, application: entry.application, subject: entry.resource, data: { by: actor.user } },
      ]);
      return result;
    });
    await controls.read(database);
    options.changed();
    return done;
  };
  const found = async (name: string): Promise<FreezeCalendar> => {
    const calendar = (await controls.read(database)).freezes.find((each) => each.name === name);
    if (calendar !== undefined) return calendar;
    throw new GennakerError("not_found", `There is no freeze calendar "${name}". List them to see those there are.`);
  };
  const scopeOf = (application: string | null) => (application === null ? "" : application.toLowerCase());
  const reasonOf = (reason: string | null) => (reason === null ? {} : { reason: encodeText(reason) });
  const pauseEntry = (action: string, application: string | null, reason: string | null) => ({
    action,
    resource: application === null ? "engine" : `application/${application.toLowerCase()}`,
    application: application === null ? null : encodeText(application.toLowerCase()),
    ...reasonOf(reason),
  });

  return {
    pauses: async () => (await controls.read(database)).pauses,

    pause: (application, reason, actor) =>
      change(pauseEntry("engine.pause", application, reason), actor, async (tx) => {
        await tx.query(
          `insert into engine_pause (scope, paused_by, reason, paused_at) values ($1, $2, $3, now())
           on conflict (scope) do update set reason = excluded.reason`,
          [encodeText(scopeOf(application)), encodeText(actor.user), reason === null ? null : encodeText(reason)],
        );
      }),

    resume: (application, reason, actor) =>
      change(pauseEntry("engine.resume", application, reason), actor, async (tx) => {
        const gone = await tx.query("delete from engine_pause where scope = $1 returning 1", [
          encodeText(scopeOf(application)),
        ]);
        if (gone.length > 0) return;
        const what = application === null ? "The engine" : `Application ${application}`;
        throw new GennakerError("wrong_state", `${what} is not paused.`);
      }),

    freezes: async () => (await controls.read(database)).freezes,
    freeze: found,
    check: checkFreeze,

    async saveFreeze(name, input, actor) {
      const problems = checkFreeze(input);
      if (name.trim() === "" || name.length > 200)
        problems.push({ pointer: "/name", reason: "a calendar's name has 1 to 200 characters" });
      if (problems.length > 0)
        throw new GennakerError("invalid_request", `The freeze calendar was not saved: ${problems[0]?.reason}`, {
          problems,
        });
      const application = input.application === null ? null : input.application.toLowerCase();
      const document = { ...input, application };
      const plain = toJsonObject(document, "a freeze calendar");
      await change({ ...freezeEntry("freeze.save", name, application), after: plain }, actor, (tx) =>
        tx.query(
          `insert into engine_freeze (name, document, updated_by, updated_at) values ($1, $2, $3, now())
           on conflict (name) do update set document = excluded.document, updated_by = excluded.updated_by, updated_at = now()`,
          [encodeText(name), encodeText(JSON.stringify(document)), encodeText(actor.user)],
        ),
      );
      return found(name);
    },

    async removeFreeze(name, actor) {
      const { application } = await found(name);
      await change(freezeEntry("freeze.delete", name, application), actor, (tx) =>
        tx.query("delete from engine_freeze where name = $1", [name]),
      );
    },

    async except(name, input: ExceptionInput, actor) {
      const { application } = await found(name);
      const id = options.newId();
      const subject = input.what === "application" ? input.subject.toLowerCase() : input.subject;
      const document = { ...input, subject };
      const entry = freezeEntry("freeze.except", name, application);
      await change({ ...entry, ...reasonOf(input.reason), after: { id, ...document } }, actor, (tx) =>
        tx.query(
          "insert into engine_freeze_exception (id, calendar, document, made_by, made_at) values ($1, $2, $3, $4, now())",
          [id, name, encodeText(JSON.stringify(document)), encodeText(actor.user)],
        ),
      );
      const made = (await found(name)).exceptions.find((each) => each.id === id);
      if (made === undefined) throw new GennakerError("conflict", `The freeze calendar "${name}" was just deleted.`);
      return made;
    },

    async removeException(name, id, actor) {
      const calendar = await found(name);
      if (!calendar.exceptions.some((each) => each.id === id))
        throw new GennakerError("not_found", `The freeze calendar "${name}" has no exception ${id}.`);
      await change({ ...freezeEntry("freeze.unexcept", name, calendar.application), after: { id } }, actor, (tx) =>
        tx.query("delete from engine_freeze_exception where id = $1", [id]),
      );
    },
  };
}

function freezeEntry(action: string, name: string, application: string | null) {
  return {
    action,
    resource: `freeze/${encodeText(name)}`,
    application: application === null ? null : encodeText(application),
  };
}

function checkFreeze(input: FreezeInput): Problem[] {
  const problems = input.periods.flatMap((period, index): Problem[] => {
    const reason = periodProblem(period);
    return reason === null ? [] : [{ pointer: `/periods/${index}`, reason }];
  });
  if (!isTimeZone(input.timezone))
    problems.push({ pointer: "/timezone", reason: `"${input.timezone}" is no time zone (expected e.g. Asia/Seoul)` });
  return problems;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone }).format(0);
    return true;
  } catch {
    return false;
  }
}
