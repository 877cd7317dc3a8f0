import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import { useI18n } from "../../i18n/provider.tsx";
import styles from "./canary.module.css";
import { scoreChart, yOf } from "./score-steps.ts";

/** Score of each run as steps against the pass and marginal lines. */
export function ScoreChart({ runs, selected }: { runs: readonly CanaryRun[]; selected: string }) {
  const { t, format } = useI18n();
  const chart = scoreChart(runs);
  const thresholds = runs.at(-1)?.thresholds ?? { pass: 100, marginal: 0 };
  const scores = runs.map((run) => (run.score === null ? t.canary.noScore : format.number(run.score))).join(", ");
  const right = chart.width - 8;
  return (
    <figure className={styles["chart"]}>
      <svg
        viewBox={`0 0 ${chart.width} ${chart.height}`}
        role="img"
        aria-label={t.canary.chart(scores, thresholds.pass, thresholds.marginal)}
      >
        <rect
          x="30"
          y={yOf(100)}
          width={right - 30}
          height={Math.max(0, chart.passY - yOf(100))}
          fill="var(--ok-soft)"
        />
        <rect
          x="30"
          y={chart.marginalY}
          width={right - 30}
          height={Math.max(0, yOf(0) - chart.marginalY)}
          fill="var(--bad-soft)"
        />
        {[0, 50, 100].map((score) => (
          <text key={score} x="25" y={yOf(score) + 4} textAnchor="end">
            {score}
          </text>
        ))}
        <line x1="30" x2={right} y1={chart.passY} y2={chart.passY} stroke="var(--ok)" strokeDasharray="5 3" />
        <line x1="30" x2={right} y1={chart.marginalY} y2={chart.marginalY} stroke="var(--bad)" strokeDasharray="2 3" />
        <path d={chart.path} fill="none" stroke="var(--ink)" strokeWidth="2" />
        {chart.points.map((point) => (
          <g key={point.id}>
            <circle
              cx={point.x}
              cy={point.y}
              r={point.id === selected ? 5 : 3.5}
              fill="var(--accent)"
              stroke="var(--surface)"
              strokeWidth="1.5"
            />
            <text
              x={point.x}
              y={point.y < 26 ? point.y + 18 : point.y - 9}
              textAnchor="middle"
              className={styles["value"]}
            >
              {format.number(point.score, 0)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="muted">
        <span>
          <span className={styles["pass"]} aria-hidden="true" /> {t.canary.passLine(thresholds.pass)}
        </span>
        <span>
          <span className={styles["marginal"]} aria-hidden="true" /> {t.canary.marginalLine(thresholds.marginal)}
        </span>
      </figcaption>
    </figure>
  );
}
