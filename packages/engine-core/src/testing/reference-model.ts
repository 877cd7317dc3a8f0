/**
 * The status algebra once more, written as plainly as possible and without messages: given what each stage of a DAG ends as when it
 * runs, which stages run, and how does the run end? Only for graphs in which nothing halts the whole run, where order cannot matter.
 */
export type ReferenceStage = {
  refId: string;
  after: readonly string[];
  /** What its only task gives. */
  gives: "SUCCEEDED" | "TERMINAL" | "STOPPED" | "SKIPPED" | "FAILED_CONTINUE";
  policy: "haltBranch" | "haltBranchThenFail" | "ignore" | "halt";
  disabled: boolean;
};

export function expectedStatuses(stages: readonly ReferenceStage[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (let settled = false; !settled;) {
    settled = true;
    for (const stage of stages) {
      if (result[stage.refId] !== undefined) continue;
      const before = stage.after.map((refId) => result[refId]);
      if (!before.every((status) => status === "SUCCEEDED" || status === "SKIPPED" || status === "FAILED_CONTINUE"))
        continue;
      result[stage.refId] = stage.disabled ? "SKIPPED" : ownStatus(stage);
      settled = false;
    }
  }
  for (const stage of stages) result[stage.refId] ??= "NOT_STARTED";
  return result;
}

function ownStatus(stage: ReferenceStage): string {
  if (stage.gives === "SKIPPED") return "SUCCEEDED";
  if (stage.gives !== "TERMINAL") return stage.gives;
  if (stage.policy === "ignore") return "FAILED_CONTINUE";
  return stage.policy === "halt" ? "TERMINAL" : "STOPPED";
}

/** SUCCEEDED, or TERMINAL when a stopped stage asks for it. */
export function expectedRun(stages: readonly ReferenceStage[]): "SUCCEEDED" | "TERMINAL" {
  const statuses = expectedStatuses(stages);
  const fails = stages.some((stage) => stage.policy === "haltBranchThenFail" && statuses[stage.refId] === "STOPPED");
  return fails ? "TERMINAL" : "SUCCEEDED";
}
