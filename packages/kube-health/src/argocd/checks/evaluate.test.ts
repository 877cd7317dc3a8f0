import { describe, expect, test } from "vitest";
import { condition } from "../../testing/builders.ts";
import { runCheck } from "./evaluate.ts";
import { parseStep } from "./language.ts";

const run = (step: string, status: unknown, more: object = {}): string => {
  const found = runCheck([parseStep(step)], { kind: "Widget", metadata: { generation: 2 }, ...more, status });
  return found === undefined ? "none" : `${found.status}: ${found.message}`;
};

describe("conditions", () => {
  const step = "Ready=False[reason!=Busy] > Degraded; Ready=True > Healthy";
  test.each([
    [[condition("Ready", "True", "R", "fine")], "Healthy: fine"],
    [[condition("Ready", "False", "R", "broken")], "Degraded: broken"],
    [[condition("Ready", "False", "Busy")], "none"],
    [[condition("Ready", "False", "R")], "Degraded: R"],
    [[{ type: "Ready", status: "False" }], "Degraded: Ready is False"],
    [[condition("Other", "True")], "none"],
    ["not a list", "none"],
  ])("%j", (conditions, expected) => expect(run(step, { conditions })).toBe(expected));

  test("the first condition for which an alternative holds answers, in the order of the conditions", () => {
    const both = "A=True > Degraded; B=True > Healthy";
    expect(run(both, { conditions: [condition("B", "True"), condition("A", "True")] })).toMatch(/^Healthy/u);
    expect(run(both, { conditions: [condition("A", "True"), condition("B", "True")] })).toMatch(/^Degraded/u);
  });

  test("several conditions of one alternative may stand anywhere; 'no' means none of them", () => {
    const conditions = [condition("B", "True"), condition("A", "True")];
    expect(run("A=True & B=True > Healthy", { conditions })).toMatch(/^Healthy/u);
    expect(run("A=True & B=False > Healthy", { conditions })).toBe("none");
    expect(run("no C=True > Healthy", { conditions })).toMatch(/^Healthy/u);
    expect(run("no A=True > Healthy", { conditions })).toBe("none");
  });

  test("filters see generations, the last condition and parts of texts", () => {
    const one = (more: object) => ({ conditions: [{ type: "A", status: "True", message: "a Timeout", ...more }] });
    expect(run("A=*[stale] > Progressing", one({ observedGeneration: 1 }))).toMatch(/^Progressing/u);
    expect(run("A=*[stale] > Progressing", one({}))).toBe("none");
    expect(run("A=*[unobserved] > Progressing", one({}))).toMatch(/^Progressing/u);
    expect(run("A=True[current] > Healthy", one({ observedGeneration: 2 }))).toMatch(/^Healthy/u);
    expect(run("A=*[message~timeout|failed] > Degraded", one({}))).toMatch(/^Degraded/u);
    const two = { conditions: [condition("A", "True"), condition("B", "True")] };
    expect(run("A=True[last] > Healthy", two)).toBe("none");
    expect(run("B=True[last] > Healthy", two)).toMatch(/^Healthy/u);
  });
});

describe("fields", () => {
  test.each([
    [".status.phase=Running|Done > Healthy", { phase: "Done" }, "Healthy: phase is Done"],
    [".status.phase!=Running > Degraded", {}, "Degraded: Widget: degraded"],
    [".status.phase > Healthy: at {.status.phase}", { phase: "x" }, "Healthy: at x"],
    ["!.status.phase > Progressing: none", {}, "Progressing: none"],
    [".status.ready<.status.size > Progressing", { ready: 2, size: 10 }, "Progressing: ready is 2"],
    [".status.ready<.status.size > Progressing", { ready: 2 }, "none"],
    [".status.ready?0<.status.size?1 > Progressing:", {}, "Progressing: "],
    [".status.last<.status.next > Degraded:", { last: "2026-01-01", next: "2026-01-02" }, "Degraded: "],
    ["#.status.list>1 > Healthy:", { list: [1, 2] }, "Healthy: "],
    [".status.a>.status.b-.status.c > Healthy:", { a: 3, b: 4, c: 2 }, "Healthy: "],
    [".status.a=.status.b > Healthy:", {}, "Healthy: "],
    [".status.a=.status.b > Healthy:", { a: 1 }, "none"],
    [".status.text^=ERROR > Degraded:", { text: "ERROR, no" }, "Degraded: "],
    [".kind$=get > Healthy:", {}, "Healthy: "],
    [".kind!$=get > Healthy:", {}, "none"],
    [".status['a.b/c']=1 > Healthy:", { "a.b/c": 1 }, "Healthy: "],
    ["otherwise > Unknown: no idea", {}, "Unknown: no idea"],
  ])("%s %j", (step, status, expected) => expect(run(step, status)).toBe(expected));
});

describe("items", () => {
  test("'each' looks at every item of a list or a map, with the item's own conditions", () => {
    const items = { a: { ok: true, conditions: [condition("Good", "True")] }, b: { ok: false } };
    expect(run("each .status.items: .ok=false > Degraded: b is bad", { items })).toBe("Degraded: b is bad");
    expect(run("each .status.items: Good=True > Healthy:", { items: Object.values(items) })).toBe("Healthy: ");
    expect(run("each .status.items: .ok=true & $.status.go=yes > Healthy:", { items, go: "yes" })).toBe("Healthy: ");
    expect(run("each .status.items: .ok=true > skip; .ok=false > Degraded:", { items })).toBe("Degraded: ");
    expect(run("each .status.items: .ok > Healthy", { items: 7 })).toBe("none");
  });

  test("'in' looks at one object", () => {
    expect(run("in .status.job: .state=done > Healthy:", { job: { state: "done" } })).toBe("Healthy: ");
    expect(run("in .status.job: .state=done > Healthy:", { job: null })).toBe("none");
  });
});

test("what is not of the language is an error that quotes it", () => {
  expect(() => parseStep("Ready=True")).toThrow('"Ready=True"');
  expect(() => parseStep("Ready=True > Splendid")).toThrow("Splendid");
  expect(() => parseStep("Ready > Healthy")).toThrow('"Ready"');
});
