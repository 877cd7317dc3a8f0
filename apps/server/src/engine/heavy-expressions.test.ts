import { PlanningPostponed } from "@gennaker/engine-core/model.ts";
import { expect, test } from "vitest";
import { createHeavyExpressions, evaluateHeavily, type HeavyInput } from "./heavy-expressions.ts";
import { patiently } from "./lookups.ts";

const context = { list: Array.from({ length: 1_000 }, (_none, index) => index) };
const heavyText = "${list.![#root.list.?[#this > 990].size()][0] + 9007199254740993L}";
const template = { light: "${list.size()}", heavy: heavyText, wrong: "${1 +}" };

test("light templates are evaluated at once; what needs many steps goes to a thread, with the same result", async () => {
  const given: HeavyInput[] = [];
  const evaluate = createHeavyExpressions(
    async (input) => {
      given.push(structuredClone(input));
      return evaluateHeavily(input);
    },
    () => 5,
  );
  expect(evaluate({ light: template.light }, { context })).toMatchObject({ result: { light: 1000 }, errors: [] });
  expect(given).toEqual([]);
  const limits = { steps: 50_000_000 };
  const wanted = createHeavyExpressions(undefined, () => 5)(template, { context, limits });
  expect(() => evaluate(template, { context })).toThrow(PlanningPostponed);
  const found = await patiently(() => evaluate(template, { context }));
  expect(given.length).toBeGreaterThan(0);
  expect(found.keys).toContain("wrong");
  expect(found.result).toMatchObject({ light: 1000, wrong: "${1 +}" });
  expect(wanted.keys).toContain("wrong");
});

test("a thread that dies fails the expressions and says why", async () => {
  const evaluate = createHeavyExpressions(
    () => Promise.reject(new Error("Its thread died.")),
    () => 5,
  );
  const found = await patiently(() => evaluate({ heavy: heavyText }, { context }));
  expect(found).toMatchObject({ result: { heavy: heavyText }, keys: ["heavy"] });
  expect(found.errors[0]?.description).toContain("Its thread died.");
});
