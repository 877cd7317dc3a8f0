import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";

const comparisonsKey = (application: string, pipeline: string) => ["comparisons", application, pipeline] as const;

/** The comparisons of a pipeline, newest first. */
export function comparisonsQuery(application: string, pipeline: string) {
  return queryOptions({
    queryKey: comparisonsKey(application, pipeline),
    queryFn: ({ signal }) =>
      api.call("listComparisons", { params: { application }, query: { pipeline, limit: 20 }, signal }),
  });
}

/** One comparison with all that it found. It never changes. */
export function comparisonQuery(application: string, pipeline: string, comparison: string) {
  return queryOptions({
    queryKey: [...comparisonsKey(application, pipeline), comparison],
    queryFn: ({ signal }) => api.call("getComparison", { params: { application, comparison }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
