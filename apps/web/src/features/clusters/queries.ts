import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

/** Measured figures (CPU, memory, traffic) change without events, so clusters are also read every few seconds. */
const measuredEveryMs = 3_000;

export function clustersQuery(application: string) {
  return queryOptions({
    queryKey: keys.clusters(application),
    queryFn: ({ signal }) => api.call("listClusters", { params: { application }, signal }),
    refetchInterval: measuredEveryMs,
  });
}

export function loadBalancersQuery(application: string) {
  return queryOptions({
    queryKey: keys.loadBalancers(application),
    queryFn: ({ signal }) => api.call("listLoadBalancers", { params: { application }, signal }),
    refetchInterval: measuredEveryMs,
  });
}
