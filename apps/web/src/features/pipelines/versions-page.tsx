import type { PipelineVersion } from "@gennaker/contract/resources/pipeline-version.ts";
import type { PipelineDocument } from "@gennaker/contract/resources/pipeline.ts";
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { useTell } from "../../ui/layout/toasts.tsx";
import { api } from "../live/api.ts";
import { keys } from "../live/event-keys.ts";
import { versionsQuery } from "./queries.ts";
import { VersionChanges } from "./version-changes.tsx";
import styles from "./versions.module.css";

const route = getRouteApi("/applications/$application/pipelines/$pipeline/versions");

/** A pipeline's saved versions: who changed what, when; and any of them can be put into force again. */
export function VersionsPage() {
  const { t } = useI18n();
  const { application, pipeline } = route.useParams();
  const { version } = route.useSearch();
  const [pages, setPages] = useState(1);
  const query = useQuery(versionsQuery(pipeline, pages));
  const name = query.data?.[0]?.document["name"];
  const title = t.versions.title(typeof name === "string" ? name : "");
  usePageTitle(title);
  return (
    <>
      <nav className="crumbs" aria-label={t.tabs.pipelines}>
        <Link to="/applications/$application" params={{ application }}>
          {application}
        </Link>
        <span aria-hidden="true">/</span>
        <Link to="/applications/$application/pipelines" params={{ application }}>
          {t.tabs.pipelines}
        </Link>
      </nav>
      <h1>{title}</h1>
      <QueryView query={query} loading={<LoadingRows rows={4} height={64} />}>
        {(versions) => {
          const chosen = versions.find((each) => each.version === version) ?? versions[0];
          return (
            <div className={styles["page"]}>
              <nav aria-label={t.versions.list}>
                <ol className={styles["list"]}>
                  {versions.map((each, index) => (
                    <VersionLink key={each.version} version={each} isCurrent={index === 0} isChosen={each === chosen} />
                  ))}
                </ol>
                {versions.at(-1)?.changes === null && (versions.at(-1)?.version ?? 1) > 1 ? (
                  <Button
                    size="xs"
                    variant="default"
                    loading={query.isFetching}
                    onClick={() => setPages((old) => old + 1)}
                  >
                    {t.versions.more}
                  </Button>
                ) : null}
              </nav>
              {chosen ? <Version key={chosen.version} version={chosen} isCurrent={chosen === versions[0]} /> : null}
            </div>
          );
        }}
      </QueryView>
    </>
  );
}

type Props = { version: PipelineVersion; isCurrent: boolean };

function VersionLink({ version, isCurrent, isChosen }: Props & { isChosen: boolean }) {
  const { t } = useI18n();
  const { changes } = version;
  return (
    <li>
      <Link
        from={route.id}
        to="."
        search={{ version: version.version }}
        replace
        resetScroll={false}
        aria-current={isChosen ? "true" : undefined}
        className={styles["version"]}
      >
        <strong>
          {t.versions.version(version.version)}
          {isCurrent ? <span className={styles["badge"]}>{t.versions.current}</span> : null}
        </strong>
        <span className="muted">
          {version.savedBy} · <Ago time={version.savedAt} />
        </span>
        <span className="muted">
          {changes === null
            ? t.versions.first
            : changes.length === 0
              ? t.versions.same
              : t.versions.changes(changes.length)}
        </span>
      </Link>
    </li>
  );
}

function Version({ version, isCurrent }: Props) {
  const { t, format } = useI18n();
  const { application, pipeline } = route.useParams();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const tell = useTell();
  const [restoring, setRestoring] = useState(false);
  const number = version.version;
  return (
    <section className={styles["detail"]} aria-label={t.versions.version(number)}>
      <div className={styles["detailHead"]}>
        <div>
          <h2>{t.versions.version(number)}</h2>
          <p className="muted">{t.versions.saved(version.savedBy, format.dateTime(version.savedAt))}</p>
        </div>
        {isCurrent ? null : (
          <Button size="xs" onClick={() => setRestoring(true)}>
            {t.versions.restore}
          </Button>
        )}
      </div>
      <VersionChanges version={version} />
      {restoring ? (
        <ConfirmDialog
          title={t.versions.restoreTitle(number)}
          text={t.versions.restoreText}
          submit={t.versions.restore}
          onClose={() => setRestoring(false)}
          onConfirm={async () => {
            const body = { ...version.document, id: pipeline, application } as PipelineDocument;
            await api.call("savePipeline", { body });
            await queries.invalidateQueries({ queryKey: keys.versions(pipeline) });
            await navigate({ search: {}, replace: true });
            tell(t.versions.restored(number));
          }}
        />
      ) : null}
    </section>
  );
}
