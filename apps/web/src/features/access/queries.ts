import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export const meQuery = queryOptions({
  queryKey: [...keys.access, "me"],
  queryFn: ({ signal }) => api.call("whoAmI", { signal }),
  staleTime: 60_000,
});

export const usersQuery = queryOptions({
  queryKey: [...keys.access, "users"],
  queryFn: ({ signal }) => api.call("listUsers", { signal }),
});

export const rolesQuery = queryOptions({
  queryKey: [...keys.access, "roles"],
  queryFn: ({ signal }) => api.call("listRoles", { signal }),
});

/** Of somebody else only for those who may see people. */
export function tokensQuery(user: string) {
  return queryOptions({
    queryKey: [...keys.access, "tokens", user],
    queryFn: ({ signal }) => api.call("listTokens", { query: { user }, signal }),
  });
}

export function sessionsQuery(user: string) {
  return queryOptions({
    queryKey: [...keys.access, "sessions", user],
    queryFn: ({ signal }) => api.call("listSessions", { query: { user }, signal }),
  });
}

export const emergencyQuery = queryOptions({
  queryKey: [...keys.access, "emergency"],
  queryFn: ({ signal }) => api.call("listEmergencyAccess", { signal }),
  refetchInterval: 60_000,
});
