import type { ExecutionFilter } from "../../engine/api.ts";
import type { ApiRequest } from "../../platform/http/api.ts";

type Query = ApiRequest<"listExecutions">["query"];

/** What a query asks for, in the engine's terms. What is given empty is not asked for. */
export function filterOf(query: Query): ExecutionFilter {
  const { application, pipeline, limit, ...rest } = query;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && !isEmpty(value));
  return {
    ...(Object.fromEntries(given) as Partial<ExecutionFilter>),
    ...(application ? { application: application.toLowerCase() } : {}),
    ...(pipeline ? { pipelineConfigIds: [pipeline] } : {}),
    limit: limit ?? 25,
  };
}

function isEmpty(value: string | readonly string[] | Date | Record<string, string>): boolean {
  if (value instanceof Date) return false;
  return typeof value === "object" && !Array.isArray(value) ? Object.keys(value).length === 0 : value.length === 0;
}
