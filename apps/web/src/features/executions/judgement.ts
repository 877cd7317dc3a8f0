import type { Stage } from "@gennaker/contract/resources/execution.ts";

export type Question = { instructions: string; inputs: string[] };

/** What a manual judgement asks: its instructions and the answers to choose from (Spinnaker's `judgmentInputs`). */
export function questionOf(stage: Pick<Stage, "context">): Question {
  const { instructions, judgmentInputs } = stage.context;
  const inputs = Array.isArray(judgmentInputs)
    ? judgmentInputs.flatMap((each: unknown) => {
        const value: unknown = typeof each === "object" && each !== null && "value" in each ? each.value : each;
        return typeof value === "string" && value !== "" ? [value] : [];
      })
    : [];
  return { instructions: typeof instructions === "string" ? instructions : "", inputs };
}

/** Whether a stage waits for somebody else than who has started the run. */
export function isHeld({ tasks }: Pick<Stage, "tasks">): boolean {
  return tasks.some(({ waiting }) => waiting?.code === "access.secondPerson");
}

/** Who decided what, once somebody has. */
export function decisionOf(
  stage: Pick<Stage, "context" | "outputs">,
): { decision: "continue" | "stop"; by: string; input: string | null } | null {
  const status = stage.context["judgmentStatus"];
  if (status !== "continue" && status !== "stop") return null;
  const modifier = stage.context["lastModifiedBy"];
  const by =
    stage.outputs["judgedBy"] ??
    (typeof modifier === "object" && modifier !== null && "user" in modifier ? modifier.user : modifier);
  const input = stage.context["judgmentInput"];
  return {
    decision: status,
    by: typeof by === "string" ? by : "?",
    input: typeof input === "string" && input !== "" ? input : null,
  };
}
