import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import type { ExecutionView } from "../engine/api.ts";
import type { StoredJudgement } from "../judge/canary/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { epoch, present } from "./execution-json.ts";
import { limitOf } from "./executions.ts";
import { objectOf } from "./pipelines.ts";

/** Kayenta's name for judgements that belong to no application. */
const adHoc = "ad-hoc";

/** Kayenta's paths about judgements: start one over given times, read it, list them; accounts, judges, stores. */
export function canaryRunRoutes({ engine, canaries, canaryConfigs }: GateDependencies): GateRoute[] {
  async function start(request: GateRequest, config: JsonObject, wanted: unknown) {
    const execution = objectOf(wanted, "the executionRequest");
    const problems = canaries.checkRequest(execution);
    const { application, metricsAccountName: account } = request.query;
    if (account && !canaries.accounts.some(({ name }) => name === account)) {
      const known = canaries.accounts.map(({ name }) => name).join(", ");
      problems.push({
        pointer: "/metricsAccountName",
        reason: `there is no metrics account "${account}"; there are: ${known}`,
      });
    }
    if (isJsonObject(config["canaryConfig"])) {
      const found = canaryConfigs.validate({ ...config["canaryConfig"] });
      problems.push(...found.map(({ pointer, reason }) => ({ pointer: `/canaryConfig${pointer}`, reason })));
    }
    if (problems.length > 0) {
      const words = problems.map(({ pointer, reason }) => `${pointer} ${reason}`).join("; ");
      throw new GennakerError("invalid_request", `The canary was not started: ${words}.`, { problems });
    }
    const stage: JsonObject = {
      ...config,
      type: "runCanary",
      name: "Run Canary",
      refId: "0",
      requisiteStageRefIds: [],
      scopes: execution["scopes"] ?? {},
      thresholds: execution["thresholds"] ?? null,
      metricsAccountName: account || "builtin",
      storageAccountName: request.query["storageAccountName"] ?? null,
      parentPipelineExecutionId: request.query["parentPipelineExecutionId"] ?? null,
    };
    const { id } = await engine.start(
      {
        type: "ORCHESTRATION",
        application: (application || adHoc).toLowerCase(),
        name: "Canary analysis",
        pipelineConfigId: null,
        stages: [stage],
        trigger: { type: "manual", user: request.actor.user },
        initialConfig: {},
      },
      request.actor,
    );
    return { body: { canaryExecutionId: id } };
  }

  const get = async (id: string) => {
    const execution = await engine.get(id);
    const judgement = await canaries.results.get(id);
    if (execution?.stages.some(({ type }) => type === "runCanary")) return { body: statusJson(execution, judgement) };
    if (judgement?.id === id) return { body: judgementJson(judgement) };
    throw new GennakerError("not_found", `Canary execution ${id} not found.`);
  };

  return [
    {
      method: "POST",
      path: "/v2/canaries/canary",
      document: true,
      handle: async (request) => {
        const { canaryConfig, executionRequest } = objectOf(request.body, "canaryConfig and executionRequest");
        return start(request, { canaryConfig: objectOf(canaryConfig, "the canaryConfig") }, executionRequest);
      },
    },
    {
      method: "POST",
      path: "/v2/canaries/canary/:id",
      document: true,
      handle: async (request) => {
        const id = request.params["id"] ?? "";
        const found = await canaryConfigs.get(id);
        if (!found) throw new GennakerError("not_found", `Canary config ${id} not found.`);
        return start(request, { canaryConfig: found.document, canaryConfigId: id }, request.body);
      },
    },
    { method: "GET", path: "/v2/canaries/canary/:id", handle: async ({ params }) => get(params["id"] ?? "") },
    {
      method: "GET",
      path: "/v2/canaries/canary/:config/:id",
      handle: async ({ params }) => get(params["id"] ?? ""),
    },
    {
      method: "GET",
      path: "/v2/canaries/:application/executions",
      handle: async ({ params, query }) => {
        const limit = limitOf(query["limit"], 20);
        const page = Math.max(1, Math.min(Number.parseInt(query["page"] ?? "1", 10) || 1, 10_000));
        const found = await canaries.results.list(params["application"] ?? "", limit, (page - 1) * limit);
        return { body: found.map(judgementJson) };
      },
    },
    {
      method: "GET",
      path: "/v2/canaries/metricSetPairList/:id",
      handle: async ({ params }) => {
        const found = await canaries.results.pairs(params["id"] ?? "");
        if (found) return { body: found };
        throw new GennakerError("not_found", `Metric set pair list ${params["id"]} not found.`);
      },
    },
    {
      method: "GET",
      path: "/v2/canaries/credentials",
      handle: async () => ({
        body: [
          ...canaries.accounts.map(({ name, type }) => ({
            name,
            type,
            supportedTypes: ["METRICS_STORE"],
            locations: [],
            recommendedLocations: [],
          })),
          {
            name: "gennaker",
            type: "gennaker",
            supportedTypes: ["CONFIGURATION_STORE", "OBJECT_STORE"],
            locations: [],
            recommendedLocations: [],
          },
        ],
      }),
    },
    {
      method: "GET",
      path: "/v2/canaries/judges",
      handle: async () => ({ body: canaries.judges.map((name) => ({ name, visible: true })) }),
    },
    // The stores here have no list of their metrics to choose from.
    { method: "GET", path: "/v2/canaries/metadata/metricsService", handle: async () => ({ body: [] }) },
  ];
}

/** Kayenta's answer about a judgement that was asked for, running or ended. */
function statusJson(execution: ExecutionView, judgement: StoredJudgement | null): JsonObject {
  const stage = execution.stages.find(({ type }) => type === "runCanary");
  const context = stage?.context ?? {};
  const request = { scopes: context["scopes"] ?? {}, thresholds: context["thresholds"] ?? null };
  const failure = stage?.failure ?? execution.failure;
  return present({
    application: execution.application,
    parentPipelineExecutionId: context["parentPipelineExecutionId"],
    pipelineId: execution.id,
    metricsAccountName: context["metricsAccountName"],
    storageAccountName: context["storageAccountName"],
    canaryConfigId: context["canaryConfigId"],
    config: context["canaryConfig"],
    canaryExecutionRequest: request,
    stageStatus: Object.fromEntries(execution.stages.map(({ type, status }) => [type, status.toLowerCase()])),
    complete: completeStatuses.has(execution.status),
    status: execution.status.toLowerCase(),
    exception: failure ? { details: { error: failure.code, errors: [failure.message] } } : null,
    result: judgement ? resultJson(judgement, { canaryExecutionRequest: request, pipelineId: execution.id }) : null,
    metricSetPairListId: judgement?.id,
    ...timesJson("build", execution.buildTime),
    ...timesJson("start", execution.startTime),
    ...timesJson("end", execution.endTime),
  });
}

/** The same of a judgement that a canary stage made. */
function judgementJson(judgement: StoredJudgement): JsonObject {
  const judged = judgement.judgedAt.toISOString();
  return present({
    application: judgement.application,
    parentPipelineExecutionId: judgement.executionId,
    pipelineId: judgement.id,
    canaryConfigId: judgement.configId,
    config: judgement.config,
    canaryExecutionRequest: { thresholds: { ...judgement.thresholds } },
    stageStatus: { runCanary: "succeeded" },
    complete: true,
    status: "succeeded",
    result: resultJson(judgement, { pipelineId: judgement.id }),
    metricSetPairListId: judgement.id,
    ...timesJson("build", judged),
    ...timesJson("start", judged),
    ...timesJson("end", judged),
  });
}

function resultJson(judgement: StoredJudgement, more: JsonObject): JsonObject {
  return present({
    application: judgement.application,
    parentPipelineExecutionId: judgement.executionId,
    judgeResult: judgement.judgeResult,
    config: judgement.config,
    metricSetPairListId: judgement.id,
    canaryDuration: `PT${(judgement.end.getTime() - judgement.start.getTime()) / 1000}S`,
    ...more,
  });
}

function timesJson(what: "build" | "start" | "end", time: string | null): JsonObject {
  return time === null ? {} : { [`${what}TimeMillis`]: epoch(time), [`${what}TimeIso`]: time };
}
