import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { Empty } from "../../ui/feedback/empty.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { useShortcuts } from "../../ui/keys/shortcuts.ts";
import { lookOf } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import { HistoryPlayer } from "./history-player.tsx";
import { pageStart, stageOfStep, stagesOf, within } from "./history-state.ts";
import { HistorySteps } from "./history-steps.tsx";
import styles from "./history.module.css";
import { historyStateQuery, historyStepsQuery } from "./queries.ts";
import { StageList } from "./stage-list.tsx";
import { TaskTable } from "./task-table.tsx";

const StageGraph = lazy(() => import("./stage-graph.tsx").then((module) => ({ default: module.StageGraph })));
const route = getRouteApi("/applications/$application/executions/$execution");

/** A run replayed from its events: a slider over its steps, the stages as they stood then, and every step in words. */
export function HistoryView({ execution }: { execution: Execution }) {
  const { t } = useI18n();
  const { at: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const state = useQuery(historyStateQuery(execution.id, asked));
  const total = state.data?.total ?? 0;
  const at = within(asked ?? total, total);
  const steps = useQuery(historyStepsQuery(execution.id, pageStart(at)));
  const goTo = useCallback(
    (next: number) =>
      void navigate({
        search: (old) => ({ ...old, at: within(next, total) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate, total],
  );
  useShortcuts({
    ArrowLeft: () => goTo(at - 1),
    ArrowRight: () => goTo(at + 1),
    Home: () => goTo(0),
    End: () => goTo(total),
  });
  return (
    <QueryView query={state} loading={<LoadingRows rows={2} height={190} />}>
      {(data) =>
        data.total === 0 ? (
          <Empty title={t.history.none} />
        ) : (
          <div className={styles["history"]}>
            <HistoryPlayer
              at={at}
              total={total}
              step={steps.data?.steps.find((each) => each.number === at)}
              onGo={goTo}
            />
            <Then
              key={execution.id}
              stages={stagesOf(data.state)}
              status={data.state?.status ?? "NOT_STARTED"}
              focus={stageOfStep(steps.data?.steps ?? [], at)}
            />
            <QueryView query={steps}>
              {(page) => <HistorySteps steps={page.steps} total={page.total} at={at} onGo={goTo} />}
            </QueryView>
          </div>
        )
      }
    </QueryView>
  );
}

type ThenProps = { stages: readonly Stage[]; status: Execution["status"]; focus: string | null };

/** The stages at a step. The stage that the step is about is chosen, unless a person has chosen another. */
function Then({ stages, status, focus }: ThenProps) {
  const { t } = useI18n();
  const narrow = useMediaQuery("(max-width: 700px)", undefined, { getInitialValueInEffect: false }) ?? false;
  const [chosen, setChosen] = useState<{ at: string | null; id: string } | null>(null);
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = useCallback((stage: Stage) => toggled.get(stage.id) ?? false, [toggled]);
  const onToggle = useCallback(
    (stage: Stage) => setToggled((old) => new Map(old).set(stage.id, !(old.get(stage.id) ?? false))),
    [],
  );
  const onSelect = useCallback((id: string) => setChosen({ at: focus, id }), [focus]);
  const wanted = chosen?.at === focus ? chosen.id : focus;
  const selected = stages.find((stage) => stage.id === wanted) ?? null;
  const shown = { stages, selected: selected?.id ?? null, isOpen, onToggle, onSelect };
  return (
    <div className={styles["then"]}>
      <p className={styles["thenHead"]}>
        <span className="muted">{t.history.stood}</span>
        <MarkText look={lookOf(status)}>{t.states[status]}</MarkText>
      </p>
      {narrow ? (
        <StageList {...shown} />
      ) : (
        <Suspense fallback={<LoadingRows rows={1} height={190} />}>
          <StageGraph {...shown} />
        </Suspense>
      )}
      {selected ? (
        <section className={styles["tasks"]} aria-label={selected.name}>
          <h3>{selected.name}</h3>
          <TaskTable tasks={selected.tasks} />
        </section>
      ) : null}
    </div>
  );
}
