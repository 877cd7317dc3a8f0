import type { ReadinessReport } from "@gennaker/contract/resources/import.ts";
import type { Look } from "../../ui/status/look.ts";

export type ReadinessState = "ready" | "check" | "blocked";

export const readinessLooks: Record<ReadinessState, Look> = {
  ready: { tone: "ok", shape: "check" },
  check: { tone: "wait", shape: "bang" },
  blocked: { tone: "bad", shape: "cross" },
};

/** What blocks a run outranks what is only worth a look. */
export function readinessState(report: Pick<ReadinessReport, "ready" | "findings">): ReadinessState {
  if (!report.ready || report.findings.some((finding) => finding.level === "blocks")) return "blocked";
  return report.findings.length > 0 ? "check" : "ready";
}
