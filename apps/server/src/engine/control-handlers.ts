import type { FreezeCalendar as FreezeResource, PauseState } from "@gennaker/contract/resources/engine.ts";
import { frozenUntil } from "@gennaker/engine-core/freeze.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { Handlers } from "../platform/http/api.ts";
import type { EngineControl, FreezeCalendar } from "./control-api.ts";

/** Stands for no end: the last moment that ISO 8601 writes with four digits. */
const noEnd = "9999-12-31T23:59:59.000Z";

/** Pauses and freeze calendars over the own API. */
export function engineControlHandlers(options: { control: EngineControl; timezone: string; now(): number }): Handlers {
  const { control } = options;

  async function state(application: string | null): Promise<PauseState> {
    const all = await control.pauses();
    if (application === null) return { paused: all.some((pause) => pause.application === null), pauses: [...all] };
    const name = application.toLowerCase();
    const pauses = all.filter((pause) => pause.application === null || pause.application === name);
    return { paused: pauses.length > 0, pauses };
  }

  /** Asked for what is already so, it changes nothing and says so by the answer. */
  async function change(
    application: string | null,
    body: { paused: boolean; reason?: string | undefined },
    actor: Actor,
  ) {
    const own = (await control.pauses()).some((pause) => pause.application === (application?.toLowerCase() ?? null));
    if (body.paused) await control.pause(application, body.reason ?? null, actor);
    else if (own) await control.resume(application, body.reason ?? null, actor);
    return state(application);
  }

  const view = (calendar: FreezeCalendar): FreezeResource => {
    const until = frozenUntil(calendar.periods, options.now(), calendar.timezone);
    return {
      ...calendar,
      periods: [...calendar.periods],
      stageTypes: calendar.stageTypes === null ? null : [...calendar.stageTypes],
      exceptions: [...calendar.exceptions],
      frozenUntil: until === null ? null : Number.isFinite(until) ? new Date(until).toISOString() : noEnd,
    };
  };

  return {
    getEnginePause: () => state(null),
    setEnginePause: ({ body, actor }) => change(null, body, actor),
    getApplicationPause: ({ params }) => state(params.application),
    setApplicationPause: ({ params, body, actor }) => change(params.application, body, actor),
    listFreezes: async () => (await control.freezes()).map(view),
    getFreeze: async ({ params }) => view(await control.freeze(params.freeze)),
    saveFreeze: async ({ params, body, actor }) => {
      const input = {
        application: body.application ?? null,
        timezone: body.timezone ?? options.timezone,
        periods: body.periods,
        holds: body.holds ?? "stages",
        stageTypes: body.stageTypes ?? null,
        reason: body.reason ?? null,
      };
      return view(await control.saveFreeze(params.freeze, input, actor));
    },
    deleteFreeze: async ({ params, actor }) => {
      await control.removeFreeze(params.freeze, actor);
      return {};
    },
    addFreezeException: ({ params, body, actor }) =>
      control.except(params.freeze, { ...body, until: body.until ?? null }, actor),
    deleteFreezeException: async ({ params, actor }) => {
      await control.removeException(params.freeze, params.exception, actor);
      return {};
    },
  };
}
