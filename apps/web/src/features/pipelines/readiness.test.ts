import { expect, test } from "vitest";
import { readinessLooks, readinessState } from "./readiness.ts";

const finding = (level: "blocks" | "check") => ({ level, code: "c", pointer: "", message: "m" });

test.each([
  [{ ready: true, findings: [] }, "ready"],
  [{ ready: true, findings: [finding("check")] }, "check"],
  [{ ready: false, findings: [finding("check"), finding("blocks")] }, "blocked"],
  [{ ready: false, findings: [] }, "blocked"],
])("%o is %s", (report, state) => {
  expect(readinessState(report)).toBe(state);
});

test("each state has a shape of its own", () => {
  expect(new Set(Object.values(readinessLooks).map((look) => look.shape)).size).toBe(3);
});
