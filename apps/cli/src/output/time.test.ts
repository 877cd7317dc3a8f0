import { expect, test } from "vitest";
import { ago, between, clock, duration } from "./time.ts";

test.each([
  [0, "0ms"],
  [999, "999ms"],
  [1_000, "1s"],
  [59_999, "59s"],
  [65_000, "1m 05s"],
  [3_600_000, "1h 00m"],
  [7_620_000, "2h 07m"],
  [47 * 3_600_000, "47h 00m"],
  [99 * 3_600_000, "4d 03h"],
  [-5, "0ms"],
])("%i ms read as %s", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

const start = "2026-05-04T10:00:00.000Z";
const now = Date.parse(start) + 90_000;

test("what runs is measured until now, what has not begun not at all", () => {
  expect(between(start, null, now)).toBe("1m 30s");
  expect(between(start, "2026-05-04T10:00:05.000Z", now)).toBe("5s");
  expect(between(null, null, now)).toBe("");
  expect(ago(start, now)).toBe("1m 30s ago");
  expect(ago(null, now)).toBe("");
  expect(clock(now)).toBe("10:01:30");
});
