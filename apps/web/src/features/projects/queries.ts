import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export const projectsQuery = queryOptions({
  queryKey: keys.projects,
  queryFn: ({ signal }) => api.call("listProjects", { signal }),
});

/** One project by id or name. */
export function projectQuery(project: string) {
  return queryOptions({
    queryKey: [...keys.projects, project],
    queryFn: ({ signal }) => api.call("getProject", { params: { project }, signal }),
  });
}
