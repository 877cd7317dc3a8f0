import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

const reason = z.string().max(2_000);

const pause = z.object({
  /** Null: the whole engine. */
  application: z.string().nullable(),
  pausedBy: z.string(),
  reason: z.string().nullable(),
  pausedAt: time,
});

export const pauseState = z.object({
  /** Is what was asked about held, by a pause of its own or by the engine's? */
  paused: z.boolean(),
  pauses: z.array(pause),
});
export type PauseState = z.infer<typeof pauseState>;

const pauseChange = z.object({ paused: z.boolean(), reason: reason.optional() });

const period = z.object({
  from: z.string().max(40).describe("2026-12-20T00:00, FRIDAY 16:00 or 18:00, by the clocks of the calendar's zone"),
  to: z.string().max(40).describe("in the same form; not part of the period"),
});

export const freezeInput = z.object({
  application: z.string().max(200).nullable().optional().describe("null or absent: all applications"),
  timezone: z.string().max(100).optional().describe("IANA name; absent: the server's"),
  periods: z.array(period).max(200),
  holds: z
    .enum(["starts", "stages"])
    .optional()
    .describe("starts: no pipeline begins; stages (default): stages that deploy wait"),
  stageTypes: z.array(z.string().max(200)).max(200).nullable().optional().describe("instead of those that deploy"),
  reason: reason.nullable().optional(),
});

const exceptionInput = z.object({
  what: z.enum(["application", "pipeline", "execution"]),
  subject: z.string().min(1).max(500).describe("the application's name, or the id of the pipeline or execution"),
  until: z.iso
    .datetime({ offset: true })
    .nullable()
    .optional()
    .describe("null or absent: as long as the calendar exists"),
  reason: reason.min(1),
});

const freezeException = z.object({
  id: z.string(),
  what: z.enum(["application", "pipeline", "execution"]),
  subject: z.string(),
  until: time.nullable(),
  reason: z.string(),
  madeBy: z.string(),
  madeAt: time,
});

export const freezeCalendar = z.object({
  name: z.string(),
  application: z.string().nullable(),
  timezone: z.string(),
  periods: z.array(period),
  holds: z.enum(["starts", "stages"]),
  stageTypes: z.array(z.string()).nullable(),
  reason: z.string().nullable(),
  updatedBy: z.string(),
  updatedAt: time,
  exceptions: z.array(freezeException),
  /** Until when it freezes now (null: it does not); `9999-…` stands for no end. */
  frozenUntil: time.nullable(),
});
export type FreezeCalendar = z.infer<typeof freezeCalendar>;

const nothing = z.object({});

export const engineRoutes = defineRoutes({
  getEnginePause: {
    method: "GET",
    path: "/engine/pause",
    tag: "engine",
    summary: "Is the engine paused, and which applications are?",
    response: pauseState,
  },
  setEnginePause: {
    method: "PUT",
    path: "/engine/pause",
    tag: "engine",
    summary: "Pause or resume the whole engine",
    body: pauseChange,
    response: pauseState,
  },
  getApplicationPause: {
    method: "GET",
    path: "/applications/:application/pause",
    tag: "engine",
    summary: "Is an application paused?",
    response: pauseState,
  },
  setApplicationPause: {
    method: "PUT",
    path: "/applications/:application/pause",
    tag: "engine",
    summary: "Pause or resume an application's runs",
    body: pauseChange,
    response: pauseState,
  },
  listFreezes: {
    method: "GET",
    path: "/freezes",
    tag: "engine",
    summary: "Freeze calendars",
    response: z.array(freezeCalendar),
  },
  getFreeze: {
    method: "GET",
    path: "/freezes/:freeze",
    tag: "engine",
    summary: "One freeze calendar by name",
    response: freezeCalendar,
  },
  saveFreeze: {
    method: "PUT",
    path: "/freezes/:freeze",
    tag: "engine",
    summary: "Create or replace a freeze calendar",
    body: freezeInput,
    response: freezeCalendar,
  },
  deleteFreeze: {
    method: "DELETE",
    path: "/freezes/:freeze",
    tag: "engine",
    summary: "Delete a freeze calendar; what it held goes on",
    response: nothing,
  },
  addFreezeException: {
    method: "POST",
    path: "/freezes/:freeze/exceptions",
    tag: "engine",
    summary: "Let an application, pipeline or execution through a freeze",
    body: exceptionInput,
    response: freezeException,
  },
  deleteFreezeException: {
    method: "DELETE",
    path: "/freezes/:freeze/exceptions/:exception",
    tag: "engine",
    summary: "Take an exception back",
    response: nothing,
  },
  rerunExecution: {
    method: "POST",
    path: "/executions/:execution/rerun",
    tag: "executions",
    summary: "Start a run's pipeline again with the same parameters, artifacts and trigger",
    body: z.object({
      version: z
        .enum(["same", "newest"])
        .optional()
        .describe("same: the pipeline as it was then; newest (default): as it is now"),
    }),
    response: z.object({ id: z.string() }),
    status: 202,
  },
});
