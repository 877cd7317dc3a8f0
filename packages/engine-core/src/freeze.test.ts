import { expect, test } from "vitest";
import { frozenUntil, periodProblem, type FreezePeriod } from "./freeze.ts";

const until = (periods: FreezePeriod[], now: string, zone = "UTC") => {
  const end = frozenUntil(periods, Date.parse(now), zone);
  return end === null || end === Number.POSITIVE_INFINITY ? end : new Date(end).toISOString();
};
const holidays = { from: "2026-12-20T00:00", to: "2027-01-03T09:00" };
const weekend = { from: "FRIDAY 16:00", to: "MONDAY 08:00" };
const nights = { from: "18:00", to: "08:00" };

// 2026-11-20 is a Friday.
test.each<[string, FreezePeriod[], string, string, string | number | null]>([
  ["before a period", [holidays], "2026-12-19T23:59:59Z", "UTC", null],
  ["in a period", [holidays], "2026-12-20T00:00:00Z", "UTC", "2027-01-03T09:00:00.000Z"],
  ["its end is not part of it", [holidays], "2027-01-03T09:00:00Z", "UTC", null],
  ["by the clocks of the zone", [holidays], "2026-12-19T15:00:00Z", "Asia/Seoul", "2027-01-03T00:00:00.000Z"],
  [
    "with an offset: at that instant",
    [{ from: "2026-12-20T00:00Z", to: "2026-12-21T00:00+01:00" }],
    "2026-12-20T10:00:00Z",
    "Asia/Seoul",
    "2026-12-20T23:00:00.000Z",
  ],
  ["weekly, on its first day", [weekend], "2026-11-20T16:00:00Z", "UTC", "2026-11-23T08:00:00.000Z"],
  ["weekly, on a day between", [weekend], "2026-11-22T03:00:00Z", "UTC", "2026-11-23T08:00:00.000Z"],
  ["weekly, over", [weekend], "2026-11-23T08:00:00Z", "UTC", null],
  ["weekly, not yet", [weekend], "2026-11-20T15:59:00Z", "UTC", null],
  [
    "a whole week less an hour",
    [{ from: "MONDAY 09:00", to: "MONDAY 08:00" }],
    "2026-11-20T12:00:00Z",
    "UTC",
    "2026-11-23T08:00:00.000Z",
  ],
  [
    "the same day of the week",
    [{ from: "monday 08:00", to: "monday 09:00" }],
    "2026-11-23T08:30:00Z",
    "UTC",
    "2026-11-23T09:00:00.000Z",
  ],
  ["daily over midnight, in the evening", [nights], "2026-11-20T19:00:00Z", "UTC", "2026-11-21T08:00:00.000Z"],
  ["daily over midnight, in the morning", [nights], "2026-11-21T07:00:00Z", "UTC", "2026-11-21T08:00:00.000Z"],
  ["daily, by day", [{ from: "12:00", to: "13:00" }], "2026-11-21T12:30:00Z", "UTC", "2026-11-21T13:00:00.000Z"],
  ["daily, at another time", [{ from: "12:00", to: "13:00" }], "2026-11-21T13:00:00Z", "UTC", null],
  [
    "periods that touch count as one",
    [weekend, { from: "MONDAY 08:00", to: "MONDAY 12:00" }],
    "2026-11-21T00:00:00Z",
    "UTC",
    "2026-11-23T12:00:00.000Z",
  ],
  ["no gap at all", [{ from: "00:00", to: "00:00" }], "2026-11-21T00:00:00Z", "UTC", Number.POSITIVE_INFINITY],
  [
    "over a change of clocks: the night is an hour shorter",
    [nights],
    "2026-03-28T20:00:00Z",
    "Europe/Berlin",
    "2026-03-29T06:00:00.000Z",
  ],
  [
    "an end that the clocks leave out moves past the gap",
    [{ from: "20:00", to: "02:30" }],
    "2026-03-28T20:00:00Z",
    "Europe/Berlin",
    "2026-03-29T01:30:00.000Z",
  ],
  ["none", [], "2026-11-21T00:00:00Z", "UTC", null],
])("%s", (_name, periods, now, zone, expected) => {
  expect(until(periods, now, zone)).toBe(expected);
});

test.each([
  [{ from: "2026-12-20T00:00", to: "2026-12-19T00:00" }, "not later"],
  [{ from: "2026-13-20T00:00", to: "2027-12-19T00:00" }, "no date"],
  [{ from: "FRIDAY 16:00", to: "18:00" }, "same form"],
  [{ from: "FREITAG 16:00", to: "MONDAY 08:00" }, "no day of the week"],
  [{ from: "25:00", to: "18:00" }, "no time"],
  [{ from: "18:60", to: "19:00" }, "no time"],
  [{ from: "", to: "19:00" }, "expected a moment"],
])("a period that cannot be used says why: %o", (period, reason) => {
  expect(periodProblem(period)).toContain(reason);
});

test("periods of every form can be used", () => {
  expect([holidays, weekend, nights].map(periodProblem)).toEqual([null, null, null]);
});
