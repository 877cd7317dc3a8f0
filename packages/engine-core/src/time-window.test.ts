import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { nextOpening, readTimeWindow } from "./time-window.ts";

const span = (startHour: number, startMin: number, endHour: number, endMin: number): JsonObject => ({
  startHour,
  startMin,
  endHour,
  endMin,
});
const next = (document: JsonObject, now: string, zone = "UTC") =>
  new Date(nextOpening(readTimeWindow(document), Date.parse(now), zone)).toISOString();

// 2026-11-21 is a Saturday.
test.each([
  ["inside: at once", { whitelist: [span(9, 0, 17, 0)] }, "2026-11-21T10:00:30Z", "2026-11-21T10:00:30.000Z"],
  ["before: at its start", { whitelist: [span(9, 30, 17, 0)] }, "2026-11-21T03:00:00Z", "2026-11-21T09:30:00.000Z"],
  ["after: tomorrow", { whitelist: [span(9, 0, 17, 0)] }, "2026-11-21T18:00:00Z", "2026-11-22T09:00:00.000Z"],
  [
    "the last minute belongs to it",
    { whitelist: [span(9, 0, 17, 0)] },
    "2026-11-21T17:00:30Z",
    "2026-11-21T17:00:30.000Z",
  ],
  [
    "between two spans, given in any order",
    { whitelist: [span(20, 0, 21, 0), span(9, 0, 10, 0)] },
    "2026-11-21T12:00:00Z",
    "2026-11-21T20:00:00.000Z",
  ],
  [
    "a day that is not allowed",
    { days: [2], whitelist: [span(9, 0, 10, 0)] },
    "2026-11-21T09:30:00Z",
    "2026-11-23T09:00:00.000Z",
  ],
  ["days alone: the whole day", { days: [1] }, "2026-11-21T09:30:00Z", "2026-11-22T00:00:00.000Z"],
  [
    "the same day next week",
    { days: [7], whitelist: [span(9, 0, 10, 0)] },
    "2026-11-21T11:00:00Z",
    "2026-11-28T09:00:00.000Z",
  ],
  [
    "an hour or minute that is not given is 0",
    { whitelist: [{ endHour: 5 }] },
    "2026-11-21T11:00:00Z",
    "2026-11-22T00:00:00.000Z",
  ],
  [
    "over midnight, in the evening",
    { whitelist: [span(22, 0, 2, 0)] },
    "2026-11-21T23:00:00Z",
    "2026-11-21T23:00:00.000Z",
  ],
  [
    "over midnight, in the morning",
    { whitelist: [span(22, 0, 2, 0)] },
    "2026-11-21T01:00:00Z",
    "2026-11-21T01:00:00.000Z",
  ],
  ["over midnight, at noon", { whitelist: [span(22, 0, 2, 0)] }, "2026-11-21T12:00:00Z", "2026-11-21T22:00:00.000Z"],
  [
    "over midnight: each part counts for its own day",
    { days: [1], whitelist: [span(22, 0, 2, 0)] },
    "2026-11-21T22:30:00Z",
    "2026-11-22T00:00:00.000Z",
  ],
])("%s", (_name, document, now, expected) => {
  expect(next(document, now)).toBe(expected);
});

test.each([
  [
    "a zone west of Greenwich, another day there",
    "America/Los_Angeles",
    { days: [6], whitelist: [span(20, 0, 23, 0)] },
    "2026-11-21T05:00:00Z",
    "2026-11-21T05:00:00.000Z",
  ],
  [
    "clocks go forward: a start that does not exist moves past the gap",
    "Europe/Berlin",
    { whitelist: [span(2, 30, 4, 0)] },
    "2026-03-29T00:00:00Z",
    "2026-03-29T01:30:00.000Z",
  ],
  [
    "clocks go back: the first of two equal times opens",
    "Europe/Berlin",
    { whitelist: [span(2, 30, 4, 0)] },
    "2026-10-24T23:00:00Z",
    "2026-10-25T00:30:00.000Z",
  ],
  [
    "clocks go back: the second of two equal times closes",
    "Europe/Berlin",
    { whitelist: [span(1, 0, 2, 30)] },
    "2026-10-25T01:20:00Z",
    "2026-10-25T01:20:00.000Z",
  ],
  [
    "a zone of half hours",
    "Asia/Kolkata",
    { whitelist: [span(9, 0, 10, 0)] },
    "2026-11-21T00:00:00Z",
    "2026-11-21T03:30:00.000Z",
  ],
])("%s", (_name, zone, document, now, expected) => {
  expect(next(document, now, zone)).toBe(expected);
});

test.each([
  [{ days: [8] }, "days must be a whole number from 1 to 7, not 8"],
  [{ days: "monday" }, "must be lists"],
  [{ whitelist: [span(24, 0, 25, 0)] }, "startHour must be a whole number from 0 to 23"],
  [{ whitelist: ["all"] }, "must be an object"],
  [{}, "neither days nor times"],
  [{ days: [1], jitter: { enabled: true, minDelay: 20, maxDelay: 10 } }, "must not be less"],
])("%j is refused with a reason", (document, reason) => {
  expect(() => readTimeWindow(document as JsonObject)).toThrow(reason);
});

test("jitter counts when it is enabled", () => {
  const jitter = (document: JsonObject) => readTimeWindow({ days: [1], jitter: document }).jitter;
  const read = { minSeconds: 5, maxSeconds: 60, skipManual: true };
  expect(jitter({ enabled: true, minDelay: 5, maxDelay: "60", skipManual: true })).toEqual(read);
  expect(jitter({ enabled: "true", maxDelay: 60 })).toEqual({ minSeconds: 0, maxSeconds: 60, skipManual: false });
  expect(jitter({ enabled: false, minDelay: 5, maxDelay: 60 })).toBeNull();
  expect(jitter({ enabled: true, minDelay: 5 })).toBeNull();
});
