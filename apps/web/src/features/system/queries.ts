import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export const systemQuery = queryOptions({
  queryKey: keys.system,
  queryFn: ({ signal }) => api.call("getSystem", { signal }),
  staleTime: 60_000,
});

export const accountsQuery = queryOptions({
  queryKey: keys.accounts,
  queryFn: ({ signal }) => api.call("listAccounts", { signal }),
  staleTime: 60_000,
});

/** Whether any account is a Kubernetes cluster: without one nothing of it is shown. */
export function useHasKubernetes(): boolean {
  const accounts = useQuery(accountsQuery);
  return accounts.data?.some(({ cloudProvider }) => cloudProvider === "kubernetes") ?? false;
}
