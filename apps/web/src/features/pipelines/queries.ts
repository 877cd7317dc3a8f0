import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export function pipelinesQuery(application: string) {
  return queryOptions({
    queryKey: keys.pipelines(application),
    queryFn: ({ signal }) => api.call("listPipelines", { params: { application }, signal }),
  });
}

/** One pipeline by its id; refreshed by the events about it. */
export function pipelineQuery(pipeline: string) {
  return queryOptions({
    queryKey: keys.pipeline(pipeline),
    queryFn: ({ signal }) => api.call("getPipeline", { params: { pipeline }, signal }),
  });
}

const versionsAtOnce = 30;

/** A pipeline's versions, newest first; `pages` times as many as one page has. */
export function versionsQuery(pipeline: string, pages: number) {
  const limit = Math.min(500, versionsAtOnce * pages);
  return queryOptions({
    queryKey: [...keys.versions(pipeline), String(limit)],
    queryFn: ({ signal }) => api.call("listPipelineVersions", { params: { pipeline }, query: { limit }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** What stands between a pipeline and its first run here. */
export function readinessQuery(pipeline: string) {
  return queryOptions({
    queryKey: [...keys.readiness, pipeline],
    queryFn: ({ signal }) => api.call("getReadiness", { params: { pipeline }, signal }),
    staleTime: 60_000,
  });
}

/** The newest runs of one pipeline, for the row of small shapes. */
export function lastRunsQuery(application: string, pipeline: string) {
  return queryOptions({
    queryKey: [...keys.executions(application), "last", pipeline],
    queryFn: ({ signal }) => api.call("listExecutions", { query: { application, pipeline, limit: 8 }, signal }),
  });
}
