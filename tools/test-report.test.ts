import { expect, test } from "vitest";
import { failuresOf, skippedOf } from "./test-report.ts";

const counts = { numPassedTests: 1, numFailedTests: 1, numPendingTests: 0 };

test("each failed test is told with its file, its name and its first message; passed ones are not", () => {
  const assertionResults = [
    { status: "passed", fullName: "is right", failureMessages: [] },
    { status: "failed", fullName: "adds up", failureMessages: ["expected 1 to be 2", "second"] },
  ];
  const report = { ...counts, testResults: [{ name: "sum.test.ts", status: "failed", assertionResults }] };
  expect(failuresOf("unit", report)).toEqual(["unit sum.test.ts > adds up\nexpected 1 to be 2"]);
});

test("a file that could not be loaded is told with its message, long messages are cut", () => {
  const testResults = [{ name: "x.test.ts", status: "failed", message: "e".repeat(5_000), assertionResults: [] }];
  const [told] = failuresOf("unit", { ...counts, testResults });
  expect(told).toMatch(/^unit x\.test\.ts\ne{1500}$/);
});

test("a run without a report has no failures to tell", () => {
  expect(failuresOf("browser", null)).toEqual([]);
});

test("what was left out is told once for each group, with how much it is", () => {
  const skipped = (fullName: string, ...ancestorTitles: string[]) => ({ status: "skipped", fullName, ancestorTitles });
  const assertionResults = [
    { status: "passed", fullName: "runs", ancestorTitles: ["fine"] },
    skipped("a", "a cluster (no Go)"),
    skipped("b", "a cluster (no Go)", "inner"),
    skipped("alone"),
  ];
  const report = { ...counts, testResults: [{ name: "x.test.ts", status: "passed", assertionResults }] };
  expect(skippedOf("kubernetes", report)).toEqual([
    "kubernetes a cluster (no Go): 2 tests",
    "kubernetes alone: 1 test",
  ]);
  expect(skippedOf("kubernetes", null)).toEqual([]);
});
