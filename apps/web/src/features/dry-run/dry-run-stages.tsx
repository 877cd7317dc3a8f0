import type { DryRunStage } from "@gennaker/contract/resources/dry-run.ts";
import { useI18n } from "../../i18n/provider.tsx";
import { JsonView } from "../../ui/data/json-view.tsx";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./dry-run.module.css";
import { lookOfStage, namesBefore } from "./dry-run-words.ts";

/** Every stage in the pipeline's order: would it run, what would it call, what is open, what is wrong. */
export function DryRunStages({ stages }: { stages: readonly DryRunStage[] }) {
  const { t } = useI18n();
  if (stages.length === 0) return <p className="muted">{t.dryRun.noStages}</p>;
  return (
    <ol className={styles["stages"]}>
      {stages.map((stage) => (
        <Stage key={stage.refId} stage={stage} before={namesBefore(stage, stages)} />
      ))}
    </ol>
  );
}

function Stage({ stage, before }: { stage: DryRunStage; before: string[] }) {
  const { t, stageType, task } = useI18n();
  return (
    <li className={styles["stage"]} data-tone={lookOfStage(stage).tone}>
      <div className={styles["stageHead"]}>
        <h3>{stage.name}</h3>
        <MarkText look={lookOfStage(stage)}>
          {stage.problems.length > 0
            ? `${t.dryRun.runs[stage.runs]} · ${t.dryRun.problems}`
            : t.dryRun.runs[stage.runs]}
        </MarkText>
        {stage.name === stageType(stage.type) ? null : <span className="muted">{stageType(stage.type)}</span>}
        {before.length > 0 ? <span className="muted">{t.dryRun.after(before.join(", "))}</span> : null}
      </div>
      {stage.problems.length > 0 ? (
        <ul className={styles["problems"]} aria-label={t.dryRun.problems}>
          {stage.problems.map((problem, index) => (
            <li key={index} lang="en">
              {problem}
            </li>
          ))}
        </ul>
      ) : null}
      <dl className={styles["facts"]}>
        {stage.calls.length > 0 ? (
          <div>
            <dt>{t.dryRun.calls}</dt>
            <dd>
              <ul>
                {stage.calls.map((call, index) => (
                  <li key={index} lang="en">
                    {call}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ) : null}
        {stage.pending.length > 0 ? (
          <div>
            <dt>{t.dryRun.pending}</dt>
            <dd>
              <ul className={styles["lines"]}>
                {stage.pending.map((open, index) => (
                  <li key={index}>
                    <code>{open.pointer}</code> <code className={styles["expression"]}>{open.expression}</code>{" "}
                    <span className="muted">{t.dryRun.waitsFor(open.waitsFor.join(", "))}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ) : null}
        {stage.notes.length > 0 ? (
          <div>
            <dt>{t.dryRun.notes}</dt>
            <dd>
              <ul>
                {stage.notes.map((note, index) => (
                  <li key={index} lang="en">
                    {note}
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        ) : null}
        {stage.tasks.length > 0 ? (
          <div>
            <dt>{t.dryRun.tasks}</dt>
            <dd className="muted">{stage.tasks.map((name) => task(name)).join(" → ")}</dd>
          </div>
        ) : null}
      </dl>
      <JsonView title={t.dryRun.context} value={stage.context} />
    </li>
  );
}
