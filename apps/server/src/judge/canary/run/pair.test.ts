import { expect, test } from "vitest";
import { pairSeries } from "./pair.ts";

const window = { start: 10_000, end: 13_000 };
const side = (...series: [Record<string, string>, number[]][]) => ({
  window,
  stepMs: 1000,
  series: series.map(([labels, values]) => ({ labels, start: window.start, stepMs: 1000, values })),
});

test("series are paired by their tags; a side that lacks one gets holes", () => {
  const pairs = pairSeries(
    "m",
    side([{ a: "1", b: "2" }, [1, 2, 3]], [{ a: "3" }, [4, 5, 6]]),
    side([{ b: "2", a: "1" }, [7, 8, 9]], [{ a: "9" }, [1, 1, 1]]),
  );
  expect(pairs.map(({ tags, values }) => [tags, values.control, values.experiment])).toEqual([
    [{ b: "2", a: "1" }, [1, 2, 3], [7, 8, 9]],
    [{ a: "3" }, [4, 5, 6], [NaN, NaN, NaN]],
    [{ a: "9" }, [NaN, NaN, NaN], [1, 1, 1]],
  ]);
  expect(new Set(pairs.map((pair) => pair.id)).size).toBe(3);
  expect(pairs[0]?.scopes.control).toEqual({
    startTimeIso: "1970-01-01T00:00:10.000Z",
    startTimeMillis: 10_000,
    stepMillis: 1000,
  });
});

test("without any series there is one pair of holes; short series are filled up", () => {
  expect(pairSeries("m", side(), side()).map((pair) => pair.values)).toEqual([
    { control: [NaN, NaN, NaN], experiment: [NaN, NaN, NaN] },
  ]);
  expect(pairSeries("m", side([{}, [1]]), side([{}, [1, 2, 3, 4]]))[0]?.values).toEqual({
    control: [1, NaN, NaN, NaN],
    experiment: [1, 2, 3, 4],
  });
});
