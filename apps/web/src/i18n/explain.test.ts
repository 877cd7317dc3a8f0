import { describe, expect, test } from "vitest";
import { explain, wordsOfName } from "./explain.ts";
import { koExplanations } from "./ko-explanations.ts";

describe("explain", () => {
  const table = {
    whole: { text: "translated" },
    partly: { text: "translated", partly: true },
    figures: {
      text: (details: Record<string, unknown>) => (typeof details["n"] === "number" ? `n=${details["n"]}` : null),
    },
  };

  test.each([
    [
      "an unknown code falls back to the server",
      { code: "other", message: "The server says." },
      { text: "The server says.", original: null },
    ],
    ["a known code is translated", { code: "whole", message: "m" }, { text: "translated", original: null }],
    [
      "a partial translation keeps the server's sentence",
      { code: "partly", message: "m" },
      { text: "translated", original: "m" },
    ],
    ["figures are filled in", { code: "figures", message: "m", details: { n: 3 } }, { text: "n=3", original: null }],
    [
      "without its figures the server's sentence is shown",
      { code: "figures", message: "m" },
      { text: "m", original: null },
    ],
    [
      "a code like a method of objects is unknown",
      { code: "constructor", message: "m" },
      { text: "m", original: null },
    ],
  ])("%s", (_what, explanation, expected) => {
    expect(explain(table, explanation)).toEqual(expected);
  });

  test("a wait in Korean names its seconds", () => {
    const { text } = explain(koExplanations, { code: "wait.time", message: "Waits", details: { seconds: 30 } });
    expect(text).toContain("30초");
  });
});

test.each([
  ["determineTargetServerGroups", "Determine target server groups"],
  ["wait", "Wait"],
  ["checkURLs", "Check URLs"],
  ["run_canary-now", "Run canary now"],
])("the task %s reads %s", (name, words) => {
  expect(wordsOfName(name)).toBe(words);
});
