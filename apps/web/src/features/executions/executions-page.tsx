import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { statusFilters, type StatusFilter } from "../../routes/search.ts";
import { Empty } from "../../ui/feedback/empty.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { pipelinesQuery } from "../pipelines/queries.ts";
import { ExecutionRow } from "./execution-row.tsx";
import styles from "./executions.module.css";
import { executionsQuery } from "./queries.ts";

const route = getRouteApi("/applications/$application/executions");

const statusesOf: Record<StatusFilter, string> = {
  running: "NOT_STARTED,RUNNING,PAUSED,SUSPENDED,BUFFERED,REDIRECT",
  succeeded: "SUCCEEDED,SKIPPED",
  failed: "TERMINAL,CANCELED,STOPPED,FAILED_CONTINUE",
};

export function ExecutionsPage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(`${application}: ${t.tabs.executions}`);
  const pipelines = useQuery(pipelinesQuery(application));
  const query = useInfiniteQuery(
    executionsQuery({
      application,
      pipeline: search.pipeline,
      statuses: search.status ? statusesOf[search.status] : undefined,
    }),
  );
  const filtered = search.status !== undefined || search.pipeline !== undefined;
  return (
    <>
      <h2 className="visually-hidden">{t.tabs.executions}</h2>
      <div className={styles["filters"]}>
        <SegmentedControl
          size="xs"
          aria-label={t.executions.status}
          value={search.status ?? "all"}
          onChange={(value) =>
            void navigate({
              search: ({ status: _old, ...rest }) => {
                const status = statusFilters.find((each) => each === value);
                return status ? { ...rest, status } : rest;
              },
            })
          }
          data={[
            { value: "all", label: t.executions.all },
            ...statusFilters.map((value) => ({ value, label: t.executions[value] })),
          ]}
        />
        <NativeSelect
          size="xs"
          aria-label={t.executions.pipeline}
          value={search.pipeline ?? ""}
          onChange={({ currentTarget: { value } }) =>
            void navigate({
              search: ({ pipeline: _old, ...rest }) => (value === "" ? rest : { ...rest, pipeline: value }),
            })
          }
          data={[
            { value: "", label: `${t.executions.pipeline}: ${t.executions.all}` },
            ...(pipelines.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      <QueryView query={query}>
        {(data) => {
          const list = data.pages.flat();
          if (list.length === 0) {
            return filtered ? (
              <Empty
                title={t.executions.none}
                action={
                  <Button variant="default" onClick={() => void navigate({ search: {} })}>
                    {t.executions.clear}
                  </Button>
                }
              />
            ) : (
              <Empty title={t.executions.empty}>
                <p>{t.executions.emptyText}</p>
              </Empty>
            );
          }
          return (
            <>
              <ul className={styles["list"]}>
                {list.map((execution) => (
                  <ExecutionRow key={execution.id} execution={execution} />
                ))}
              </ul>
              {query.hasNextPage ? (
                <div>
                  <Button
                    variant="default"
                    onClick={() => void query.fetchNextPage()}
                    loading={query.isFetchingNextPage}
                  >
                    {t.executions.older}
                  </Button>
                </div>
              ) : null}
            </>
          );
        }}
      </QueryView>
    </>
  );
}
