import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { useGrowing } from "../../ui/data/use-growing.ts";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { SearchField } from "../../ui/form/search-field.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { filterApplications } from "./application-filter.ts";
import { ApplicationRow } from "./application-row.tsx";
import styles from "./applications.module.css";
import { applicationsQuery } from "./queries.ts";
import { Welcome } from "./welcome.tsx";

const CreateDialog = lazy(() => import("./create-dialog.tsx").then((module) => ({ default: module.CreateDialog })));
const route = getRouteApi("/");

export function ApplicationsPage() {
  const { t } = useI18n();
  const query = useQuery(applicationsQuery);
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const [creating, setCreating] = useState(false);
  usePageTitle(t.applications.title);
  const found = useMemo(() => filterApplications(query.data ?? [], q), [query.data, q]);
  const { shown, rest, sentinel, grow } = useGrowing(found);
  const isEmpty = query.data?.length === 0;
  return (
    <>
      <div className={styles["top"]}>
        <h1>{t.applications.title}</h1>
        {isEmpty ? null : (
          <>
            <SearchField
              label={t.applications.filter}
              value={q}
              onChange={(value) => void navigate({ search: value === "" ? {} : { q: value }, replace: true })}
            />
            <output className="muted num">
              {query.data && q !== "" ? t.common.showing(found.length, query.data.length) : ""}
            </output>
          </>
        )}
        <Button onClick={() => setCreating(true)}>{t.applications.create}</Button>
      </div>
      <QueryView query={query} loading={<LoadingRows rows={6} height={64} />}>
        {(all) =>
          all.length === 0 ? (
            <Welcome onCreate={() => setCreating(true)} />
          ) : found.length === 0 ? (
            <p className="muted">{t.applications.none(q)}</p>
          ) : (
            <>
              <ul className={styles["list"]}>
                {shown.map((application) => (
                  <ApplicationRow key={application.name} application={application} />
                ))}
              </ul>
              {rest > 0 ? (
                <div ref={sentinel}>
                  <Button variant="default" onClick={grow}>
                    {t.common.more(rest)}
                  </Button>
                </div>
              ) : null}
            </>
          )
        }
      </QueryView>
      {creating ? (
        <Suspense fallback={null}>
          <CreateDialog taken={new Set(query.data?.map((each) => each.name))} onClose={() => setCreating(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
