import { randomUUID } from "node:crypto";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Validation } from "@gennaker/contract/resources/pipeline.ts";
import { planStart } from "@gennaker/pipeline-model/plan-start.ts";
import { validatePipeline } from "@gennaker/pipeline-model/validate-pipeline.ts";
import type { PipelinesDependencies } from "../deliver/pipelines/create-pipelines.ts";
import { createPipelines } from "../deliver/pipelines/create-pipelines.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import { kinds } from "../deliver/pipelines/tables.ts";
import { allArtifacts } from "../deliver/artifacts/api.ts";
import { resolveAtStart } from "../deliver/artifacts/resolve-at-start.ts";
import type { Templates } from "../deliver/templates/api.ts";
import { strategyStageTypes } from "../deliver/stages/strategies/strategy-run.ts";
import { createTemplates } from "../deliver/templates/create-templates.ts";
import type { Engine, StageType } from "../engine/api.ts";

type Shared = Pick<PipelinesDependencies, "database" | "events" | "audit"> & {
  engine: Pick<Engine, "start" | "list">;
  /** The text of an artifact, for templates that are kept elsewhere. */
  fetchArtifact(artifact: JsonObject): Promise<string>;
};

export type WiredPipelines = {
  pipelines: Pipelines;
  strategies: Pipelines;
  templates: Templates;
  validate(document: JsonObject): Validation;
  /** What a start would be made of, without starting anything. */
  plan: PipelinesDependencies["plan"];
};

/** Wires pipelines to the model that checks and plans them. */
export function wirePipelines(shared: Shared, stageTypes: ReadonlyMap<string, StageType>): WiredPipelines {
  const errorsOf = (document: JsonObject) =>
    validatePipeline(document, stageTypes)
      .problems.filter(({ level }) => level === "error")
      .map(({ pointer, message }) => ({ pointer, reason: message }));
  const templates = createTemplates({
    database: shared.database,
    audit: shared.audit,
    check: errorsOf,
    fetchArtifact: (artifact) => shared.fetchArtifact(artifact),
    pipelines: async () => (await pipelines.templated()).map(({ document }) => document),
  });
  const dependencies: PipelinesDependencies = {
    ...shared,
    check: checkWith(stageTypes),
    async plan(received, request, actor) {
      const asked = { ...request.trigger, parameters: request.parameters, artifacts: request.artifacts };
      const expanded = await templates.expand(received, asked);
      if ("problems" in expanded) return { document: received, trigger: {}, problems: expanded.problems };
      const { document } = expanded;
      const planned = planStart(document, { parameters: request.parameters });
      const known = { ...request.trigger, user: actor.user, parameters: planned.parameters };
      if (!planned.ok) return { document, trigger: known, problems: planned.problems };
      const prior = async () => priorArtifacts(shared.engine, String(received["id"] ?? ""));
      const bound = await resolveAtStart(document, request.trigger, request.artifacts, prior);
      if (!bound.ok) return { document, trigger: known, problems: bound.problems };
      return {
        document,
        problems: [],
        trigger: {
          eventId: randomUUID(),
          enabled: false,
          rebake: false,
          dryRun: false,
          strategy: false,
          notifications: [],
          ...known,
          ...bound.fields,
        },
      };
    },
  };
  const pipelines: Pipelines = createPipelines(dependencies);
  return {
    pipelines,
    plan: dependencies.plan,
    strategies: createPipelines({
      ...dependencies,
      kind: kinds.strategy,
      check: checkWith(strategyStageTypes(stageTypes)),
    }),
    templates,
    validate(document) {
      const { valid, problems } = validatePipeline(document, stageTypes);
      return { valid, problems: problems.map(({ message, ...problem }) => ({ ...problem, reason: message })) };
    },
  };
}

/** Everything wrong with a document where these stage types are known, and the document with its repairs. */
function checkWith(types: ReadonlyMap<string, StageType>): PipelinesDependencies["check"] {
  return (document) => {
    const { problems, pipeline } = validatePipeline(document, types);
    const errors = problems.filter((problem) => problem.level === "error");
    return {
      errors: errors.map(({ pointer, message }) => ({ pointer, reason: message })),
      document: pipeline ?? document,
    };
  };
}

/** The artifacts of a pipeline's latest run. */
async function priorArtifacts(engine: Pick<Engine, "list">, pipelineConfigId: string): Promise<JsonObject[]> {
  const [run] = await engine.list({ pipelineConfigIds: [pipelineConfigId], limit: 1 });
  return run === undefined ? [] : allArtifacts(run);
}
