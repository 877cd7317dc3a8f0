import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import { isEnded } from "../../ui/status/look.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

const pageSize = 30;

export function executionsQuery(filter: {
  application: string;
  pipeline?: string | undefined;
  statuses?: string | undefined;
}) {
  const { application, pipeline, statuses } = filter;
  return infiniteQueryOptions({
    queryKey: [...keys.executions(application), pipeline ?? "", statuses ?? ""],
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      api.call("listExecutions", {
        query: {
          application,
          limit: pageSize,
          ...(pipeline ? { pipeline } : {}),
          ...(statuses ? { statuses } : {}),
          ...(pageParam ? { before: pageParam } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.id),
  });
}

/** An execution that has ended no longer changes by itself; a running one is read again now and then besides its events. */
export function executionQuery(id: string) {
  return queryOptions({
    queryKey: keys.execution(id),
    queryFn: ({ signal }) => api.call("getExecution", { params: { execution: id }, signal }),
    refetchInterval: ({ state }) => (state.data && isEnded(state.data.status) ? false : 15_000),
  });
}

export function canaryRunsQuery(execution: string, stage: string) {
  return queryOptions({
    queryKey: [...keys.canaryRuns(execution), stage],
    queryFn: ({ signal }): Promise<CanaryRun[]> => api.call("listCanaryRuns", { params: { execution, stage }, signal }),
  });
}
