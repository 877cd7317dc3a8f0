import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { ExecutionFilter } from "./execution-filter.tsx";
import { ExecutionRow } from "./execution-row.tsx";
import styles from "./executions.module.css";
import { executionsQuery, retentionQuery } from "./queries.ts";
import { retentionWords } from "./retention-words.ts";

const route = getRouteApi("/applications/$application/executions");

/** An application's runs, newest first, narrowed by what the address says; older ones by a cursor. */
export function ExecutionsPage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(`${application}: ${t.tabs.executions}`);
  const query = useInfiniteQuery(executionsQuery(application, search));
  const retention = useQuery(retentionQuery(application));
  return (
    <>
      <h2 className="visually-hidden">{t.tabs.executions}</h2>
      <ExecutionFilter
        application={application}
        search={search}
        onChange={(next) => void navigate({ search: next, resetScroll: false })}
      />
      <QueryView query={query}>
        {(data) => {
          const list = data.pages.flat();
          if (list.length === 0) {
            return Object.keys(search).length > 0 ? (
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
              <div className={styles["foot"]}>
                {query.hasNextPage ? (
                  <Button
                    variant="default"
                    onClick={() => void query.fetchNextPage()}
                    loading={query.isFetchingNextPage}
                  >
                    {t.executions.older}
                  </Button>
                ) : null}
                <output className="muted">
                  {query.hasNextPage ? t.search.shownMore(list.length) : t.search.shown(list.length)}
                </output>
                {retention.data ? (
                  <span className="muted">{t.search.kept(retentionWords(retention.data, t))}</span>
                ) : null}
              </div>
            </>
          );
        }}
      </QueryView>
    </>
  );
}
