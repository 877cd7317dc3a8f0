import type { Problem } from "@gennaker/contract/errors.ts";
import type { FreezePeriod } from "@gennaker/engine-core/freeze.ts";
import type { Actor } from "../platform/audit/api.ts";

/** A pause of the whole engine (`application` null) or of one application. Times are ISO 8601. */
export type EnginePause = { application: string | null; pausedBy: string; reason: string | null; pausedAt: string };

/** What a person says of a calendar. */
export type FreezeInput = {
  /** Only this application's runs; null: all. */
  application: string | null;
  /** IANA name of the zone whose clocks count. */
  timezone: string;
  periods: readonly FreezePeriod[];
  /** `starts`: no pipeline begins; `stages`: stages that deploy (or `stageTypes`) wait. */
  holds: "starts" | "stages";
  /** Null: those that deploy. */
  stageTypes: readonly string[] | null;
  reason: string | null;
};

/** Lets one application, pipeline (its id) or execution through. */
export type FreezeException = {
  id: string;
  what: "application" | "pipeline" | "execution";
  subject: string;
  /** ISO 8601; null: as long as the calendar exists. */
  until: string | null;
  reason: string;
  madeBy: string;
  madeAt: string;
};

export type FreezeCalendar = FreezeInput & {
  name: string;
  updatedBy: string;
  updatedAt: string;
  exceptions: readonly FreezeException[];
};

export type ExceptionInput = Pick<FreezeException, "what" | "subject" | "until" | "reason">;

/** What holds runs back. Every change is audited in its own transaction, survives a restart, and binds every replica at once. */
export type EngineControl = {
  pauses(): Promise<readonly EnginePause[]>;
  /** Pauses the engine (null) or an application; again: the reason is replaced. */
  pause(application: string | null, reason: string | null, actor: Actor): Promise<void>;
  /** Throws `wrong_state` when it is not paused. */
  resume(application: string | null, reason: string | null, actor: Actor): Promise<void>;
  freezes(): Promise<readonly FreezeCalendar[]>;
  freeze(name: string): Promise<FreezeCalendar>;
  saveFreeze(name: string, input: FreezeInput, actor: Actor): Promise<FreezeCalendar>;
  removeFreeze(name: string, actor: Actor): Promise<void>;
  except(name: string, input: ExceptionInput, actor: Actor): Promise<FreezeException>;
  removeException(name: string, id: string, actor: Actor): Promise<void>;
  /** What is wrong with a calendar; empty when it can be saved. */
  check(input: FreezeInput): Problem[];
};
