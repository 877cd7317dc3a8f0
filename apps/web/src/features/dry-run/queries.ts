import { queryOptions } from "@tanstack/react-query";
import { api } from "../live/api.ts";

/** What a run with these parameters would do. Asked anew only by a person. */
export function dryRunQuery(application: string, pipeline: string, parameters: Record<string, string> | undefined) {
  return queryOptions({
    queryKey: ["dry-run", pipeline, JSON.stringify(parameters ?? null)],
    queryFn: ({ signal }) =>
      api.call("dryRunPipeline", {
        params: { application, pipeline },
        body: { parameters: parameters ?? {} },
        signal,
      }),
    enabled: parameters !== undefined,
    retry: false,
    refetchOnWindowFocus: false,
  });
}
