import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";

export const importsQuery = queryOptions({
  queryKey: keys.imports,
  queryFn: ({ signal }) => api.call("listImports", { query: { limit: 10 }, signal }),
});
