import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import type { Validation } from "@gennaker/contract/resources/pipeline.ts";
import { evaluateCondition } from "@gennaker/expressions/condition.ts";
import type { EvaluationOptions } from "@gennaker/expressions/evaluate.ts";
import type { StageData } from "@gennaker/expressions/execution.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { redactSecrets } from "../../platform/values/redact.ts";
import type { DryRunRequest, DryRuns } from "./api.ts";
import { evaluateField, type Pending } from "./pending.ts";
import { callsOf, pipelineNotes, stageNotes } from "./words.ts";

export type DryRunDependencies = {
  /** Expands templates, checks parameters, binds artifacts. Reads at most. */
  plan(
    document: JsonObject,
    request: Omit<DryRunRequest, "document">,
    actor: Actor,
  ): Promise<{ document: JsonObject; trigger: JsonObject; problems: readonly { pointer: string; reason: string }[] }>;
  validate(document: JsonObject): Validation;
  /** Context keys of a stage type that are never evaluated, and the names of its tasks; null for an unknown type. */
  describe(
    stage: JsonObject,
  ): { rawFields: readonly string[]; tasks: readonly string[]; calls?: readonly string[] } | null;
  /** What would hold deployments back right now, in words: freezes and guards. */
  held(application: string): Promise<readonly string[]>;
  /** Evaluates with the helper functions that only read what is stored here; `url` functions are not among them. */
  answered<T>(application: string, evaluate: (resolvers: Partial<EvaluationOptions>) => T): Promise<T> | T;
  now(): Date;
};

export function createDryRuns(dependencies: DryRunDependencies): DryRuns {
  return {
    async run({ document: received, ...request }, actor) {
      const planned = await dependencies.plan(received, request, actor);
      const { document } = planned;
      const { valid, problems } = dependencies.validate(document);
      const application = String(document["application"] ?? "");
      const stages = listOf(document["stages"]).filter(isJsonObject);
      const all = [...planned.problems, ...problems.filter((problem) => problem.level === "error")];
      return {
        application,
        name: String(document["name"] ?? ""),
        valid: valid && planned.problems.length === 0,
        problems: all.map(({ pointer, reason }) => ({ pointer, reason })),
        trigger: redactSecrets(planned.trigger) as JsonObject,
        notes: [...pipelineNotes(document), ...(await dependencies.held(application))],
        stages: await dependencies.answered(application, (resolvers) => {
          const scene = { dependencies, document, stages, planned, actor, resolvers };
          return stages.map((stage, index) => tried(stage, index, scene));
        }),
      };
    },
  };
}

type Scene = {
  readonly dependencies: DryRunDependencies;
  readonly document: JsonObject;
  readonly stages: readonly JsonObject[];
  readonly planned: { readonly trigger: JsonObject };
  readonly actor: Actor;
  readonly resolvers: Partial<EvaluationOptions>;
};

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const refOf = (stage: JsonObject, index: number): string => String(stage["refId"] ?? index + 1);

/** Stages that say nothing about themselves run one after another. */
function requisites(stage: JsonObject, index: number, stages: readonly JsonObject[]): string[] {
  if (stages.every((each) => each["refId"] === undefined)) return index === 0 ? [] : [String(index)];
  return listOf(stage["requisiteStageRefIds"]).map(String);
}

const STRUCTURE = new Set(["refId", "requisiteStageRefIds", "type", "name", "stageEnabled"]);

function tried(stage: JsonObject, index: number, scene: Scene): DryRunStage {
  const described = scene.dependencies.describe(stage);
  const later = ancestors(refOf(stage, index), scene.stages);
  const options = optionsFor(stage, index, scene);
  const context: JsonObject = {};
  const pending: Pending[] = [];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(stage)) {
    if (key === "stageEnabled" || described?.rawFields.includes(key)) {
      context[key] = value;
      continue;
    }
    const found = evaluateField(value, `/${key}`, options, later);
    context[key] = found.value;
    pending.push(...found.pending);
    problems.push(...found.problems);
  }
  const type = String(stage["type"] ?? "");
  if (described === null) problems.push(`There is no stage type "${type}" here.`);
  const shown = Object.fromEntries(Object.entries(context).filter(([key]) => !STRUCTURE.has(key)));
  return {
    refId: refOf(stage, index),
    type,
    name: typeof context["name"] === "string" ? context["name"] : type,
    requires: requisites(stage, index, scene.stages),
    runs: verdict(stage["stageEnabled"], options, later),
    calls: [...(described?.calls ?? callsOf(type, context))],
    tasks: [...(described?.tasks ?? [])],
    context: redactSecrets(shown) as JsonObject,
    pending,
    problems,
    notes: stageNotes(stage),
  };
}

function optionsFor(
  stage: JsonObject,
  index: number,
  { document, stages, planned, actor, dependencies, resolvers }: Scene,
): EvaluationOptions {
  const variables = document["templateVariables"];
  const data = stages.map((each, at): StageData => ({
    id: `dry-run-${refOf(each, at)}`,
    refId: refOf(each, at),
    name: String(each["name"] ?? each["type"] ?? ""),
    type: String(each["type"] ?? ""),
    status: "NOT_STARTED",
    context: each,
    outputs: {},
    requisiteStageRefIds: requisites(each, at, stages),
  }));
  return {
    ...resolvers,
    context: { ...stage, ...(isJsonObject(variables) ? { templateVariables: variables } : {}) },
    execution: {
      id: "dry-run",
      application: String(document["application"] ?? ""),
      name: String(document["name"] ?? ""),
      status: "NOT_STARTED",
      trigger: planned.trigger,
      stages: data,
    },
    currentStageRefId: refOf(stage, index),
    user: actor.user,
    now: () => dependencies.now(),
    ...(document["expressions"] === "cel" ? { language: "cel" as const } : {}),
  };
}

/** The refIds of all stages before one, nearest first. */
function ancestors(refId: string, stages: readonly JsonObject[]): string[] {
  const found: string[] = [];
  const open = [refId];
  for (let current = open.shift(); current !== undefined; current = open.shift()) {
    const wanted = current;
    const index = stages.findIndex((stage, at) => refOf(stage, at) === wanted);
    const stage = stages[index];
    for (const required of stage === undefined ? [] : requisites(stage, index, stages)) {
      if (found.includes(required)) continue;
      found.push(required);
      open.push(required);
    }
  }
  return found;
}

/** Whether the stage would run, by `stageEnabled`. A condition about other stages is decided later. */
function verdict(
  condition: Json | undefined,
  options: EvaluationOptions,
  later: readonly string[],
): DryRunStage["runs"] {
  if (!isJsonObject(condition) || String(condition["type"] ?? "").toLowerCase() !== "expression") return "yes";
  const expression = condition["expression"];
  if (typeof expression !== "string" || expression.trim() === "") return "yes";
  const bare = expression.includes("${") ? expression : `\${${expression}}`;
  const { pending } = evaluateField(bare, "/stageEnabled", options, later);
  if (pending.length > 0) return "pending";
  return evaluateCondition(expression, options).value === true ? "yes" : "no";
}
