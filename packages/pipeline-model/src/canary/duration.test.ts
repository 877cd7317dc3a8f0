import { expect, test } from "vitest";
import { inWords, parseDuration } from "./duration.ts";

test.each([
  ["PT1H30M", 5_400_000],
  ["PT5S", 5000],
  ["PT0.5S", 500],
  ["P1DT2H", 93_600_000],
  ["P2D", 172_800_000],
  ["pt10m", 600_000],
  ["PT-5M", -300_000],
  ["-PT5M", -300_000],
  ["PT0S", 0],
  ["PT1,25S", 1250],
])("%s is %d ms", (text, expected) => expect(parseDuration(text)).toBe(expected));

test.each(["", "P", "PT", "P1D T1H", "5 minutes", "PT5", "P1DT", "P1Y", "1H", "PT1.5H"])("%j is no duration", (text) =>
  expect(parseDuration(text)).toBeNull(),
);

test.each([
  [500, "500 ms"],
  [5000, "5 s"],
  [90_000, "1 min 30 s"],
  [3_600_000, "1 h"],
  [93_605_000, "1 d 2 h"],
])("%d ms is %s", (ms, words) => expect(inWords(ms)).toBe(words));
