import type { JsonObject } from "@gennaker/contract/json.ts";
import type { RecordedStage } from "./recorded.ts";

export type PlanDifference = {
  refId: string;
  stage: string;
  what: "missing" | "added" | "type" | "name" | "requisites";
  here: string;
  there: string;
};

/** Stages and graph of the plan here against those of the run there. Names that are expressions are not compared. */
export function comparePlan(here: readonly JsonObject[], there: readonly RecordedStage[]): PlanDifference[] {
  const recorded = new Map(there.map((stage) => [stage.refId, stage]));
  const planned = new Set(here.map((stage) => String(stage["refId"])));
  const differences = here.flatMap((stage): PlanDifference[] => {
    const refId = String(stage["refId"]);
    const name = String(stage["name"] ?? stage["type"] ?? "");
    const run = recorded.get(refId);
    const at = { refId, stage: name };
    if (run === undefined) return [{ ...at, what: "added", here: String(stage["type"]), there: "no such stage" }];
    const found: PlanDifference[] = [];
    if (run.type !== stage["type"]) found.push({ ...at, what: "type", here: String(stage["type"]), there: run.type });
    if (typeof stage["name"] === "string" && !name.includes("${") && run.name !== name)
      found.push({ ...at, what: "name", here: name, there: run.name });
    const own = listed(stage["requisiteStageRefIds"]);
    const theirs = run.requisites.toSorted().join(", ");
    if (own !== theirs) found.push({ ...at, what: "requisites", here: own, there: theirs });
    return found;
  });
  const missing = there
    .filter(({ refId }) => !planned.has(refId))
    .map(({ refId, name, type }): PlanDifference => ({
      refId,
      stage: name,
      what: "missing",
      here: "no such stage",
      there: type,
    }));
  return [...differences, ...missing];
}

const listed = (value: unknown): string => (Array.isArray(value) ? value.map(String).toSorted().join(", ") : "");
