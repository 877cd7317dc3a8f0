import fc from "fast-check";
import { expect, test } from "vitest";
import { planStart } from "./plan-start.ts";

const pipeline = {
  parameterConfig: [
    { name: "version", required: true, label: "Version" },
    { name: "size", default: "3" },
    { name: "ring", hasOptions: true, options: [{ value: "canary" }, { value: "stable" }], default: "stable" },
    { name: "day", constraint: "date" },
    {
      name: "why",
      required: true,
      conditional: true,
      condition: { parameter: "ring", comparator: "=", comparatorValue: "canary" },
    },
  ],
};

test("defaults are filled in, given values and undeclared ones are kept", () => {
  const plan = planStart(pipeline, { parameters: { version: 2, size: 5, versio: "slip" } });
  expect(plan).toEqual({
    ok: true,
    parameters: { version: 2, size: 5, ring: "stable", versio: "slip" },
    notes: [{ pointer: "/parameters/versio", reason: 'is not a parameter of the pipeline; did you mean "version"?' }],
  });
});

test.each([
  [undefined, "/parameters/version", "is required (Version)"],
  [{ version: "" }, "/parameters/version", "is required (Version)"],
  [{ version: null }, "/parameters/version", "is required (Version)"],
  [
    { version: "1", ring: "stabel" },
    "/parameters/ring",
    'must be one of canary, stable, but is the text "stabel"; did you mean "stable"?',
  ],
  [
    { version: "1", day: "2026-02-30" },
    "/parameters/day",
    'must be a date such as 2026-01-31, but is the text "2026-02-30"',
  ],
  [{ version: "1", ring: "canary" }, "/parameters/why", "is required"],
  [[], "/parameters", "must be an object, but is a list"],
])("a start with %j is refused at %s", (parameters, pointer, reason) => {
  expect(planStart(pipeline, { parameters })).toMatchObject({ ok: false, problems: [{ pointer, reason }] });
});

test("of a start that is refused the parameters are given as far as they are known", () => {
  expect(planStart(pipeline, { parameters: { ring: "canary" } })).toMatchObject({
    ok: false,
    parameters: { ring: "canary", size: "3" },
  });
});

test("a default that is not among the options counts all the same, another value does not", () => {
  const pipeline = {
    parameterConfig: [{ name: "clean", hasOptions: true, options: [{ value: "fasle" }], default: "false" }],
  };
  expect(planStart(pipeline, {})).toMatchObject({ ok: true, parameters: { clean: "false" } });
  expect(planStart(pipeline, { parameters: { clean: "no" } })).toMatchObject({ ok: false });
});

test("options that Deck leaves empty offer nothing and forbid nothing", () => {
  const config = {
    parameterConfig: [
      { name: "tag", hasOptions: false, options: [{ value: "" }] },
      { name: "x", hasOptions: true, options: [{ value: "" }] },
    ],
  };
  expect(planStart(config, { parameters: { tag: "v1", x: "any" } })).toMatchObject({ ok: true });
});

test.each([
  [">", 10, 9, true],
  [">", "10", "9", true],
  ["<", 10, 9, false],
  [">=", 9, 9, true],
  ["<=", "b", "a", false],
  ["!=", "a", "b", true],
  ["=", "9", 9, true],
])("a condition with %s on %j and %j holds: %s", (comparator, value, comparatorValue, holds) => {
  const config = {
    parameterConfig: [
      { name: "a" },
      { name: "b", required: true, conditional: true, condition: { parameter: "a", comparator, comparatorValue } },
    ],
  };
  expect(planStart(config, { parameters: { a: value } }).ok).toBe(!holds);
});

test("a pipeline without parameters takes any", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        fc.oneof(fc.string(), fc.integer(), fc.boolean()),
      ),
      (parameters) => {
        expect(planStart({}, { parameters })).toEqual({ ok: true, parameters, notes: [] });
      },
    ),
  );
});
