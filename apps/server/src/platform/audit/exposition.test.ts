import { expect, test } from "vitest";
import { auditExposition } from "./exposition.ts";

const state = { head: { seq: 7, hash: "a".repeat(64) }, waiting: 2, checkpoint: null, keepDays: 0 };
const sink = { name: "siem", type: "otlp", seq: 3, behind: 4, error: null, failingSince: null };

test("tells the newest seal, what waits, and each place outside", () => {
  const text = auditExposition({ ...state, sinks: [sink, { ...sink, name: "log", behind: 0, error: "away" }] });
  expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
    "gennaker_audit_sealed 7",
    "gennaker_audit_waiting 2",
    'gennaker_audit_behind{sink="siem"} 4',
    'gennaker_audit_behind{sink="log"} 0',
    'gennaker_audit_failing{sink="siem"} 0',
    'gennaker_audit_failing{sink="log"} 1',
    "",
  ]);
});

test("without places outside there are no series of them", () => {
  const text = auditExposition({ ...state, sinks: [] });
  expect(text).toContain("# TYPE gennaker_audit_sealed gauge\n");
  expect(text).not.toContain("sink");
});
