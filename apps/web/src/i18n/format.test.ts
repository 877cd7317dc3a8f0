import { describe, expect, test } from "vitest";
import { createFormat, withLocalTimes } from "./format.ts";

const en = createFormat("en", "Asia/Seoul");
const ko = createFormat("ko", "Asia/Seoul");

describe("durations", () => {
  test.each([
    [0, "0 sec", "0초"],
    [120, "0.1 sec", "0.1초"],
    [1_499, "1 sec", "1초"],
    [12_000, "12 sec", "12초"],
    [59_600, "1 min", "1분"],
    [252_000, "4 min 12 sec", "4분 12초"],
    [3_600_000, "1 hr", "1시간"],
    [5_040_000, "1 hr 24 min", "1시간 24분"],
    [90_000_000, "1 day 1 hr", "1일 1시간"],
  ])("%d ms", (ms, english, korean) => {
    expect(en.duration(ms)).toBe(english);
    expect(ko.duration(ms)).toBe(korean);
  });

  test("a clock that runs behind gives no negative time", () => {
    expect(en.duration(-500)).toContain("0");
    expect(en.duration(-500)).not.toContain("-");
  });
});

describe("numbers", () => {
  test.each([
    [0, "0 B"],
    [512, "512 B"],
    [1_536, "1.5 KiB"],
    [81_000_000, "77.2 MiB"],
    [5e12, "4.5 TiB"],
  ])("%d bytes are %s", (value, text) => {
    expect(en.bytes(value)).toBe(text);
  });

  test("percent values are already percent", () => {
    expect(en.percent(9.87)).toBe("9.9 %");
    expect(en.percent(100)).toBe("100 %");
  });

  test("large numbers lose digits that say nothing", () => {
    expect(en.number(1_234.567, 3)).toBe("1,234.6");
    expect(en.number(0.1234, 3)).toBe("0.123");
  });
});

describe("times", () => {
  const noon = "2026-05-04T03:04:05.000Z";

  test("are shown in the reader's zone and language", () => {
    expect(en.timeOfDay(noon)).toBe("12:04:05");
    expect(ko.dateTime(noon)).toContain("2026년 5월 4일");
  });

  test.each([
    [0, /now|0/],
    [-30_000, /30 seconds ago/],
    [-3 * 60_000, /3 minutes ago/],
    [-25 * 3_600_000, /yesterday/],
  ])("%d ms from now", (ms, words) => {
    const now = Date.parse(noon);
    expect(en.ago(new Date(now + ms).toISOString(), now)).toMatch(words);
  });
});

test("milliseconds tell apart what happens within a second", () => {
  expect(createFormat("en", "UTC").exactTime("2026-05-04T10:20:30.007Z")).toBe("10:20:30.007");
});

test.each([
  ["en", "FRIDAY", "Fri"],
  ["ko", "friday", "금"],
  ["en", "SUNDAY", "Sun"],
  ["ko", "Someday", "Someday"],
] as const)("in %s, %s is %s", (language, name, short) => {
  expect(createFormat(language, "Asia/Seoul").weekday(name)).toBe(short);
});

test("times within a sentence of the server are written for the reader; anything else stays", () => {
  const format = { dateTime: (iso: string) => `<${iso}>` };
  const sentence = "Frozen until 2027-01-03T15:00:00.000Z, version 2027-01-03, 9999-99-99T00:00:00Z.";
  expect(withLocalTimes(sentence, format)).toBe(
    "Frozen until <2027-01-03T15:00:00.000Z>, version 2027-01-03, 9999-99-99T00:00:00Z.",
  );
});
