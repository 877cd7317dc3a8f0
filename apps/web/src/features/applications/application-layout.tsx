import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet, useNavigate } from "@tanstack/react-router";
import { ApiError } from "@gennaker/client/api-error.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { useHasKubernetes } from "../system/queries.ts";
import { ErrorBox } from "../../ui/feedback/error-box.tsx";
import { useShortcuts } from "../../ui/keys/shortcuts.ts";
import { ApplicationMenu } from "./application-menu.tsx";
import styles from "./applications.module.css";
import { applicationQuery } from "./queries.ts";

const route = getRouteApi("/applications/$application");

/** Name, description and tabs of one application; the tab's page stands below. */
export function ApplicationLayout() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const query = useQuery(applicationQuery(application));
  const hasKubernetes = useHasKubernetes();
  const navigate = useNavigate();
  const params = { application };
  useShortcuts({
    "1": () => void navigate({ to: "/applications/$application", params }),
    "2": () => void navigate({ to: "/applications/$application/load-balancers", params }),
    "3": () => void navigate({ to: "/applications/$application/pipelines", params }),
    "4": () => void navigate({ to: "/applications/$application/executions", params }),
    ...(hasKubernetes ? { "6": () => void navigate({ to: "/applications/$application/kubernetes", params }) } : {}),
    "5": () => void navigate({ to: "/applications/$application/canary-configs", params }),
  });
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <Empty heading="h1" title={t.errors.notFoundTitle} action={<Link to="/">{t.errors.home}</Link>}>
        <p>{query.error.message}</p>
      </Empty>
    );
  }
  const summary = query.data?.summary;
  const tab = { activeProps: { "aria-current": "page" }, activeOptions: { includeSearch: false } } as const;
  return (
    <>
      <div className={styles["head"]}>
        <h1>{application}</h1>
        <p>{query.data?.description ?? ""}</p>
        {query.data?.email ? <p>{t.applications.owner(query.data.email)}</p> : null}
        {query.data ? <ApplicationMenu application={query.data} /> : null}
      </div>
      <nav className={styles["tabs"]} aria-label={t.tabs.label}>
        <Link
          to="/applications/$application"
          params={params}
          {...tab}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {t.tabs.clusters}
          {summary ? <span className={styles["count"]}>{summary.serverGroups}</span> : null}
        </Link>
        <Link to="/applications/$application/load-balancers" params={params} {...tab}>
          {t.tabs.loadBalancers}
        </Link>
        <Link to="/applications/$application/pipelines" params={params} {...tab}>
          {t.tabs.pipelines}
          {summary ? <span className={styles["count"]}>{summary.pipelines}</span> : null}
        </Link>
        <Link to="/applications/$application/executions" params={params} {...tab}>
          {t.tabs.executions}
        </Link>
        <Link to="/applications/$application/canary-configs" params={params} {...tab}>
          {t.tabs.canary}
        </Link>
        {hasKubernetes ? (
          <Link to="/applications/$application/kubernetes" params={params} {...tab}>
            {t.kubernetes.nav}
          </Link>
        ) : null}
      </nav>
      {query.error && !query.data ? <ErrorBox error={query.error} onRetry={() => void query.refetch()} /> : <Outlet />}
    </>
  );
}
