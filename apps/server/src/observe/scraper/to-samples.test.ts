import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExposition } from "./exposition/parse.ts";
import { nextDue, offsetOf, timeoutFor } from "./schedule.ts";
import { mergeLabels, ownSamples, toSamples } from "./to-samples.ts";

const target = { server_group: "app-v001", instance: "i-1", zone: "" };
const read = (text: string) => parseExposition(text).samples;
const counter = "# TYPE errors_total counter\n";

describe("toSamples", () => {
  test("adds the target's labels and the scrape's time", () => {
    expect(toSamples(read('# TYPE up_now gauge\nup_now{path="/"} 3'), target, 1000, null).samples).toEqual([
      {
        name: "up_now",
        labels: { path: "/", server_group: "app-v001", instance: "i-1" },
        kind: "gauge",
        time: 1000,
        value: 3,
      },
    ]);
  });

  test("a counter that appears between two scrapes began at zero", () => {
    const first = toSamples(read(`${counter}errors_total{code="500"} 2`), target, 1000, null);
    const second = toSamples(read(`${counter}errors_total{code="500"} 2\nerrors_total{code="503"} 1`), target, 2000, {
      time: 1000,
      cumulative: first.cumulative,
    });
    expect(first.samples.map((sample) => [sample.labels["code"], sample.time, sample.value])).toEqual([
      ["500", 1000, 2],
    ]);
    expect(second.samples.map((sample) => [sample.labels["code"], sample.time, sample.value])).toEqual([
      ["500", 2000, 2],
      ["503", 1000, 0],
      ["503", 2000, 1],
    ]);
  });

  test("gauges get no zero", () => {
    expect(toSamples(read("g 3"), {}, 2000, { time: 1000, cumulative: new Set() }).samples).toHaveLength(1);
  });

  test("a time from the target is taken when it is about now", () => {
    const time = Date.UTC(2026, 0, 1);
    expect(
      toSamples(
        read(`a 1 ${time - 5000}\nb 1 ${time - 7_200_000}\nc 1 ${time + 7_200_000}`),
        {},
        time,
        null,
      ).samples.map((sample) => sample.time),
    ).toEqual([time - 5000, time, time]);
  });
});

test("the target's labels win and nothing exposed is lost", () => {
  expect(mergeLabels({ instance: "x", exported_instance: "y", code: "200", empty: "" }, { instance: "i" })).toEqual({
    instance: "i",
    exported_instance: "y",
    exported_exported_instance: "x",
    code: "200",
  });
  const names = fc.constantFrom("a", "b", "exported_a", "exported_b", "exported_exported_a");
  const labels = fc.dictionary(names, fc.stringMatching(/^[a-z]{1,4}$/));
  fc.assert(
    fc.property(labels, labels, (own, mine) => {
      const merged = mergeLabels(own, mine);
      for (const [name, value] of Object.entries(mine)) expect(merged[name]).toBe(value);
      expect(Object.values(merged).sort()).toEqual([...Object.values(own), ...Object.values(mine)].sort());
    }),
  );
});

test("own series say up and how long it took", () => {
  expect(ownSamples({ a: "b" }, 5, false, 0.25).map(({ name, value }) => [name, value])).toEqual([
    ["up", 0],
    ["scrape_duration_seconds", 0.25],
  ]);
});

test("the schedule is steady, spread and skips what was missed", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
      fc.integer({ min: 100, max: 60_000 }),
      fc.string(),
      (now, interval, key) => {
        const offset = offsetOf(key, interval);
        const due = nextDue(now, interval, offset);
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThan(interval);
        expect(due).toBeGreaterThan(now);
        expect(due - now).toBeLessThanOrEqual(interval);
        expect(nextDue(due, interval, offset)).toBe(due + interval);
      },
    ),
  );
  expect(
    new Set(Array.from({ length: 20 }, (_, at) => offsetOf(`http://127.0.0.1:${at}/metrics`, 1000))).size,
  ).toBeGreaterThan(15);
  expect([timeoutFor(1000), timeoutFor(60_000), timeoutFor(100)]).toEqual([900, 10_000, 250]);
});
