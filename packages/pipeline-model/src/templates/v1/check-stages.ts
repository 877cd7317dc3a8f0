import type { Problem } from "@gennaker/contract/errors.ts";
import { TemplateFault } from "../fault.ts";
import type { StageNode } from "./stages.ts";

/** Rules about the stages of a template and of an instance that hold before anything is rendered. */
export function checkStages(
  template: readonly StageNode[],
  instance: readonly StageNode[],
  isProtected: boolean,
): void {
  const problems = [...template, ...instance].flatMap(placeProblems);
  if (isProtected && instance.length > 0) {
    problems.push({
      pointer: "/instance/config/stages",
      reason: "must be empty: the template is protected, so its stages cannot be added to, replaced or removed",
    });
  }
  const known = new Set(template.map((stage) => stage.id));
  for (const stage of instance) {
    if (stage.loopWith !== null)
      problems.push({
        pointer: `${stage.pointer}/loopWith`,
        reason: "is for stages of a template; an instance's stage cannot loop",
      });
    if (!known.has(stage.id) && stage.requisites.size === 0 && stage.inject === null) {
      problems.push({
        pointer: stage.pointer,
        reason: "needs dependsOn or inject, because the template has no stage of this id that it replaces",
      });
    }
  }
  if (problems.length > 0) throw new TemplateFault(problems);
}

function placeProblems(stage: StageNode): Problem[] {
  const rule = stage.inject;
  if (rule === null) return [];
  const problems: Problem[] = [];
  if (stage.requisites.size > 0)
    problems.push({ pointer: `${stage.pointer}/inject`, reason: "cannot stand beside dependsOn" });
  const rules = [rule.first, rule.last, rule.before !== null, rule.after !== null].filter(Boolean).length;
  if (rules > 1)
    problems.push({
      pointer: `${stage.pointer}/inject`,
      reason: "must have one rule only: first, last, before or after",
    });
  return problems;
}
