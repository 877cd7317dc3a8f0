import type { Pipeline } from "@gennaker/contract/resources/pipeline.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { PipelineRow } from "./pipeline-row.tsx";
import styles from "./pipelines.module.css";
import { pipelinesQuery } from "./queries.ts";

const StartDialog = lazy(() => import("./start-dialog.tsx").then((module) => ({ default: module.StartDialog })));
const PipelineEditor = lazy(() =>
  import("./pipeline-editor.tsx").then((module) => ({ default: module.PipelineEditor })),
);
const route = getRouteApi("/applications/$application/pipelines");

export function PipelinesPage() {
  const { t } = useI18n();
  const { application } = route.useParams();
  const { edit, start } = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(`${application}: ${t.tabs.pipelines}`);
  const query = useQuery(pipelinesQuery(application));
  const open = (search: { edit?: string; start?: string }) => void navigate({ search });
  const named = (id: string | undefined): Pipeline | undefined => query.data?.find((pipeline) => pipeline.id === id);
  const edited = named(edit);
  const started = named(start);
  const create = (
    <Button size="xs" variant="default" onClick={() => open({ edit: "new" })}>
      {t.pipelines.create}
    </Button>
  );
  return (
    <>
      <div className={styles["top"]}>
        <h2 className="visually-hidden">{t.tabs.pipelines}</h2>
        {query.data && query.data.length > 0 ? create : null}
      </div>
      <QueryView query={query}>
        {(pipelines) =>
          pipelines.length === 0 ? (
            <Empty
              title={t.pipelines.empty}
              action={<Button onClick={() => open({ edit: "new" })}>{t.pipelines.create}</Button>}
            >
              <p>{t.pipelines.emptyText}</p>
            </Empty>
          ) : (
            <ul className={styles["list"]}>
              {pipelines.map((pipeline) => (
                <PipelineRow
                  key={pipeline.id}
                  pipeline={pipeline}
                  onStart={() => open({ start: pipeline.id })}
                  onEdit={() => open({ edit: pipeline.id })}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      <Suspense fallback={null}>
        {started ? <StartDialog pipeline={started} onClose={() => open({})} /> : null}
        {edited || edit === "new" ? (
          <PipelineEditor
            key={edit}
            application={application}
            pipeline={edited ?? null}
            onClose={() => open({})}
            onSaved={(id) => open({ edit: id })}
          />
        ) : null}
      </Suspense>
    </>
  );
}
