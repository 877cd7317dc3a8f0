import fc from "fast-check";
import { expect, test } from "vitest";
import { expectedPart, partDocument, type ReferencePart } from "./testing/reference-parts.ts";
import { simulate } from "./testing/simulator.ts";

const seldom = fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
const outcome = fc.constantFrom(
  "SUCCEEDED" as const,
  "SUCCEEDED" as const,
  "SUCCEEDED" as const,
  "SKIPPED" as const,
  "TERMINAL" as const,
  "CANCELED" as const,
  "STOPPED" as const,
  "FAILED_CONTINUE" as const,
);

/** What CANCELED would halt the whole run, whose end depends on the order of events; that is the other tests' matter. */
const unhalting = (part: ReferencePart): ReferencePart =>
  part.policy === "halt"
    ? { ...part, tasks: part.tasks.map((gives) => (gives === "CANCELED" ? "TERMINAL" : gives)) }
    : part;

function parts(depth: number, policy: fc.Arbitrary<ReferencePart["policy"]>, strict: fc.Arbitrary<boolean>) {
  const children: fc.Arbitrary<ReferencePart[]> =
    depth === 0 ? fc.constant([]) : fc.array(fc.oneof(part(depth - 1), part(0)), { maxLength: 3 });
  return fc
    .record({
      tasks: fc.array(outcome, { maxLength: 3 }),
      policy,
      lets: fc.boolean(),
      disabled: seldom,
      unplannable: seldom,
      strict,
      parallel: fc.boolean(),
      gathers: fc.nat({ max: 2 }),
      before: children,
      after: children,
      onFailure: children,
    })
    .map(unhalting);
}

function part(depth: number): fc.Arbitrary<ReferencePart> {
  return parts(depth, fc.constantFrom("halt", "haltBranch", "haltBranchThenFail", "ignore"), seldom);
}

const top = parts(2, fc.constantFrom("haltBranch", "haltBranchThenFail", "ignore"), fc.constant(false));

test("whatever the order of events, stages with parts end as the second reference model says", () => {
  fc.assert(
    fc.property(fc.array(top, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.nat()), (list, choices) => {
      const simulator = simulate(
        list.map((each, index) => ({
          ...partDocument(each),
          refId: `${index}`,
          type: "test",
          name: `${index}`,
          requisiteStageRefIds: [],
        })),
      );
      const execution = simulator.finish((count) => (choices.next().value ?? 0) % count);
      const expected = list.map((each, index) => ({ refId: `${index}`, ...expectedPart(each, `${index}`) }));
      const statuses = Object.fromEntries(
        expected.flatMap(({ refId, status, below }) => [[refId, status], ...Object.entries(below)]),
      );
      expect(simulator.statuses()).toEqual(statuses);
      for (const { refId, tasks } of expected)
        expect(simulator.stage(refId).tasks.map((task) => task.status)).toEqual(tasks);
      const stopped = [...execution.stages.values()].filter((stage) => stage.status === "STOPPED");
      const asked = stopped.some((stage) => stage.context["completeOtherBranchesThenFail"] === true);
      const branches = expected.some(({ status }) => status === "STOPPED");
      expect(execution.status).toBe(branches && asked ? "TERMINAL" : "SUCCEEDED");
    }),
    { numRuns: 1_000 },
  );
});
