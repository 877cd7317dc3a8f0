import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { CliError } from "../../errors.ts";

/** A stage by its id, its refId among the pipeline's own stages, or its name. Says which there are. */
export function findStage(execution: Execution, text: string): Stage {
  const { stages } = execution;
  const byName = stages.filter((stage) => stage.name.toLowerCase() === text.toLowerCase());
  const found =
    stages.find((stage) => stage.id === text) ??
    stages.find((stage) => stage.parentStageId === null && stage.refId === text) ??
    stages.find((stage) => stage.refId === text) ??
    (byName.length === 1 ? byName[0] : undefined);
  if (found) return found;
  if (byName.length > 1) {
    throw new CliError(`Execution ${execution.id} has ${byName.length} stages named "${text}".`, {
      next: byName.map((stage) => `${stage.refId}  ${stage.type}  ${stage.status}`),
    });
  }
  throw new CliError(`Execution ${execution.id} has no stage "${text}".`, {
    next: stages
      .filter((stage) => stage.parentStageId === null)
      .map((stage) => `${stage.refId}  ${stage.name}  ${stage.status}`),
  });
}

/** The manual judgements that wait for an answer, and stages that wait for a second person. */
export function openJudgements(execution: Execution): Stage[] {
  const held = ({ tasks }: Stage) => tasks.some(({ waiting }) => waiting?.code === "access.secondPerson");
  return execution.stages.filter(
    (stage) => stage.status === "RUNNING" && (stage.type === "manualJudgment" || held(stage)),
  );
}
