import type { Explanation } from "@gennaker/contract/resources/common.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useI18n } from "../../i18n/provider.tsx";
import { Duration } from "../../ui/data/time.tsx";
import { lookOf, stateOfExecution } from "../../ui/status/look.ts";
import { Mark } from "../../ui/status/mark.tsx";
import { ExecutionActions } from "./execution-actions.tsx";
import { parametersOf, triggerType } from "./execution-words.ts";
import styles from "./execution.module.css";
import { retentionQuery } from "./queries.ts";
import { retentionWords } from "./retention-words.ts";

/** Name, state, who and what started it, parameters, how long; and what can be done with the run. */
export function ExecutionHead({ execution }: { execution: Execution }) {
  const { t, format } = useI18n();
  const state = stateOfExecution(execution);
  const look = lookOf(state);
  const parameters = parametersOf(execution);
  const type = triggerType(execution);
  const running = execution.endTime === null;
  const retention = useQuery(retentionQuery(execution.application));
  return (
    <section className={styles["head"]} data-tone={look.tone}>
      <div className={styles["titleLine"]}>
        <Mark look={look} size={26} />
        <div>
          <h1>{execution.name}</h1>
          <output>
            <strong>{t.states[state]}</strong> {notes(execution, t).join(" · ")}
          </output>
        </div>
        <ExecutionActions execution={execution} />
      </div>
      {execution.failure ? <RunWhy explanation={execution.failure} ended={execution.endTime !== null} /> : null}
      <dl className={styles["facts"]}>
        <div>
          <dt>{running ? t.execution.elapsed : t.execution.took}</dt>
          <dd>
            <Duration start={execution.startTime ?? execution.buildTime} end={execution.endTime} />
          </dd>
        </div>
        <div>
          <dt>{t.execution.started}</dt>
          <dd>{format.dateTime(execution.startTime ?? execution.buildTime)}</dd>
        </div>
        <div>
          <dt>{t.execution.startedBy}</dt>
          <dd>{execution.authentication.user}</dd>
        </div>
        <div>
          <dt>{t.execution.trigger}</dt>
          <dd>{t.execution.triggers[type] ?? type}</dd>
        </div>
        {execution.parentExecution ? (
          <div>
            <dt>{t.execution.parent}</dt>
            <dd>
              <Link
                to="/applications/$application/executions/$execution"
                params={{ application: execution.application, execution: execution.parentExecution.executionId }}
                search={{ stage: execution.parentExecution.stageId }}
              >
                {t.execution.parentLink}
              </Link>
            </dd>
          </div>
        ) : null}
        {retention.data ? (
          <div>
            <dt>{t.retention.label}</dt>
            <dd>{retentionWords(retention.data, t)}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t.execution.id}</dt>
          <dd className="mono">{execution.id}</dd>
        </div>
      </dl>
      {parameters.length > 0 ? (
        <details className={styles["parameters"]} open={parameters.length <= 4}>
          <summary>{t.execution.parameters}</summary>
          <dl>
            {parameters.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="mono">{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </section>
  );
}

/** Why the run has not begun, or failed where no stage says so. */
function RunWhy({ explanation, ended }: { explanation: Explanation; ended: boolean }) {
  const { t, explain } = useI18n();
  const { text, original } = explain(explanation);
  return (
    <div className={styles["why"]} data-kind={ended ? "failed" : "waits"}>
      <h2>{ended ? t.execution.stage.failed : t.execution.stage.why}</h2>
      <p>{text}</p>
      {original ? (
        <p className="muted" lang="en">
          {original}
        </p>
      ) : null}
    </div>
  );
}

function notes(execution: Execution, t: ReturnType<typeof useI18n>["t"]): string[] {
  const list: string[] = [];
  if (execution.canceled && execution.endTime === null) list.push(t.execution.canceling);
  if (execution.canceledBy) list.push(t.execution.canceledBy(execution.canceledBy));
  if (execution.cancellationReason) list.push(execution.cancellationReason);
  if (execution.status === "PAUSED" && execution.paused) list.push(t.execution.pausedBy(execution.paused.pausedBy));
  return list;
}
