import { ApiError } from "@gennaker/client/api-error.ts";
import type { Project } from "@gennaker/contract/resources/project.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { ConfirmDialog } from "../../ui/form/confirm-dialog.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { api } from "../live/api.ts";
import { ProjectApplication } from "./project-application.tsx";
import { clusterFilters } from "./project-document.ts";
import styles from "./projects.module.css";
import { projectQuery } from "./queries.ts";

const ProjectDialog = lazy(() => import("./project-dialog.tsx").then((module) => ({ default: module.ProjectDialog })));
const route = getRouteApi("/projects/$project");

/** A project's applications, each with the clusters and pipelines that the project shows. */
export function ProjectPage() {
  const { t } = useI18n();
  const { project } = route.useParams();
  const query = useQuery(projectQuery(project));
  usePageTitle(query.data?.name ?? project);
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <Empty heading="h1" title={t.errors.notFoundTitle} action={<Link to="/projects">{t.projects.title}</Link>}>
        <p>{query.error.message}</p>
      </Empty>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label={t.projects.nav}>
        <Link to="/projects">{t.projects.title}</Link>
      </nav>
      <QueryView query={query} loading={<LoadingRows rows={3} height={140} />}>
        {(found) => <ProjectView project={found} />}
      </QueryView>
    </>
  );
}

function ProjectView({ project }: { project: Project }) {
  const { t } = useI18n();
  const { edit } = route.useSearch();
  const navigate = route.useNavigate();
  const [removing, setRemoving] = useState(false);
  const filters = useMemo(() => clusterFilters(project.document), [project]);
  return (
    <>
      <div className={styles["top"]}>
        <h1>{project.name}</h1>
        {project.email ? <span className="muted">{t.applications.owner(project.email)}</span> : null}
        <div className={styles["actions"]}>
          <Button size="xs" variant="default" onClick={() => void navigate({ search: { edit: "this" } })}>
            {t.projects.edit}
          </Button>
          <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
            {t.common.remove}
          </Button>
        </div>
      </div>
      {project.applications.length === 0 ? (
        <Empty
          title={t.projects.noApplications}
          action={<Button onClick={() => void navigate({ search: { edit: "this" } })}>{t.projects.edit}</Button>}
        />
      ) : (
        <div className={styles["applications"]}>
          {project.applications.map((name) => (
            <ProjectApplication key={name} name={name} filters={filters} pipelineIds={project.pipelineIds} />
          ))}
        </div>
      )}
      {edit ? (
        <Suspense fallback={null}>
          <ProjectDialog project={project} onClose={() => void navigate({ search: {}, replace: true })} />
        </Suspense>
      ) : null}
      {removing ? (
        <ConfirmDialog
          title={t.projects.removeTitle(project.name)}
          text={t.projects.removeText}
          submit={t.common.remove}
          danger
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await api.call("deleteProject", { params: { project: project.id } });
            await navigate({ to: "/projects" });
          }}
        />
      ) : null}
    </>
  );
}
