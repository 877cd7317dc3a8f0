import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { AuditEntryRow } from "./audit-entry-row.tsx";
import { AuditForm } from "./audit-form.tsx";
import { AuditSeal } from "./audit-seal.tsx";
import styles from "./audit.module.css";
import { auditQuery } from "./queries.ts";

const route = getRouteApi("/audit");

/** Who did what, newest first, narrowed by what the address says; how the chain stands; the way to a file of it. */
export function AuditPage() {
  const { t } = useI18n();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(t.audit.title);
  const query = useInfiniteQuery(auditQuery(search));
  return (
    <>
      <div>
        <h1>{t.audit.title}</h1>
        <p className="muted">{t.audit.intro}</p>
      </div>
      <AuditSeal search={search} />
      <AuditForm search={search} onChange={(next) => void navigate({ search: next, resetScroll: false })} />
      <QueryView query={query}>
        {(data) => {
          const entries = data.pages.flat();
          if (entries.length === 0)
            return (
              <Empty
                title={t.audit.none}
                action={
                  <Button variant="default" onClick={() => void navigate({ search: {} })}>
                    {t.audit.clear}
                  </Button>
                }
              />
            );
          return (
            <>
              <ol className={styles["list"]} aria-label={t.audit.title}>
                {entries.map((entry) => (
                  <AuditEntryRow key={entry.id} entry={entry} />
                ))}
              </ol>
              <div className={styles["foot"]}>
                {query.hasNextPage ? (
                  <Button
                    variant="default"
                    onClick={() => void query.fetchNextPage()}
                    loading={query.isFetchingNextPage}
                  >
                    {t.audit.older}
                  </Button>
                ) : null}
                <output className="muted">
                  {query.hasNextPage ? t.audit.shownMore(entries.length) : t.audit.shown(entries.length)}
                </output>
              </div>
            </>
          );
        }}
      </QueryView>
    </>
  );
}
