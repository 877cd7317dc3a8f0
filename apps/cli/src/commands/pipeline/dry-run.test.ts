import { expect, test } from "vitest";
import { dryRunText } from "./dry-run.ts";

const stage = {
  refId: "2",
  type: "webhook",
  name: "Call",
  requires: ["1"],
  runs: "pending" as const,
  calls: ["POST https://host/x"],
  tasks: ["send"],
  context: { url: "https://host/x", long: "y".repeat(500) },
  pending: [{ pointer: "/payload", expression: "${ami}", waitsFor: ["the name 'ami'"] }],
  problems: ["/wrong: no"],
  notes: ["It begins only inside of its time window."],
};

test("a dry run reads stage by stage, with what is open, wrong and called", () => {
  const lines = dryRunText({
    application: "shop",
    name: "deploy",
    valid: false,
    problems: [{ pointer: "/stages/1", reason: "it has no type" }],
    trigger: {},
    notes: ["It waits while another run of this pipeline goes on."],
    stages: [stage],
  }).split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "Dry run of shop/deploy: nothing was started.",
    "  ! /stages/1 it has no type",
    "  It waits while another run of this pipeline goes on.",
  ]);
  expect(lines).toContain("2 Call [webhook] after 1 (its condition is decided later)");
  expect(lines).toContain("    → POST https://host/x");
  expect(lines).toContain("    … /payload ${ami} waits for the name 'ami'");
  expect(lines).toContain("    ! /wrong: no");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
});
