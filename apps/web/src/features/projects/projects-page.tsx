import type { Project } from "@gennaker/contract/resources/project.ts";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago } from "../../ui/data/time.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { SearchField } from "../../ui/form/search-field.tsx";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import styles from "./projects.module.css";
import { projectsQuery } from "./queries.ts";

const ProjectDialog = lazy(() => import("./project-dialog.tsx").then((module) => ({ default: module.ProjectDialog })));
const route = getRouteApi("/projects");

export function ProjectsPage() {
  const { t } = useI18n();
  const { q = "", edit } = route.useSearch();
  const navigate = route.useNavigate();
  usePageTitle(t.projects.title);
  const query = useQuery(projectsQuery);
  const create = (
    <Button onClick={() => void navigate({ search: (old) => ({ ...old, edit: "new" }) })}>{t.projects.create}</Button>
  );
  const isEmpty = query.data?.length === 0;
  return (
    <>
      <div className={styles["top"]}>
        <h1>{t.projects.title}</h1>
        {isEmpty ? null : (
          <>
            <SearchField
              label={t.projects.filter}
              value={q}
              onChange={(value) => void navigate({ search: value === "" ? {} : { q: value }, replace: true })}
            />
            {create}
          </>
        )}
      </div>
      <QueryView query={query} loading={<LoadingRows rows={3} height={64} />}>
        {(all) => {
          if (all.length === 0)
            return (
              <Empty title={t.projects.empty} action={create}>
                <p>{t.projects.emptyText}</p>
              </Empty>
            );
          const found = filtered(all, q);
          return found.length === 0 ? (
            <p className="muted">{t.projects.none(q)}</p>
          ) : (
            <ul className={styles["list"]}>
              {found.map((project) => (
                <Row key={project.id} project={project} />
              ))}
            </ul>
          );
        }}
      </QueryView>
      {edit === "new" ? (
        <Suspense fallback={null}>
          <ProjectDialog
            project={null}
            onClose={() => void navigate({ search: ({ edit: _edit, ...rest }) => rest, replace: true })}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function filtered(projects: readonly Project[], q: string): Project[] {
  const wanted = q.trim().toLowerCase();
  return projects
    .filter(({ name, email }) => `${name} ${email ?? ""}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

function Row({ project }: { project: Project }) {
  const { t } = useI18n();
  return (
    <li className={styles["row"]}>
      <div>
        <Link to="/projects/$project" params={{ project: project.name }} className={styles["title"]}>
          {project.name}
        </Link>
        <p className="muted">{project.email ?? ""}</p>
      </div>
      <span>{project.applications.length > 0 ? project.applications.join(", ") : t.projects.applications(0)}</span>
      <span className="muted num">{t.projects.pipelines(project.pipelineIds.length)}</span>
      <span className="muted">
        {t.projects.changed} <Ago time={project.updatedAt} />
      </span>
    </li>
  );
}
