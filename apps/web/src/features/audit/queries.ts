import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { RouteQuery } from "@gennaker/contract/route.ts";
import type { Routes } from "@gennaker/contract/routes.ts";
import type { AuditSearch } from "../../routes/search.ts";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { toQuery } from "./audit-filter.ts";

const pageSize = 50;

/** Entries that fit the address's filter, page by page from the newest. */
export function auditQuery(search: AuditSearch) {
  const filter = toQuery(search);
  return infiniteQueryOptions({
    queryKey: [...keys.audit, "entries", JSON.stringify(filter)],
    initialPageParam: 0,
    queryFn: ({ signal, pageParam }) =>
      api.call("listAudit", {
        query: { ...filter, limit: pageSize, ...(pageParam > 0 ? { before: pageParam } : {}) } as RouteQuery<
          Routes["listAudit"]
        >,
        signal,
      }),
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.id),
    placeholderData: keepPreviousData,
    // Entries are no events: the newest page is read again every second, several pages now and then.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? 15_000 : 1_000),
  });
}

/** How the chain stands; whoever may not read the whole audit is not told. */
export const auditStateQuery = queryOptions({
  queryKey: [...keys.audit, "state"],
  queryFn: ({ signal }) => api.call("getAuditState", { signal }),
  retry: false,
  refetchInterval: ({ state }) => (state.error ? false : 2_000),
});
