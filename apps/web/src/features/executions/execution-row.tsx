import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Ago, Duration } from "../../ui/data/time.tsx";
import { lookOf, stateOfExecution, stateOfStage } from "../../ui/status/look.ts";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import styles from "./executions.module.css";
import { inOrder, stageOfInterest } from "./stage-tree.ts";
import { explanationWithin } from "./stage-words.ts";

export function ExecutionRow({ execution }: { execution: Execution }) {
  const { t, explain } = useI18n();
  const state = stateOfExecution(execution);
  const interest = stageOfInterest(execution.stages);
  const why = interest ? explanationWithin(interest, execution.stages) : null;
  return (
    <li className={styles["row"]}>
      <MarkText look={lookOf(state)}>{t.states[state]}</MarkText>
      <div className={styles["what"]}>
        <Link
          to="/applications/$application/executions/$execution"
          params={{ application: execution.application, execution: execution.id }}
          className={styles["name"]}
        >
          {execution.name}
        </Link>
        <span className="muted">
          {" "}
          {execution.type === "ORCHESTRATION" ? `${t.executions.operation} · ` : ""}
          {t.executions.by(execution.authentication.user)}
        </span>
        {why && interest ? (
          <p className={styles["why"]} data-kind={why.kind}>
            <strong>{interest.name}</strong> · {explain(why.explanation).text}
          </p>
        ) : null}
        {execution.failure ? (
          <p className={styles["why"]} data-kind={execution.endTime === null ? "waits" : "failed"}>
            {explain(execution.failure).text}
          </p>
        ) : null}
        {execution.cancellationReason ? <p className={styles["why"]}>{execution.cancellationReason}</p> : null}
      </div>
      <StageStrip execution={execution} />
      <span className={`muted ${styles["when"]}`}>
        <Ago time={execution.buildTime} />
      </span>
      <span className={styles["when"]}>
        <Duration start={execution.startTime} end={execution.endTime} />
      </span>
    </li>
  );
}

const most = 16;

/** The pipeline's own stages as small shapes, in the order in which they run. */
function StageStrip({ execution }: { execution: Pick<Execution, "stages"> }) {
  const { t } = useI18n();
  const stages = inOrder(execution.stages.filter((stage) => stage.parentStageId === null));
  return (
    <ul className={styles["strip"]}>
      {stages.slice(0, most).map((stage) => {
        const label = t.executions.stageLabel(stage.name, t.states[stateOfStage(stage)]);
        return (
          <li key={stage.id} title={label}>
            <Mark look={lookOf(stateOfStage(stage))} size={15} />
            <span className="visually-hidden">{label}</span>
          </li>
        );
      })}
      {stages.length > most ? <li className="muted">+{stages.length - most}</li> : null}
    </ul>
  );
}
