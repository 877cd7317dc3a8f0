import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { useGrowing } from "../../ui/data/use-growing.ts";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { SearchField } from "../../ui/form/search-field.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { filterClusters } from "./cluster-filter.ts";
import { ClusterCard } from "./cluster-card.tsx";
import styles from "./clusters.module.css";
import { clustersQuery } from "./queries.ts";

const route = getRouteApi("/applications/$application/");
/** From so many server groups on there is a field to filter them. */
const filterFrom = 4;

export function ClustersPage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(`${application}: ${t.tabs.clusters}`);
  const query = useQuery(clustersQuery(application));
  const found = useMemo(() => filterClusters(query.data ?? [], q), [query.data, q]);
  const { shown, rest, sentinel, grow } = useGrowing(found);
  const groups = query.data?.reduce((sum, cluster) => sum + cluster.serverGroups.length, 0) ?? 0;
  return (
    <>
      <h2 className="visually-hidden">{t.tabs.clusters}</h2>
      {groups >= filterFrom || q !== "" ? (
        <SearchField
          label={t.clusters.filter}
          value={q}
          onChange={(value) => void navigate({ search: value === "" ? {} : { q: value }, replace: true })}
        />
      ) : null}
      <QueryView query={query} loading={<LoadingRows rows={3} height={150} />}>
        {(clusters) =>
          clusters.length === 0 ? (
            <Empty
              title={t.clusters.empty}
              action={
                <Link to="/applications/$application/pipelines" params={{ application }}>
                  {t.clusters.toPipelines}
                </Link>
              }
            >
              <p>{t.clusters.emptyText}</p>
            </Empty>
          ) : found.length === 0 ? (
            <p className="muted">{t.clusters.none(q)}</p>
          ) : (
            <div className={styles["clusters"]}>
              {shown.map((cluster) => (
                <ClusterCard key={`${cluster.account}/${cluster.name}`} cluster={cluster} />
              ))}
              {rest > 0 ? (
                <div ref={sentinel}>
                  <Button variant="default" onClick={grow}>
                    {t.common.more(rest)}
                  </Button>
                </div>
              ) : null}
            </div>
          )
        }
      </QueryView>
    </>
  );
}
