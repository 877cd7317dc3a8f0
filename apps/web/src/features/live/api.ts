import { createClient } from "@gennaker/client/client.ts";
import { ApiError } from "@gennaker/client/api-error.ts";
import { QueryClient } from "@tanstack/react-query";

/** The typed client on the page's own origin. */
export const api = createClient({ baseUrl: "" });

/** Failures that another try cannot mend are shown at once; the others are tried again, ever more slowly. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => (error instanceof ApiError ? error.retryable : true) && failures < 3,
        retryDelay: (attempt) => Math.min(4_000, 400 * 2 ** attempt),
      },
    },
  });
}
