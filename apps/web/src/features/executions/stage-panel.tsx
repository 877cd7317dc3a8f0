import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { useNow } from "../../ui/data/now.tsx";
import { Duration } from "../../ui/data/time.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { lookOf, stateOfStage } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./execution.module.css";
import { isHeld } from "./judgement.ts";
import { JudgementPanel } from "./judgement-panel.tsx";
import { StageActions } from "./stage-actions.tsx";
import { StageDetails } from "./stage-details.tsx";
import { requiredNames } from "./stage-tree.ts";
import { childExecution, explanationWithin, waitsUntil } from "./stage-words.ts";
import { TaskTable } from "./task-table.tsx";

const CanaryReport = lazy(() =>
  import("../canary/canary-report.tsx").then((module) => ({ default: module.CanaryReport })),
);

/** Everything about one stage: why it waits or failed, a decision to make, its canary, tasks, context and outputs. */
export function StagePanel({ execution, stage }: { execution: Execution; stage: Stage }) {
  const { t, stageType } = useI18n();
  const state = stateOfStage(stage);
  const after = requiredNames(stage, execution.stages);
  const child = childExecution(stage);
  return (
    <section className={styles["panel"]} aria-label={stage.name}>
      <header className={styles["panelHead"]}>
        <div>
          <h2>{stage.name}</h2>
          <p className={styles["panelSub"]}>
            <MarkText look={lookOf(state)}>{t.states[state]}</MarkText>
            <span className="muted">{stageType(stage.type)}</span>
            {stage.startTime ? <Duration start={stage.startTime} end={stage.endTime} /> : null}
            {after.length > 0 ? <span className="muted">{t.execution.stage.after(after.join(", "))}</span> : null}
          </p>
        </div>
        <StageActions execution={execution} stage={stage} />
      </header>
      <div className={styles["panelBody"]}>
        <div className={styles["panelMain"]}>
          <Why execution={execution} stage={stage} />
          {stage.type === "manualJudgment" || isHeld(stage) ? (
            <JudgementPanel execution={execution} stage={stage} />
          ) : null}
          <StageDetails stage={stage} />
          {child ? (
            <p>
              <Link
                to="/applications/$application/executions/$execution"
                params={{ application: childApplication(stage) ?? execution.application, execution: child }}
              >
                {t.execution.stage.child} →
              </Link>
            </p>
          ) : null}
          {stage.type === "kayentaCanary" ? (
            <Suspense fallback={<LoadingRows rows={3} height={80} />}>
              <CanaryReport execution={execution} stage={stage} />
            </Suspense>
          ) : null}
          {stage.status === "NOT_STARTED" ? <p className="muted">{t.execution.stage.notStarted}</p> : null}
        </div>
        <div className={styles["panelSide"]}>
          <h3>{t.execution.stage.tasks}</h3>
          <TaskTable tasks={stage.tasks} />
          <JsonView title={t.execution.stage.outputs} value={stage.outputs} />
          <JsonView title={t.execution.stage.context} value={stage.context} />
        </div>
      </div>
    </section>
  );
}

function childApplication(stage: Stage): string | null {
  const name = stage.context["application"];
  return typeof name === "string" && name !== "" ? name : null;
}

function Why({ execution, stage }: { execution: Execution; stage: Stage }) {
  const { t, explain, format } = useI18n();
  const found = explanationWithin(stage, execution.stages);
  const until = waitsUntil(stage);
  const now = useNow(1_000, until !== null);
  if (found === null) return null;
  const { text, original } = explain(found.explanation);
  const failed = found.kind === "failed";
  return (
    <div className={styles["why"]} data-kind={failed ? "failed" : "waits"}>
      <h3>{failed ? t.execution.stage.failed : t.execution.stage.why}</h3>
      <p>{text}</p>
      {original ? (
        <p className="muted" lang="en">
          {original}
        </p>
      ) : null}
      {until !== null && until > now ? (
        <p className="num">
          <strong>{t.execution.stage.left(format.duration(Math.ceil((until - now) / 1000) * 1000))}</strong>
        </p>
      ) : null}
      {stage.status === "FAILED_CONTINUE" ? <p>{t.execution.stage.ignored}</p> : null}
    </div>
  );
}
