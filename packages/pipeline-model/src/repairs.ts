import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { currentStageType, currentStrategy } from "./aliases.ts";
import { isExpression, toFlag } from "./coerce.ts";
import type { PipelineProblem } from "./problem.ts";
import { stageRules } from "./stages/registry.ts";

/** A repaired copy and what was put right; the received document is left alone. */
export type Repaired = { pipeline: JsonObject; problems: PipelineProblem[] };

/** Puts right what older files and other writers are known to do differently. Repairing twice changes nothing more. */
export function repair(received: JsonObject, prefix: string): Repaired {
  const problems: PipelineProblem[] = [];
  const said = (pointer: string, message: string): void => {
    problems.push({ level: "repaired", pointer: prefix + pointer, message });
  };
  const pipeline = copyOf(received);
  if (Array.isArray(pipeline["stages"])) {
    const stages = pipeline["stages"].filter(isJsonObject);
    if (stages.length === pipeline["stages"].length) chain(stages, said);
    for (const [index, stage] of pipeline["stages"].entries())
      if (isJsonObject(stage)) repairStage(stage, `/stages/${index}`, said);
  }
  repairArtifacts(pipeline["expectedArtifacts"], "/expectedArtifacts", said);
  return { pipeline, problems };
}

/** Several times faster than `structuredClone`, which documents of JSON do not need. */
function copyOf<T extends Json>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as Json as T;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)])) as Json as T;
}

type Say = (pointer: string, message: string) => void;

/** No refId at all: the stages run one after another, as in Spinnaker. */
function chain(stages: readonly JsonObject[], said: Say): void {
  if (stages.length === 0 || stages.some((stage) => stage["refId"] !== undefined && stage["refId"] !== null)) return;
  for (const [index, stage] of stages.entries()) {
    stage["refId"] = String(index);
    stage["requisiteStageRefIds"] = index === 0 ? [] : [String(index - 1)];
  }
  said("/stages", "no stage has a refId: they run one after another, with refIds 0, 1, 2 …");
}

function repairStage(stage: JsonObject, at: string, said: Say): void {
  if (typeof stage["refId"] === "number") stage["refId"] = String(stage["refId"]);
  if (Array.isArray(stage["requisiteStageRefIds"])) {
    stage["requisiteStageRefIds"] = stage["requisiteStageRefIds"].map((id) =>
      typeof id === "number" ? String(id) : id,
    );
  }
  if (typeof stage["type"] === "string" && !stageRules.has(stage["type"])) {
    const current = currentStageType(stage["type"]);
    if (current !== null) {
      said(`${at}/type`, `stage type "${stage["type"]}" is now called "${current}"`);
      stage["type"] = current;
    }
  }
  repairStrategy(stage, at, said);
  if (Array.isArray(stage["clusters"])) {
    for (const [index, cluster] of stage["clusters"].entries()) {
      if (isJsonObject(cluster)) repairStrategy(cluster, `${at}/clusters/${index}`, said);
    }
  }
  repairArtifacts(stage["expectedArtifacts"], `${at}/expectedArtifacts`, said);
}

function repairStrategy(holder: JsonObject, at: string, said: Say): void {
  if (typeof holder["strategy"] !== "string") return;
  const current = currentStrategy(holder["strategy"]);
  if (current === null) return;
  said(`${at}/strategy`, `strategy "${holder["strategy"]}" is now called "${current}"`);
  holder["strategy"] = current;
}

/**
 * `usePriorExecution` is the old name of `usePriorArtifact`; a file that has both means the new one, and it keeps the old one, so
 * that no field is lost. One that is neither yes nor no is not taken over, so that the error names the field that the person knows.
 */
function repairArtifacts(artifacts: unknown, at: string, said: Say): void {
  if (!Array.isArray(artifacts)) return;
  for (const [index, artifact] of artifacts.entries()) {
    if (!isJsonObject(artifact) || artifact["usePriorArtifact"] !== undefined) continue;
    const prior = artifact["usePriorExecution"];
    if (prior === undefined || !isFlag(prior)) continue;
    artifact["usePriorArtifact"] = prior;
    said(`${at}/${index}/usePriorExecution`, "usePriorExecution is now called usePriorArtifact");
  }
}

const isFlag = (value: unknown): boolean => typeof toFlag(value) === "boolean" || isExpression(value);
