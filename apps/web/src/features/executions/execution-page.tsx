import { ApiError } from "@gennaker/client/api-error.ts";
import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useShortcuts } from "../../ui/keys/shortcuts.ts";
import { usePageTitle } from "../../ui/layout/page-title.tsx";
import { stateOfExecution } from "../../ui/status/look.ts";
import { executionSearch } from "../../routes/search.ts";
import { ExecutionHead } from "./execution-head.tsx";
import styles from "./execution.module.css";
import { executionQuery } from "./queries.ts";
import { StageList } from "./stage-list.tsx";
import { StagePanel } from "./stage-panel.tsx";
import { flatten, stageOfInterest, stageTree } from "./stage-tree.ts";

const HistoryView = lazy(() => import("./history-view.tsx").then((module) => ({ default: module.HistoryView })));
const StageGraph = lazy(() => import("./stage-graph.tsx").then((module) => ({ default: module.StageGraph })));
const route = getRouteApi("/applications/$application/executions/$execution");

export function ExecutionPage() {
  const { t } = useI18n();
  const params = route.useParams();
  const query = useQuery(executionQuery(params.execution));
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <Empty heading="h1" title={t.errors.notFoundTitle} action={<Link to="/">{t.errors.home}</Link>}>
        <p>{query.error.message}</p>
      </Empty>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label={t.tabs.executions}>
        <Link to="/applications/$application" params={{ application: params.application }}>
          {params.application}
        </Link>
        <span aria-hidden="true">/</span>
        <Link to="/applications/$application/executions" params={{ application: params.application }}>
          {t.tabs.executions}
        </Link>
      </nav>
      <QueryView query={query} loading={<LoadingRows rows={3} height={120} />}>
        {(execution) => <ExecutionView execution={execution} />}
      </QueryView>
    </>
  );
}

function ExecutionView({ execution }: { execution: Execution }) {
  const { t } = useI18n();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = useMediaQuery("(max-width: 700px)", undefined, { getInitialValueInEffect: false }) ?? false;
  const view = search.view ?? (narrow ? "list" : "graph");
  const { stages } = execution;
  usePageTitle(`${t.states[stateOfExecution(execution)]}: ${execution.name}`);

  const selected =
    stages.find((stage) => stage.id === search.stage || stage.refId === search.stage) ?? stageOfInterest(stages);
  const select = useCallback(
    (id: string) => void navigate({ search: (old) => ({ ...old, stage: id }), replace: true, resetScroll: false }),
    [navigate],
  );
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = useCallback(
    (stage: Stage) => toggled.get(stage.id) ?? (stage.status === "RUNNING" || stage.status === "TERMINAL"),
    [toggled],
  );
  const onToggle = useCallback(
    (stage: Stage) => setToggled((old) => new Map(old).set(stage.id, !isOpen(stage))),
    [isOpen],
  );

  const order = useMemo(() => flatten(stageTree(stages), isOpen).map((row) => row.stage.id), [stages, isOpen]);
  function step(by: number): void {
    const at = selected ? order.indexOf(selected.id) : -1;
    const next = order[at === -1 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))];
    if (next) select(next);
  }
  const setView = (next: string) =>
    void navigate({
      search: ({ at: _at, ...old }) => ({ ...old, view: executionSearch({ view: next }).view ?? "graph" }),
      replace: true,
      resetScroll: false,
    });
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    v: () => setView(view === "graph" ? "list" : "graph"),
    h: () => setView("history"),
  });

  return (
    <>
      <ExecutionHead execution={execution} />
      {stages.length === 0 ? (
        <Empty title={t.execution.noStages} />
      ) : (
        <div className={styles["body"]}>
          <div className={styles["stages"]}>
            <div className={styles["bar"]}>
              <h2>{view === "history" ? t.history.title : t.execution.stages}</h2>
              <SegmentedControl
                size="xs"
                value={view}
                onChange={setView}
                aria-label={t.execution.view}
                data={[
                  { value: "graph", label: t.execution.graph },
                  { value: "list", label: t.execution.list },
                  { value: "history", label: t.history.view },
                ]}
              />
            </div>
            {view === "history" ? (
              <Suspense fallback={<LoadingRows rows={2} height={190} />}>
                <HistoryView execution={execution} />
              </Suspense>
            ) : view === "graph" ? (
              <Suspense fallback={<LoadingRows rows={1} height={190} />}>
                <StageGraph
                  stages={stages}
                  selected={selected?.id ?? null}
                  isOpen={isOpen}
                  onToggle={onToggle}
                  onSelect={select}
                />
              </Suspense>
            ) : (
              <StageList
                stages={stages}
                selected={selected?.id ?? null}
                isOpen={isOpen}
                onToggle={onToggle}
                onSelect={select}
              />
            )}
          </div>
          {view === "history" ? null : selected ? (
            <StagePanel key={selected.id} execution={execution} stage={selected} />
          ) : (
            <p className="muted">{t.execution.stage.select}</p>
          )}
        </div>
      )}
    </>
  );
}
