import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Applications } from "../deliver/applications/api.ts";
import { validatePipeline } from "@gennaker/pipeline-model/validate-pipeline.ts";
import { createDryRuns, type DryRunDependencies } from "../deliver/dry-run/create-dry-runs.ts";
import { dryRunHandlers } from "../deliver/dry-run/handlers.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { ExecutionView, StageType, StageView } from "../engine/api.ts";
import type { ExpressionLookups } from "../engine/lookups.ts";
import type { EngineControl } from "../engine/control-api.ts";
import type { Handlers } from "../platform/http/api.ts";
import type { WiredPipelines } from "./pipelines.ts";
import { answersFrom } from "./wire-expressions.ts";

type Parts = {
  pipelines: Pipelines;
  plan: WiredPipelines["plan"];
  validate: WiredPipelines["validate"];
  stageTypes: ReadonlyMap<string, StageType>;
  applications: Pick<Applications, "guardsOf">;
  control: Pick<EngineControl, "freezes">;
  expressions: ExpressionLookups;
};

/** Wires dry runs to what only reads: the planning of a start, the checks, and what stage types plan. */
export function wireDryRun({
  pipelines,
  plan,
  validate,
  stageTypes,
  applications,
  control,
  expressions,
}: Parts): Handlers {
  const repaired = (document: JsonObject) => validatePipeline(document, stageTypes).pipeline ?? document;
  const { fetchUrl: _opensAddresses, ...reading } = expressions;
  const dependencies: DryRunDependencies = {
    // As it would be saved, and what a template makes of it as it would be started.
    async plan(document, request, actor) {
      const planned = await plan(repaired(document), request, actor);
      return { ...planned, document: repaired(planned.document) };
    },
    validate,
    describe: (stage) => describe(stage, stageTypes),
    async held(application) {
      const freezes = (await control.freezes()).map(
        (freeze) => `The freeze calendar "${freeze.name}" may hold deployments.`,
      );
      const guards = (await applications.guardsOf(application)).length;
      const guarded = guards === 0 ? [] : [`${guards} traffic guards of ${application} may refuse an operation.`];
      return [...freezes, ...guarded];
    },
    answered: answersFrom(reading),
    now: () => new Date(),
  };
  return dryRunHandlers(createDryRuns(dependencies), pipelines);
}

function describe(
  stage: JsonObject,
  types: ReadonlyMap<string, StageType>,
): ReturnType<DryRunDependencies["describe"]> {
  const type = String(stage["type"] ?? "");
  const found = types.get(`${type}:${String(stage["cloudProvider"] ?? "")}`) ?? types.get(type);
  if (found === undefined) return null;
  return {
    rawFields: found.rawFields ?? [],
    tasks: taskNames(found, stage),
    preview: (context) => found.preview?.({ execution: noRun, stage: viewOf(context) }) ?? null,
  };
}

/** Planning is pure; what cannot be planned without the run it belongs to has no names yet. */
function taskNames(type: StageType, stage: JsonObject): string[] {
  try {
    return type.tasks({ execution: noRun, stage: viewOf(stage) }).map((task) => task.name);
  } catch {
    return [];
  }
}

const noRun: ExecutionView = {
  id: "dry-run",
  type: "PIPELINE",
  application: "",
  name: "",
  pipelineConfigId: null,
  status: "NOT_STARTED",
  trigger: {},
  stages: [],
  initialConfig: {},
} as Partial<ExecutionView> as ExecutionView;

function viewOf(stage: JsonObject): StageView {
  return {
    id: "dry-run",
    refId: String(stage["refId"] ?? ""),
    type: String(stage["type"] ?? ""),
    name: String(stage["name"] ?? ""),
    status: "NOT_STARTED",
    requisiteStageRefIds: [],
    parentStageId: null,
    syntheticStageOwner: null,
    startTime: null,
    endTime: null,
    context: stage,
    outputs: {},
    tasks: [],
    failure: null,
  };
}
