import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { GraphNode } from "../stage-graph.ts";
import { readInject, texts } from "../v2-stages.ts";

/** A stage of a first-generation template on its way into the plan. */
export type StageNode = GraphNode & {
  type: string;
  name: string | null;
  config: Json;
  when: readonly Json[];
  loopWith: string | null;
  /** `{value}` in a stage that a loop made. */
  loop: JsonObject | null;
  inheritance: JsonObject | null;
  /** Shown by the UI: the partial and the stage that used it. */
  group: string | null;
};

export function readStages(list: Json | undefined, at: string): StageNode[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).map((stage, index) => ({
    id: String(stage["id"]),
    type: String(stage["type"]),
    name: typeof stage["name"] === "string" ? stage["name"] : null,
    config: stage["config"] ?? {},
    when: Array.isArray(stage["when"]) ? stage["when"] : [],
    requisites: new Set(texts(stage["dependsOn"])),
    hashed: stage["dependsOn"] !== undefined && stage["dependsOn"] !== null,
    inject: readInject(stage["inject"]),
    pointer: `${at}/${index}`,
    loopWith: typeof stage["loopWith"] === "string" && stage["loopWith"] !== "" ? stage["loopWith"] : null,
    loop: null,
    inheritance: isJsonObject(stage["inheritanceControl"]) ? stage["inheritanceControl"] : null,
    group: null,
  }));
}

/** The partial that a stage of the type `partial.ID` stands for, null for other stages. */
export function partialOf(stage: StageNode): string | null {
  return stage.type.startsWith("partial.") ? (stage.type.split(".").at(-1) ?? null) : null;
}

export function copyStage(stage: StageNode): StageNode {
  return { ...stage, requisites: new Set(stage.requisites) };
}
