import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export function canaryConfigsQuery(application: string) {
  return queryOptions({
    queryKey: [...keys.canaryConfigs, application],
    queryFn: ({ signal }) => api.call("listCanaryConfigs", { query: { application }, signal }),
  });
}
