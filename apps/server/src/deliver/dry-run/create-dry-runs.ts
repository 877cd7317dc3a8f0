import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import type { Validation } from "@gennaker/contract/resources/pipeline.ts";
import { evaluateCondition } from "@gennaker/expressions/condition.ts";
import type { EvaluationOptions } from "@gennaker/expressions/evaluate.ts";
import type { StageData } from "@gennaker/expressions/execution.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { redactSecrets } from "../../platform/values/redact.ts";
import type { DryRunRequest, DryRuns } from "./api.ts";
import { callsOf } from "./calls.ts";
import { evaluateField, waits, type Scope } from "./pending.ts";
import { evaluateStage } from "./stage-fields.ts";
import { orderOf, type StageOrder } from "./order.ts";
import { listOf } from "./values.ts";
import { pipelineNotes, stageNotes } from "./words.ts";

export type Described = {
  /** Context keys that are evaluated by the type's tasks, if at all. */
  readonly rawFields: readonly string[];
  readonly tasks: readonly string[];
  /** For a type that is made of another: that one, and the context it would run with; null for others. */
  preview(context: JsonObject): { type: string; context: JsonObject } | null;
};

export type DryRunDependencies = {
  /** Expands templates, checks parameters, binds artifacts. Reads at most. */
  plan(
    document: JsonObject,
    request: Omit<DryRunRequest, "document">,
    actor: Actor,
  ): Promise<{ document: JsonObject; trigger: JsonObject; problems: readonly { pointer: string; reason: string }[] }>;
  validate(document: JsonObject): Validation;
  /** What there is to say about the type of a stage; null for an unknown one. */
  describe(stage: JsonObject): Described | null;
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
        stages: await tryStages({ dependencies, application, document, stages, trigger: planned.trigger, actor }),
      };
    },
  };
}

type Scene = {
  readonly dependencies: DryRunDependencies;
  readonly application: string;
  readonly document: JsonObject;
  readonly stages: readonly JsonObject[];
  readonly trigger: JsonObject;
  readonly actor: Actor;
};

/** What all expressions of a dry run may take together, and what one may: a run itself gives them more. */
const patienceMs = 2_000;
const mostSteps = 200_000;
/** After so long on the event loop others get their turn. */
const turnMs = 20;

/** Looks at the stages in the order they would run, so that variables that are known already are known to later ones. */
async function tryStages(scene: Scene): Promise<DryRunStage[]> {
  const { dependencies } = scene;
  const order = orderOf(scene.stages);
  const outputs = new Map<string, JsonObject>();
  const data = scene.stages.map((stage, index): StageData => ({
    id: `dry-run-${order.refOf(index)}`,
    refId: order.refOf(index),
    name: String(stage["name"] ?? stage["type"] ?? ""),
    type: String(stage["type"] ?? ""),
    status: "NOT_STARTED",
    context: stage,
    outputs: {},
    requisiteStageRefIds: order.requisites(index),
  }));
  const tried: DryRunStage[] = [];
  let used = 0;
  let turn = 0;
  for (const index of order.inOrder()) {
    const stage = scene.stages[index];
    const own = data[index];
    if (stage === undefined || own === undefined) continue;
    const before = once(() => order.before(index));
    const options = optionsFor(scene, stage, order.refOf(index), data);
    const begun = performance.now();
    const scopeWith = (resolvers: Partial<EvaluationOptions>): Scope => ({
      options: { ...options, ...resolvers },
      before,
      hasTime: () => used + performance.now() - begun < patienceMs,
      knows: (name) =>
        Object.hasOwn(stage, name) ||
        [...outputs].some(([ref, given]) => Object.hasOwn(given, name) && before().includes(ref)),
    });
    const found = await dependencies.answered(scene.application, (resolvers) =>
      tryStage(stage, index, scene, order, scopeWith(resolvers)),
    );
    used += performance.now() - begun;
    tried[index] = found.stage;
    if (Object.keys(found.outputs).length > 0) outputs.set(order.refOf(index), found.outputs);
    data[index] = { ...own, outputs: found.outputs };
    turn += performance.now() - begun;
    if (turn < turnMs) continue;
    turn = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return tried;
}

/** Few stages ask what is before them, and finding it out takes long where there are thousands. */
function once<T>(find: () => T): () => T {
  let found: { value: T } | null = null;
  return () => (found ??= { value: find() }).value;
}

const structure = new Set(["refId", "requisiteStageRefIds", "type", "name", "stageEnabled"]);

function tryStage(
  stage: JsonObject,
  index: number,
  { dependencies }: Scene,
  order: StageOrder,
  scope: Scope,
): { stage: DryRunStage; outputs: JsonObject } {
  const described = dependencies.describe(stage);
  const { context, pending, problems, outputs } = evaluateStage(stage, described?.rawFields ?? [], scope);
  const type = String(stage["type"] ?? "");
  if (described === null) problems.push(`There is no stage type "${type}" here.`);
  const runs = verdict(stage["stageEnabled"], scope);
  const shown = Object.fromEntries(Object.entries(context).filter(([key]) => !structure.has(key)));
  return {
    // A stage that does not run, or perhaps not, gives nothing for sure.
    outputs: runs === "yes" ? outputs : {},
    stage: {
      refId: order.refOf(index),
      type,
      name: typeof context["name"] === "string" ? context["name"] : type,
      requires: [...order.requisites(index)],
      runs,
      calls: callsIn(type, context, described, scope),
      tasks: [...(described?.tasks ?? [])],
      context: redactSecrets(shown) as JsonObject,
      pending,
      problems,
      notes: stageNotes(stage),
    },
  };
}

/** What a type that is made of another sets is evaluated here: it never stands in the stage. */
function callsIn(type: string, context: JsonObject, described: Described | null, scope: Scope): string[] {
  const preview = described?.preview(context) ?? null;
  if (preview === null) return callsOf(type, context);
  const options = { ...scope.options, context: { ...scope.options.context, ...context } };
  const entries = Object.entries(preview.context).map(([key, value]): [string, Json] => [
    key,
    value === context[key] ? value : evaluateField(value, `/${key}`, { ...scope, options }).value,
  ]);
  return callsOf(preview.type, Object.fromEntries(entries));
}

function optionsFor(
  { document, trigger, actor, dependencies }: Scene,
  stage: JsonObject,
  refId: string,
  stages: readonly StageData[],
): EvaluationOptions {
  const variables = document["templateVariables"];
  return {
    context: { ...stage, ...(isJsonObject(variables) ? { templateVariables: variables } : {}) },
    execution: {
      id: "dry-run",
      application: String(document["application"] ?? ""),
      name: String(document["name"] ?? ""),
      status: "NOT_STARTED",
      trigger,
      stages,
    },
    currentStageRefId: refId,
    user: actor.user,
    now: () => dependencies.now(),
    limits: { steps: mostSteps },
    ...(document["expressions"] === "cel" ? { language: "cel" as const } : {}),
  };
}

/** Whether the stage would run, by `stageEnabled`. A condition about other stages is decided later. */
function verdict(condition: Json | undefined, scope: Scope): DryRunStage["runs"] {
  if (!isJsonObject(condition) || String(condition["type"] ?? "").toLowerCase() !== "expression") return "yes";
  const expression = condition["expression"];
  if (typeof expression !== "string" || expression.trim() === "") return "yes";
  const bare = expression.includes("${") ? expression : `\${${expression}}`;
  if (waits(bare, scope).length > 0) return "pending";
  return evaluateCondition(expression, scope.options).value === true ? "yes" : "no";
}
