import type { Execution, Explanation, Stage } from "@gennaker/engine-core/model.ts";
import { frozenUntil } from "@gennaker/engine-core/freeze.ts";
import type { Tx } from "../platform/database/api.ts";
import type { FreezeException, FreezeCalendar, EnginePause } from "./control-api.ts";
import { isDryRun } from "./registry.ts";
import { decode } from "./snapshot.ts";

export type ControlState = {
  version: number;
  pauses: readonly EnginePause[];
  freezes: readonly FreezeCalendar[];
  replicas: readonly { id: string; stageTypes: ReadonlySet<string> }[];
};

/** What a freeze or a pause is asked about. */
export type Subject = Pick<Execution, "id" | "type" | "application" | "pipelineConfigId" | "trigger">;

/** What holds runs back, as this process last read it; transitions compare its version with the database's and read it anew. */
export type Controls = {
  current(): ControlState;
  /** As it is now, read in `tx` unless `version` is the one known. */
  at(tx: Tx, version: number): Promise<ControlState>;
  read(tx: Tx): Promise<ControlState>;
};

const nothing: ControlState = { version: 0, pauses: [], freezes: [], replicas: [] };

export function createControls(options: { replicaLifeSeconds: number }): Controls {
  let state = nothing;
  const read = async (tx: Tx): Promise<ControlState> => {
    const [row] = await tx.query<Row>(statement, [options.replicaLifeSeconds]);
    const loaded = row === undefined ? nothing : toState(row);
    if (loaded.version >= state.version) state = loaded;
    return loaded;
  };
  return {
    current: () => state,
    at: async (tx, version) => (state.version === version ? state : read(tx)),
    read,
  };
}

type Row = {
  version: number;
  pauses: { scope: string; paused_by: string; reason: string | null; paused_at: string }[];
  freezes: { name: string; document: string; updated_by: string; updated_at: string }[];
  exceptions: { id: string; calendar: string; document: string; made_by: string; made_at: string }[];
  replicas: { id: string; stage_types: string[] }[];
};

/** One statement, so that all of it is as it was at one moment. */
const statement = `
  select version,
    (select coalesce(json_agg(p order by scope), '[]') from engine_pause p) as pauses,
    (select coalesce(json_agg(f order by name), '[]') from engine_freeze f) as freezes,
    (select coalesce(json_agg(e order by id), '[]') from engine_freeze_exception e) as exceptions,
    (select coalesce(json_agg(r order by id), '[]') from engine_replica r where seen_at > now() - make_interval(secs => $1)) as replicas
  from engine_control`;

function toState(row: Row): ControlState {
  const exceptionsOf = Map.groupBy(row.exceptions, (each) => each.calendar);
  return {
    version: row.version,
    pauses: row.pauses.map(({ scope, paused_by: pausedBy, reason, paused_at: time }) => ({
      application: scope === "" ? null : scope,
      pausedBy,
      reason,
      pausedAt: new Date(time).toISOString(),
    })),
    freezes: row.freezes.map(({ name, document, updated_by: updatedBy, updated_at: time }) => ({
      ...decode<Omit<FreezeCalendar, "name" | "updatedBy" | "updatedAt" | "exceptions">>(document),
      name,
      updatedBy,
      updatedAt: new Date(time).toISOString(),
      exceptions: (exceptionsOf.get(name) ?? []).map((each) => ({
        ...decode<Omit<FreezeException, "id" | "madeBy" | "madeAt">>(each.document),
        id: each.id,
        madeBy: each.made_by,
        madeAt: new Date(each.made_at).toISOString(),
      })),
    })),
    replicas: row.replicas.map(({ id, stage_types: types }) => ({ id, stageTypes: new Set(types) })),
  };
}

/** The pause of the engine or of the run's application, null when there is none. */
export function pauseOf(state: ControlState, application: string): EnginePause | null {
  return (
    state.pauses.find((pause) => pause.application === null) ??
    state.pauses.find((pause) => pause.application === application) ??
    null
  );
}

export function explainPause(pause: EnginePause): Explanation {
  const what = pause.application === null ? "The engine" : `Application ${pause.application}`;
  const why = pause.reason === null ? "" : ` (${pause.reason})`;
  return {
    code: "engine.paused",
    message: `${what} is paused by ${pause.pausedBy} since ${pause.pausedAt}${why}.`,
    details: { application: pause.application, pausedBy: pause.pausedBy, reason: pause.reason },
  };
}

/** Calendars that may hold such a run, exceptions left out. */
function calendarsFor(state: ControlState, subject: Subject, now: number): FreezeCalendar[] {
  if (isDryRun(subject)) return [];
  return state.freezes.filter(
    (calendar) =>
      (calendar.application === null || calendar.application === subject.application) &&
      !calendar.exceptions.some((exception) => lets(exception, subject, now)),
  );
}

function lets(exception: FreezeException, subject: Subject, now: number): boolean {
  if (exception.until !== null && Date.parse(exception.until) <= now) return false;
  const value = { application: subject.application, pipeline: subject.pipelineConfigId, execution: subject.id };
  return value[exception.what] === exception.subject;
}

export type Frozen = { until: number; explanation: Explanation };

function frozenBy(calendars: readonly FreezeCalendar[], now: number): Frozen | null {
  let found: Frozen | null = null;
  for (const calendar of calendars) {
    const until = frozenUntil(calendar.periods, now, calendar.timezone);
    if (until === null || (found !== null && until <= found.until)) continue;
    const at = Number.isFinite(until) ? new Date(until).toISOString() : null;
    const why = calendar.reason === null ? "" : ` (${calendar.reason})`;
    const end = at === null ? "" : ` until ${at}`;
    const explanation = {
      code: "freeze.closed",
      message: `Frozen by the calendar "${calendar.name}"${why}${end}. An exception lets it through.`,
      details: { calendar: calendar.name, reason: calendar.reason, opensAt: at },
    };
    found = { until, explanation };
  }
  return found;
}

/** Why a run may not begin now: a pause first, then a freeze of starts. Operations without a pipeline are not frozen. */
export function startHold(state: ControlState, subject: Subject, now: number): Explanation | null {
  const pause = pauseOf(state, subject.application);
  if (pause !== null) return explainPause(pause);
  if (subject.type !== "PIPELINE") return null;
  const calendars = calendarsFor(state, subject, now).filter((calendar) => calendar.holds === "starts");
  return frozenBy(calendars, now)?.explanation ?? null;
}

/** What of a stage a freeze looks at. */
export type StagePlace = { type: string; ancestors: readonly string[] };

/** Which stage types a calendar that names none holds. */
export type Deploys = (stageType: string) => boolean;

function holds(calendar: FreezeCalendar, type: string, deploys: Deploys): boolean {
  return calendar.holds === "stages" && (calendar.stageTypes?.includes(type) ?? deploys(type));
}

/** Is there a calendar that can hold this stage, now or later? A part of a stage that was let through is not held again. */
export function mayFreeze(state: ControlState, subject: Subject, place: StagePlace, deploys: Deploys): boolean {
  if (isDryRun(subject)) return false;
  return state.freezes.some(
    (calendar) =>
      (calendar.application === null || calendar.application === subject.application) &&
      holds(calendar, place.type, deploys) &&
      !place.ancestors.some((type) => holds(calendar, type, deploys)),
  );
}

export function stageFrozen(
  state: ControlState,
  subject: Subject,
  type: string,
  deploys: Deploys,
  now: number,
): Frozen | null {
  const calendars = calendarsFor(state, subject, now).filter((calendar) => holds(calendar, type, deploys));
  return frozenBy(calendars, now);
}

/** The types of the stages above one, nearest first. */
export function ancestorTypes(execution: Execution, stage: Stage): string[] {
  const types: string[] = [];
  let parent = stage.parentId === null ? undefined : execution.stages.get(stage.parentId);
  while (parent !== undefined) {
    types.push(parent.type);
    parent = parent.parentId === null ? undefined : execution.stages.get(parent.parentId);
  }
  return types;
}
