import { expect, test } from "vitest";
import { tsqueryOf, termsAsked } from "./search.ts";
import { inPeriod, termOf, termsOf, weekOf, wordsOf, type Searchable } from "./search-terms.ts";

const run = (over: Partial<Searchable> = {}): Searchable => ({
  id: "01J8ZK5T3V9Q2M7N4R6S8W0XYB",
  application: "shop",
  name: "Ship to Prod",
  pipelineConfigId: "p1",
  user: "Ann",
  trigger: {},
  status: "NOT_STARTED",
  ...over,
});

test("a run is found by what it is, whatever the case", () => {
  expect(termsOf(run())).toEqual(
    expect.arrayContaining(["a:shop", "n:ship to prod", "c:p1", "u:ann", "x:ship", "x:to", "x:prod"]),
  );
  expect(termOf.name("SHIP to prod ")).toBe("n:ship to prod");
});

test("a run is found by its end where few end so", () => {
  expect(termsOf(run({ status: "TERMINAL" }))).toContain("s:terminal");
  for (const status of ["SUCCEEDED", "RUNNING"] as const)
    expect(termsOf(run({ status })).filter((term) => term.startsWith("s:"))).toEqual([]);
});

test("parameters are found by name and value, as they are written", () => {
  const trigger = { type: "manual", parameters: { env: "Prod", count: 3, dry: true, list: ["a"], none: null } };
  expect(termsOf(run({ trigger }))).toEqual(
    expect.arrayContaining(["t:manual", "p:env=prod", "p:count=3", "p:dry=true", 'p:list=["a"]', "p:none=null"]),
  );
});

test("artifacts are found by name, reference, version and name:version, bound ones too", () => {
  const trigger = {
    artifacts: [{ name: "acme/web", version: "1.2", reference: "registry.example/acme/web:1.2" }],
    resolvedExpectedArtifacts: [{ id: "e", boundArtifact: { name: "bundle" } }, "odd", null],
  };
  expect(termsOf(run({ trigger }))).toEqual(
    expect.arrayContaining(["r:acme/web", "r:1.2", "r:acme/web:1.2", "r:registry.example/acme/web:1.2", "r:bundle"]),
  );
});

test("malformed triggers give no terms of their own, and nothing breaks", () => {
  for (const trigger of [{ parameters: [] }, { parameters: "x" }, { artifacts: {} }, { type: 5, user: {} }])
    expect(termsOf(run({ trigger: trigger as never })).filter((term) => /^[prt]:/.test(term))).toEqual([]);
});

test("hostile and endless text makes terms that the index takes", () => {
  const value = "\u0000\ud800" + "é".repeat(5_000);
  const parameters = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`k${index}`, value]));
  const terms = termsOf(run({ name: value, trigger: { parameters } }));
  expect(terms.every((term) => Buffer.byteLength(term) < 1_000 && !term.includes("\0") && term.isWellFormed())).toBe(
    true,
  );
  expect(terms.length).toBeLessThan(500);
  expect(terms).toContain(termOf.parameter("k1", value));
  expect(termOf.parameter("k1", value)).not.toBe(termOf.parameter("k1", `${value}!`));
});

test("words are runs of letters and digits of any script", () => {
  expect(wordsOf("Deploy v1.2 → 서울!")).toEqual(["deploy", "v1", "2", "서울"]);
});

test("a query escapes what people write and asks for all of it", () => {
  const asked = termsAsked({
    limit: 1,
    parameters: { "a'b": "c\\d" },
    text: "Ship x",
    triggerTypes: ["manual", "cron"],
  });
  expect(tsqueryOf(7, asked)).toBe("('7|t:manual' | '7|t:cron') & ('7|p:a''b=c\\\\d') & ('7|x:ship':*) & ('7|x:x':*)");
});

test("a text of signs only, and an empty choice of trigger types, match nothing rather than everything", () => {
  expect(termsAsked({ limit: 1, text: "  " })).toEqual([]);
  expect(termsAsked({ limit: 1, text: "!?" })).toHaveLength(1);
  expect(tsqueryOf(7, termsAsked({ limit: 1, triggerTypes: [] }))).toBe("('7|')");
});

test("the week of a run is that of its id", () => {
  expect(weekOf("00000000000000000000000000")).toBe(0);
  expect(inPeriod(weekOf("01J8ZK5T3V9Q2M7N4R6S8W0XYB"), "a:shop")).toMatch(/^28\d\d\|a:shop$/);
});
