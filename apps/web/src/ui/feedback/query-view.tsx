import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorBox } from "./error-box.tsx";
import { LoadingRows } from "./loading.tsx";

type Props<T> = {
  query: Pick<UseQueryResult<T>, "data" | "error" | "refetch" | "isPending">;
  loading?: ReactNode;
  children(data: T): ReactNode;
};

/** Loading, error or content of a query. Content once seen stays while a refresh fails. */
export function QueryView<T>({ query, loading, children }: Props<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorBox error={query.error} onRetry={() => void query.refetch()} />;
  return <>{loading ?? <LoadingRows />}</>;
}
