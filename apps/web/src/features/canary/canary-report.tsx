import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { QueryView } from "../../ui/feedback/query-view.tsx";
import { classificationLook, verdictLooks } from "../../ui/status/look.ts";
import { Mark, MarkText } from "../../ui/status/mark.tsx";
import { canaryRunsQuery } from "../executions/queries.ts";
import styles from "./canary.module.css";
import { MetricTable } from "./metric-table.tsx";
import { ScoreChart } from "./score-chart.tsx";

/** The judgements of a canary stage: score by run, verdict in words, groups, and every metric with its plot. */
export function CanaryReport({ execution, stage }: { execution: Execution; stage: Stage }) {
  const { t } = useI18n();
  const query = useQuery(canaryRunsQuery(execution.id, stage.id));
  return (
    <section className={styles["report"]} aria-label={t.canary.report}>
      <h3>{t.canary.report}</h3>
      <QueryView query={query}>
        {(runs) =>
          runs.length === 0 ? (
            <p className="muted">{t.canary.none}</p>
          ) : (
            <Runs runs={runs} told={stage.failure?.message ?? null} />
          )
        }
      </QueryView>
    </section>
  );
}

function Runs({ runs, told }: { runs: readonly CanaryRun[]; told: string | null }) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<string | null>(null);
  const run = runs.find((each) => each.id === chosen) ?? runs.at(-1);
  if (!run) return null;
  return (
    <>
      <div className={styles["overview"]}>
        <Verdict run={run} told={told} />
        <ScoreChart runs={runs} selected={run.id} />
      </div>
      {runs.length > 1 ? (
        <SegmentedControl
          size="xs"
          className={styles["runs"] ?? ""}
          value={run.id}
          onChange={setChosen}
          aria-label={t.canary.report}
          data={runs.map((each) => ({ value: each.id, label: t.canary.run(each.index, each.planned) }))}
        />
      ) : null}
      <Groups run={run} />
      <MetricTable key={run.id} run={run} />
    </>
  );
}

/** `told` is what the page says already; the same words are not repeated. */
function Verdict({ run, told }: { run: CanaryRun; told: string | null }) {
  const { t, format, canaryWords } = useI18n();
  const look = verdictLooks[run.verdict];
  const reason = canaryWords.run(run, format);
  return (
    <div className={styles["verdict"]} data-tone={look.tone}>
      <p className={styles["score"]}>
        <Mark look={look} size={22} />
        <strong>{t.canary.verdict[run.verdict]}</strong>
        <span className="num">
          {run.score === null ? t.canary.noScore : t.canary.scoreOf(format.number(run.score))}
        </span>
      </p>
      {reason === told ? null : <p>{reason}</p>}
      <p className="muted">{t.canary.compared(run.scopes.canary, run.scopes.baseline)}</p>
      <p className="muted num">
        {t.canary.run(run.index, run.planned)} ·{" "}
        {t.canary.window(format.timeOfDay(run.start), format.timeOfDay(run.end))}
      </p>
    </div>
  );
}

function Groups({ run }: { run: CanaryRun }) {
  const { t, format } = useI18n();
  if (run.groups.length === 0) return null;
  return (
    <div>
      <h4>{t.canary.groups}</h4>
      <ul className={styles["groups"]}>
        {run.groups.map((group) => (
          <li key={group.name} title={group.reason}>
            <MarkText look={classificationLook(group.classification)}>{group.name}</MarkText>
            <strong className="num">{group.score === null ? "–" : format.number(group.score)}</strong>
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
              <rect width="100" height="6" fill="var(--surface-3)" />
              <rect width={Math.max(0, Math.min(100, group.score ?? 0))} height="6" fill="var(--accent)" />
            </svg>
          </li>
        ))}
      </ul>
    </div>
  );
}
