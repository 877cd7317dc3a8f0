import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { RouteQuery } from "@gennaker/contract/route.ts";
import type { Routes } from "@gennaker/contract/routes.ts";
import type { ExecutionsSearch } from "../../routes/search.ts";
import { isEnded } from "../../ui/status/look.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { toQuery } from "./filter.ts";
import { stepsOnPage } from "./history-state.ts";

const pageSize = 30;

/** Runs of an application that fit the address's filter, page by page from the newest. */
export function executionsQuery(application: string, search: ExecutionsSearch) {
  const filter = toQuery(search);
  return infiniteQueryOptions({
    queryKey: [...keys.executions(application), JSON.stringify(filter)],
    initialPageParam: "",
    queryFn: ({ signal, pageParam }) =>
      api.call("listExecutions", {
        query: {
          application,
          limit: pageSize,
          ...filter,
          ...(pageParam ? { before: pageParam } : {}),
        } as RouteQuery<Routes["listExecutions"]>,
        signal,
      }),
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.id),
    placeholderData: keepPreviousData,
  });
}

export function retentionQuery(application: string) {
  return queryOptions({
    queryKey: keys.retention(application),
    queryFn: ({ signal }) => api.call("getApplicationRetention", { params: { application }, signal }),
    staleTime: 60_000,
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

/** How a run stood after a step (the last one without `at`). A state in the past does not change. */
export function historyStateQuery(execution: string, at: number | undefined) {
  return queryOptions({
    queryKey: [...keys.execution(execution), "history", "at", String(at ?? "last")],
    queryFn: ({ signal }) =>
      api.call("getExecutionHistory", {
        params: { execution },
        query: { limit: 1, ...(at === undefined ? {} : { at }) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** The steps behind `after`, one page of them. */
export function historyStepsQuery(execution: string, after: number) {
  return queryOptions({
    queryKey: [...keys.execution(execution), "history", "steps", String(after)],
    queryFn: ({ signal }) =>
      api.call("getExecutionHistory", { params: { execution }, query: { after, limit: stepsOnPage, at: 0 }, signal }),
    placeholderData: keepPreviousData,
  });
}
