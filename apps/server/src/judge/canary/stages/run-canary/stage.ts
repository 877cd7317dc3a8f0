import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { TaskError, type StageType, type TaskContext } from "../../../../engine/api.ts";
import { collectPairs } from "../../run/collect.ts";
import type { CanaryPair } from "../../run/pair.ts";
import { runJudgement } from "../../run/run-judgement.ts";
import type { CanaryStageDependencies } from "../kayenta-canary/dependencies.ts";
import { readCanaryRequest, type CanaryRequest } from "./request.ts";

const patienceMs = 10 * 60_000;

/** Judges once over times that are given, in the past as a rule: Kayenta's stand-alone judgement. See README.md. */
export function runCanaryStage(deps: CanaryStageDependencies): StageType {
  return {
    type: "runCanary",
    description: "Judges a canary against its baseline once, over times that are given",
    validate: (stage) => readCanaryRequest(stage).problems,
    // A config's own templates are written with ${…} too, and are the metric store's business.
    rawFields: ["canaryConfig"],
    tasks: () => [
      { name: "runCanary", timeoutMs: patienceMs, backoffMs: 2_000, run: (context) => judge(deps, context) },
    ],
  };
}

async function judge(deps: CanaryStageDependencies, context: TaskContext) {
  const { execution, stage, signal } = context;
  const { request, problems } = readCanaryRequest(stage.context);
  if (problems.length > 0) {
    const words = problems.map((problem) => `${problem.pointer} ${problem.reason}`).join("; ");
    throw new TaskError("canary.invalid", `The canary cannot be judged: ${words}.`);
  }
  const { id: configId, document: config } = await configOf(deps, stage.context, execution.application);
  const pairs = await collect(deps, stage.context, config, request, signal);
  if (pairs.length === 0)
    throw new TaskError("canary.noMetrics", "The canary config has no metrics to judge. Add metrics to it.");
  const judgement = await runJudgement(
    config,
    pairs,
    { thresholds: request.thresholds, analysisMode: "kayenta" },
    signal,
    deps.judgeElsewhere,
  );
  const [first] = request.scopes;
  await deps.runs.add({
    executionId: execution.id,
    stageId: stage.id,
    analysisId: stage.id,
    index: 1,
    planned: 1,
    application: execution.application,
    window: first?.run.experiment ?? { start: 0, end: 0 },
    judgedAt: context.now(),
    score: judgement.result.score.score,
    classification: judgement.result.score.classification,
    verdict: judgement.verdict,
    reason: judgement.reason,
    resultText: judgement.resultText,
    config,
    pairs,
    facts: {
      configId,
      thresholds: request.thresholds,
      warnings: judgement.warnings,
      scopes: { baseline: first?.scope.controlScope ?? "", canary: first?.scope.experimentScope ?? "" },
    },
  });
  const { score, classification } = judgement.result.score;
  return { status: "SUCCEEDED" as const, outputs: { canaryScore: score, classification, reason: judgement.reason } };
}

/** Scope after scope, since each has times of its own; then in the config's order, in which results stand. */
async function collect(
  deps: CanaryStageDependencies,
  context: JsonObject,
  config: JsonObject,
  request: CanaryRequest,
  signal: AbortSignal,
): Promise<CanaryPair[]> {
  const name = String(context["metricsAccountName"] || "builtin");
  const account = deps.metricAccounts.get(name);
  if (!account) {
    const known = [...deps.metricAccounts.keys()].join(", ") || "none";
    throw new TaskError(
      "canary.metricsAccountMissing",
      `There is no metrics account "${name}". Known accounts: ${known}.`,
    );
  }
  const metrics = (Array.isArray(config["metrics"]) ? config["metrics"] : []).filter(isJsonObject);
  const scopes = request.scopes.map(({ scope }) => scope);
  const found: CanaryPair[] = [];
  for (const metric of metrics) {
    const wanted = String(metric["scopeName"] || "default");
    const own = request.scopes.find(({ scope }) => scope.scopeName === wanted) ?? request.scopes[0];
    if (!own) continue;
    const one = { ...config, metrics: [metric] };
    found.push(...(await collectPairs({ config: one, scopes, account, run: own.run, signal })));
  }
  return found;
}

async function configOf(
  deps: CanaryStageDependencies,
  context: JsonObject,
  application: string,
): Promise<{ id: string | null; document: JsonObject }> {
  const inline = context["canaryConfig"];
  if (isJsonObject(inline)) return { id: null, document: inline };
  const wanted = String(context["canaryConfigId"] ?? "");
  const found = await deps.canaryConfigs.find(wanted, application);
  if (found) return found;
  throw new TaskError(
    "canary.configMissing",
    `There is no canary config "${wanted}". Save it first, or give it inline.`,
  );
}
