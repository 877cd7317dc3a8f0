import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export const applicationsQuery = queryOptions({
  queryKey: keys.applications,
  queryFn: ({ signal }) => api.call("listApplications", { signal }),
});

export function applicationQuery(application: string) {
  return queryOptions({
    queryKey: keys.application(application),
    queryFn: ({ signal }) => api.call("getApplication", { params: { application }, signal }),
  });
}
