import { describe, expect, test } from "vitest";
import { CelHealthRuleError, createCelHealthRules } from "./cel-rules.ts";
import type { CelHealthRule, CelHealthStatus } from "./cel-rules.ts";
import { health, verdict } from "./health.ts";
import { object } from "./testing/builders.ts";

const rule = (when: string, status: CelHealthStatus, message = "m") => ({ when, status, message });
const widgets = (...rules: CelHealthRule["rules"]): CelHealthRule => ({ group: "example.com", kind: "Widget", rules });
const widget = (status: object, spec: object = {}) => object("example.com/v1", "Widget", { spec, status });

describe("users' rules", () => {
  const celRules = createCelHealthRules([
    widgets(
      rule("has(status.error)", "failed", "it reports an error"),
      rule("status.ready >= spec.size && spec.size - status.ready <= 0", "stable", "all parts are there"),
      rule("status.parts.exists(p, p.state == 'off')", "paused", "a part is off"),
      rule("object.metadata.name.startsWith('we') && 1 < 1.5", "progressing", "on its way"),
    ),
    { group: "", kind: "ConfigMap", rules: [rule("metadata.name == 'no'", "failed")] },
  ]);
  test.each([
    [widget({ error: "x" }), "failed", "it reports an error"],
    [widget({ ready: 3 }, { size: 3 }), "stable", "all parts are there"],
    [widget({ parts: [{ state: "on" }, { state: "off" }] }), "paused", "a part is off"],
    [widget({}), "progressing", "on its way"],
    [object("v1", "ConfigMap", {}, "no"), "stable", "ConfigMap exists"],
  ])("%j", (manifest, status, message) => {
    const expected = manifest["kind"] === "ConfigMap" ? { status: "failed", message: "m" } : { status, message };
    expect(health(manifest, { celRules })).toMatchObject(expected);
  });

  test("where none holds, our own rules answer", () => {
    const none = createCelHealthRules([
      widgets(rule("status.missing.deeper == 1", "failed"), rule("'text'", "failed")),
    ]);
    expect(health(widget({ phase: "Ready" }), { celRules: none })).toMatchObject({ status: "stable" });
    expect(none.judge(object("v1", "Pod"))).toBeUndefined();
  });

  test("only our own mode reads them, and the sign says whose they are", () => {
    expect(health(widget({ error: 1 }), { celRules, mode: "kstatus" })).toEqual({
      status: "Current",
      message: "Resource is current",
    });
    expect(verdict(widget({ error: 1 }), { celRules }).signs).toMatchObject([{ code: "rule.user", fatal: true }]);
  });

  test("an engine for regular expressions can be given", () => {
    const patterns: string[] = [];
    const re2 = { compile: (pattern: string) => ({ test: () => patterns.push(pattern) > 0 }) };
    const matching = createCelHealthRules([widgets(rule("spec.name.matches('^a+$')", "stable"))], { re2 });
    expect(matching.judge(widget({}, { name: "aaa" }))).toEqual({
      status: "stable",
      message: "m",
      rule: "example.com/Widget 1",
    });
    expect(patterns).toEqual(["^a+$"]);
  });
});

test("a rule that cannot be used is refused when it is made, by its place", () => {
  expect(() => createCelHealthRules([widgets(rule("status.", "failed"))])).toThrow(CelHealthRuleError);
  expect(() => createCelHealthRules([widgets(rule("true", "stable"), rule("1 +", "failed"))])).toThrow(
    /^Rule 2 of example\.com\/Widget: "1 \+" is no CEL expression/u,
  );
  expect(() => createCelHealthRules([widgets(rule("true", "Healthy" as CelHealthStatus))])).toThrow(
    '"Healthy" is none of',
  );
});

test("numbers keep their kind and very deep objects do not overflow", () => {
  const typed = createCelHealthRules([widgets(rule("type(spec.i) == int && type(spec.d) == double", "stable"))]);
  expect(typed.judge(widget({}, { i: 3, d: 1.5 }))).toBeDefined();
  let deep: unknown = 1;
  for (let level = 0; level < 5000; level += 1) deep = { deep };
  expect(typed.judge(widget({}, { i: 3, d: 1.5, deep }))).toBeDefined();
});
