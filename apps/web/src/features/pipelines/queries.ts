import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export function pipelinesQuery(application: string) {
  return queryOptions({
    queryKey: keys.pipelines(application),
    queryFn: ({ signal }) => api.call("listPipelines", { params: { application }, signal }),
  });
}

/** The newest runs of one pipeline, for the row of small shapes. */
export function lastRunsQuery(application: string, pipeline: string) {
  return queryOptions({
    queryKey: [...keys.executions(application), "last", pipeline],
    queryFn: ({ signal }) => api.call("listExecutions", { query: { application, pipeline, limit: 8 }, signal }),
  });
}
