import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { checkFields } from "./check-fields.ts";
import { closest } from "./closest.ts";
import { describe } from "./words.ts";
import type { GraphStage } from "./graph.ts";
import { graphProblems } from "./graph.ts";
import type { DocumentKind } from "./kind.ts";
import { kindOf } from "./kind.ts";
import { parameterNotes } from "./parameters.ts";
import { commonTriggerSchema, pipelineFields, pipelineSchema, triggerSchemas } from "./pipeline-schema.ts";
import type { PipelineProblem } from "./problem.ts";
import type { Repaired } from "./repairs.ts";
import { repair } from "./repairs.ts";
import { commonStageSchema } from "./stage-common.ts";
import { findForeignSecrets } from "./secrets/find-secrets.ts";
import type { StageRules } from "./stages/rules.ts";
import { configV1Problems, instanceProblems, templateProblems, templateV1Problems } from "./templates/check.ts";

export type ValidatedPipeline = {
  kind: DocumentKind | "unreadable";
  /** No error among the problems. */
  valid: boolean;
  problems: PipelineProblem[];
  /** The document with what was repairable put right; null when it is no object. */
  pipeline: JsonObject | null;
};

/**
 * Checks every field that is read of a pipeline document and repairs known differences. Unknown fields and unknown
 * stage types are kept. `stageTypes` is keyed by `type` or `type:cloudProvider`.
 */
export function validatePipeline(document: unknown, stageTypes: ReadonlyMap<string, StageRules>): ValidatedPipeline {
  if (!isJsonObject(document)) {
    const message = `a pipeline must be a JSON object, but this is ${describe(document)}`;
    return { kind: "unreadable", valid: false, problems: [{ level: "error", pointer: "", message }], pipeline: null };
  }
  const kind = kindOf(document);
  const nested = kind === "nestedPipeline" && isJsonObject(document["pipeline"]) ? document["pipeline"] : null;
  const prefix = nested === null ? "" : "/pipeline";
  const { pipeline, problems } = repaired(nested === null ? document : lifted(document, nested), kind, prefix);
  if (nested !== null) {
    problems.unshift({
      level: "repaired",
      pointer: "/pipeline",
      message: "the pipeline was nested under `pipeline`; it was taken out",
    });
  }
  const found = problemsOf(pipeline, kind, stageTypes);
  problems.push(...found.map((problem) => ({ ...problem, pointer: prefix + problem.pointer })));
  const secrets = findForeignSecrets(pipeline).map((finding) => ({ level: "note" as const, ...finding }));
  problems.push(...secrets.map((problem) => ({ ...problem, pointer: prefix + problem.pointer })));
  return { kind, valid: problems.every((problem) => problem.level !== "error"), problems, pipeline };
}

/** Stages of the first generation have fields of their own, with nothing to repair. */
function repaired(document: JsonObject, kind: DocumentKind, prefix: string): Repaired {
  if (kind === "templateV1" || kind === "templateV1Config")
    return { pipeline: structuredClone(document), problems: [] };
  if (kind !== "template" || !isJsonObject(document["pipeline"])) return repair(document, prefix);
  const { pipeline, problems } = repair(document["pipeline"], "/pipeline");
  return { pipeline: { ...document, pipeline }, problems };
}

/** The inner pipeline, with the name, application and id of the wrapper where it has none itself. */
function lifted(outer: JsonObject, inner: JsonObject): JsonObject {
  const lift: JsonObject = {};
  for (const key of ["id", "name", "application"]) {
    const value = outer[key];
    if (inner[key] === undefined && value !== undefined) lift[key] = value;
  }
  return { ...lift, ...inner };
}

function problemsOf(
  document: JsonObject,
  kind: DocumentKind,
  stageTypes: ReadonlyMap<string, StageRules>,
): PipelineProblem[] {
  if (kind === "templateV1") return templateV1Problems(document);
  if (kind === "templateV1Config") return configV1Problems(document, "");
  if (kind === "template") {
    const stages = isJsonObject(document["pipeline"]) ? document["pipeline"]["stages"] : undefined;
    return withoutRepeats([
      ...templateProblems(document),
      ...listedStages(stages, "/pipeline/stages", stageTypes, graphProblems),
    ]);
  }
  const problems = pipelineProblems(document, kind, stageTypes);
  if (kind === "templateInstance") return withoutRepeats([...problems, ...instanceProblems(document)]);
  const { config } = document;
  return kind === "templateV1Instance" && isJsonObject(config)
    ? [...problems, ...configV1Problems(config, "/config")]
    : problems;
}

function pipelineProblems(
  pipeline: JsonObject,
  kind: DocumentKind,
  stageTypes: ReadonlyMap<string, StageRules>,
): PipelineProblem[] {
  const problems = errors(checkFields(pipelineSchema, pipeline), "");
  problems.push(...slips(pipeline), ...triggers(pipeline["triggers"]), ...parameterNotes(pipeline["parameterConfig"]));
  const stages = Array.isArray(pipeline["stages"]) ? pipeline["stages"] : [];
  const none = stages.length === 0 && (pipeline["stages"] === undefined || Array.isArray(pipeline["stages"]));
  // What an instance's stages wait for may be the template's.
  const graph = kind === "templateInstance" || kind === "templateV1Instance" ? () => [] : graphProblems;
  problems.push(...listedStages(stages, "/stages", stageTypes, graph));
  if (none && kind !== "templateInstance" && kind !== "templateV1Instance") {
    problems.push({
      level: "note",
      pointer: "/stages",
      message: "the pipeline has no stages: a run would fail at once",
    });
  }
  return problems;
}

/** The problems of each stage of a list, and of the graph they make. */
function listedStages(
  list: unknown,
  at: string,
  stageTypes: ReadonlyMap<string, StageRules>,
  graphOf: (graph: GraphStage[]) => PipelineProblem[],
): PipelineProblem[] {
  if (!Array.isArray(list)) return [];
  const problems: PipelineProblem[] = [];
  const graph: GraphStage[] = [];
  for (const [index, stage] of list.entries()) {
    if (!isJsonObject(stage)) continue;
    problems.push(...stageProblems(stage, `${at}/${index}`, stageTypes));
    const node = graphStage(stage, index);
    if (node !== null) graph.push(node);
  }
  const prefix = at.slice(0, -"/stages".length);
  return [...problems, ...graphOf(graph).map((problem) => ({ ...problem, pointer: prefix + problem.pointer }))];
}

function stageProblems(stage: JsonObject, at: string, stageTypes: ReadonlyMap<string, StageRules>): PipelineProblem[] {
  const problems = errors(checkFields(commonStageSchema, stage), at);
  if (stage["refId"] === undefined || stage["refId"] === null) {
    problems.push({
      level: "error",
      pointer: `${at}/refId`,
      message: "is required, because other stages of the pipeline have one",
    });
  }
  const type = stage["type"];
  if (typeof type !== "string") return problems;
  const provider = stage["cloudProvider"] ?? stage["cloudProviderType"];
  const rules = stageTypes.get(`${type}:${String(provider)}`) ?? stageTypes.get(type);
  if (rules !== undefined) return withoutRepeats([...problems, ...errors(rules.validate(stage), at)]);
  const near = closest(type, stageTypes.keys());
  problems.push({
    level: "note",
    pointer: `${at}/type`,
    message: `stage type "${type}" is not known here; it is kept, and a run fails when it comes to it`,
    ...(near === null ? {} : { suggestion: near }),
  });
  return problems;
}

function graphStage(stage: JsonObject, index: number): GraphStage | null {
  if (typeof stage["refId"] !== "string") return null;
  const requisites = Array.isArray(stage["requisiteStageRefIds"]) ? stage["requisiteStageRefIds"] : [];
  return { refId: stage["refId"], requisites: requisites.filter((id) => typeof id === "string"), index };
}

function triggers(list: unknown): PipelineProblem[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((trigger, index) => {
    if (!isJsonObject(trigger)) return [];
    const type = trigger["type"];
    const schema = typeof type === "string" ? triggerSchemas.get(type) : undefined;
    const problems = errors(checkFields(schema ?? commonTriggerSchema, trigger), `/triggers/${index}`);
    if (schema !== undefined || typeof type !== "string" || type === "") return problems;
    const near = closest(type, triggerSchemas.keys());
    const message = `trigger type "${type}" is not known here; it is kept and never fires`;
    problems.push({
      level: "note",
      pointer: `/triggers/${index}/type`,
      message,
      ...(near === null ? {} : { suggestion: near }),
    });
    return problems;
  });
}

/** Unknown top-level fields that look like a slip of a known one which is absent. */
function slips(pipeline: JsonObject): PipelineProblem[] {
  const free = pipelineFields.filter((field) => pipeline[field] === undefined);
  return Object.keys(pipeline).flatMap((key) => {
    if (pipelineFields.includes(key)) return [];
    const near = closest(key, free);
    if (near === null) return [];
    return [
      { level: "note", pointer: `/${key}`, message: `"${key}" is not a field that is read`, suggestion: near } as const,
    ];
  });
}

function errors(problems: readonly Problem[], at: string): PipelineProblem[] {
  return problems.map(({ pointer, reason }) => ({ level: "error", pointer: at + pointer, message: reason }));
}

function withoutRepeats(problems: readonly PipelineProblem[]): PipelineProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ pointer, message }) => {
    const key = `${pointer} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
