import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

/** All pauses there are: the engine's own (without an application) and those of applications. */
export const pausesQuery = queryOptions({
  queryKey: keys.pauses,
  queryFn: ({ signal }) => api.call("getEnginePause", { signal }),
  staleTime: 30_000,
});

export const freezesQuery = queryOptions({
  queryKey: keys.freezes,
  queryFn: ({ signal }) => api.call("listFreezes", { signal }),
  // A calendar begins and ends to freeze without an event.
  refetchInterval: 30_000,
});

/** Runs that have not ended, the newest of them: among these are those that something holds. */
export const waitingRunsQuery = queryOptions({
  queryKey: keys.held,
  queryFn: ({ signal }) =>
    api.call("listExecutions", { query: { statuses: "NOT_STARTED,BUFFERED,RUNNING", limit: 200 }, signal }),
});
