import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { EvaluationOptions, ExpressionProblem } from "@gennaker/expressions/evaluate.ts";
import { evaluateTemplate } from "@gennaker/expressions/evaluate.ts";
import { FUNCTIONS } from "@gennaker/expressions/functions/registry.ts";
import type { ExecutionView, Resolvers, StageView } from "../engine/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { executionJson } from "./execution-json.ts";
import { existing } from "./executions.ts";

/** Gate's paths that evaluate an expression against a run, as it is or as one of its stages sees it. */
export function expressionRoutes({ engine, answered }: Pick<GateDependencies, "engine" | "answered">): GateRoute[] {
  const asked = async (execution: ExecutionView, expression: unknown, options: EvaluationOptions) => ({
    body: await answered(execution.application, (resolvers) => evaluated(expression, { ...options, ...resolvers })),
  });
  const atRun = async (request: GateRequest, expression: unknown) => {
    const execution = await existing(engine, request.params["id"] ?? "");
    return asked(execution, expression, runOptions(execution));
  };
  return [
    {
      method: "GET",
      path: "/pipelines/:id/evaluateExpression",
      handle: (request) => atRun(request, request.query["expression"]),
    },
    {
      method: "POST",
      path: "/pipelines/:id/evaluateExpression",
      document: true,
      handle: (request) => atRun(request, isJsonObject(request.body) ? request.body["expression"] : request.body),
    },
    {
      method: "GET",
      path: "/pipelines/:id/:stage/evaluateExpression",
      handle: async ({ params, query }) => {
        const execution = await existing(engine, params["id"] ?? "");
        const stage = execution.stages.find((each) => each.id === params["stage"]);
        if (!stage) throw new GennakerError("not_found", `Execution ${execution.id} has no stage ${params["stage"]}.`);
        return asked(execution, query["expression"], stageOptions(execution, stage));
      },
    },
    {
      method: "POST",
      path: "/pipelines/:id/evaluateVariables",
      document: true,
      handle: async ({ params, query, body }) => {
        const execution = await existing(engine, params["id"] ?? "");
        const after = (query["requisiteStageRefIds"] ?? "").split(",").filter(Boolean);
        const evaluate = (resolvers: Resolvers) => variables(body, execution, after, resolvers);
        return { body: await answered(execution.application, evaluate) };
      },
    },
    {
      method: "GET",
      path: "/capabilities/expressions",
      handle: async () => ({
        body: {
          functions: [...FUNCTIONS.keys()].map((name) => ({
            name,
            parameters: [],
            description: "",
            documentation: "",
          })),
          spelEvaluators: [
            {
              versionKey: "v3",
              displayName: "v3",
              description: "Evaluates what it can when the pipeline starts",
              isStable: true,
              isDeprecated: true,
            },
            {
              versionKey: "v4",
              displayName: "v4",
              description: "Evaluates each stage when it starts",
              isStable: true,
              isDeprecated: false,
            },
          ],
        },
      }),
    },
  ];
}

/** Orca's answer: the value, and per expression what was wrong with it. */
function evaluated(expression: unknown, options: EvaluationOptions): JsonObject {
  if (typeof expression !== "string")
    throw new GennakerError("invalid_request", "Give the expression to evaluate: `expression`.");
  const { result, errors } = evaluateTemplate({ expression }, options);
  const value = (JSON.parse(JSON.stringify(result)) as JsonObject)["expression"];
  return { result: value ?? null, detail: summaryOf(errors) };
}

/** Variables one after the other, each seen by those after it. */
function variables(
  body: unknown,
  execution: ExecutionView,
  after: readonly string[],
  resolvers: Resolvers,
): JsonObject {
  if (!Array.isArray(body) || !body.every(isJsonObject))
    throw new GennakerError("invalid_request", "Send a list of variables, each with key and value.");
  const run = { ...runOptions(execution), ...resolvers };
  const context: Record<string, unknown> = { ...run.context };
  for (const stage of execution.stages) if (after.includes(stage.refId)) Object.assign(context, stage.outputs);
  const problems: ExpressionProblem[] = [];
  const result = body.map(({ key, value }) => {
    const found = evaluateTemplate({ value: value ?? null }, { ...run, context });
    problems.push(...found.errors);
    const plain = (JSON.parse(JSON.stringify(found.result)) as JsonObject)["value"] ?? null;
    if (found.errors.length === 0 && typeof key === "string") context[key] = plain;
    return { variableName: key ?? null, variableValue: plain, sourceExpression: value ?? null };
  });
  return { result, detail: summaryOf(problems) };
}

function runOptions(execution: ExecutionView): EvaluationOptions {
  const data = { ...executionJson(execution), initialConfig: execution.initialConfig };
  return {
    context: { execution: data, trigger: execution.trigger },
    execution: data,
    user: execution.authentication.user,
  };
}

function stageOptions(execution: ExecutionView, stage: StageView): EvaluationOptions {
  const run = runOptions(execution);
  return { ...run, context: { ...run.context, ...stage.context }, currentStageRefId: stage.refId };
}

function summaryOf(errors: readonly ExpressionProblem[]): JsonObject {
  const timestamp = Date.now();
  const groups = Map.groupBy(errors, (problem) => problem.expression);
  return Object.fromEntries(
    [...groups].map(([expression, problems]) => [
      expression,
      problems.map(({ level, description }) => ({ level, description, timestamp })),
    ]),
  );
}
