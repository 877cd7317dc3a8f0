import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { isExpression } from "../coerce.ts";
import { bodyOf, stagesOf } from "./pipeline-notes.ts";

/** Something stored elsewhere that a pipeline needs: a pipeline or strategy by id, a canary config by id or name, a template. */
export type Needed = {
  what: "pipeline" | "strategy" | "canaryConfig" | "template";
  /** Id or name; a template's reference. */
  name: string;
  /** Where it belongs to; null when it is not said. */
  application: string | null;
  pointer: string;
};

/** What a pipeline names of what is stored: what it starts, what starts it, what judges it, what it is made from. */
export function neededBy(document: JsonObject): Needed[] {
  return [
    ...bodyOf(document).flatMap(({ holder, at }) => [
      ...stagesOf(holder, at).flatMap(({ stage, pointer }) => ofStage(stage, pointer)),
      ...triggers(holder["triggers"], `${at}/triggers`),
    ]),
    ...template(document),
  ];
}

function ofStage(stage: JsonObject, pointer: string): Needed[] {
  const { type } = stage;
  const application = fixed(stage["application"]) ?? fixed(stage["pipelineApplication"]);
  const needed: Needed[] = [];
  const add = (what: Needed["what"], field: string, value: unknown, of: string | null) => {
    const name = fixed(value);
    if (name !== null) needed.push({ what, name, application: of, pointer: pointer + field });
  };
  if (type === "pipeline" || type === "findArtifactFromExecution")
    add("pipeline", "/pipeline", stage["pipeline"], application);
  if (type === "deploy" && Array.isArray(stage["clusters"])) {
    for (const [index, cluster] of stage["clusters"].entries()) {
      if (isJsonObject(cluster) && cluster["strategy"] === "custom")
        add(
          "strategy",
          `/clusters/${index}/strategyPipeline`,
          cluster["strategyPipeline"],
          fixed(cluster["strategyApplication"]),
        );
    }
  }
  if (type === "kayentaCanary" && isJsonObject(stage["canaryConfig"])) {
    const canary = stage["canaryConfig"];
    const field = fixed(canary["canaryConfigId"]) === null ? "canaryConfigName" : "canaryConfigId";
    if (!isJsonObject(canary["config"])) add("canaryConfig", `/canaryConfig/${field}`, canary[field], null);
  }
  return needed;
}

function triggers(list: unknown, at: string): Needed[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((trigger, index): Needed[] => {
    if (!isJsonObject(trigger) || trigger["type"] !== "pipeline" || trigger["enabled"] === false) return [];
    const name = fixed(trigger["pipeline"]);
    if (name === null) return [];
    return [{ what: "pipeline", name, application: fixed(trigger["application"]), pointer: `${at}/${index}/pipeline` }];
  });
}

function template(document: JsonObject): Needed[] {
  const config = isJsonObject(document["config"]) ? document["config"]["pipeline"] : null;
  const places: [unknown, string, string][] = [
    [document["template"], "reference", "/template/reference"],
    [isJsonObject(config) ? config["template"] : null, "source", "/config/pipeline/template/source"],
  ];
  return places.flatMap(([holder, field, pointer]): Needed[] => {
    const name = isJsonObject(holder) ? fixed(holder[field]) : null;
    return name?.startsWith("spinnaker://") === true ? [{ what: "template", name, application: null, pointer }] : [];
  });
}

/** A text that is known before a run. */
function fixed(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" && !isExpression(value) ? value : null;
}
