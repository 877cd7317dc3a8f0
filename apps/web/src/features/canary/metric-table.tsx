import type { CanaryMetric, CanaryRun } from "@gennaker/contract/resources/canary.ts";
import { lazy, Suspense, useState } from "react";
import { useI18n } from "../../i18n/provider.tsx";
import { ScrollRegion } from "../../ui/data/scroll-region.tsx";
import { LoadingRows } from "../../ui/feedback/loading.tsx";
import { classificationLook } from "../../ui/status/look.ts";
import { MarkText } from "../../ui/status/mark.tsx";
import styles from "./canary.module.css";

const SeriesPlot = lazy(() => import("./series-plot.tsx").then((module) => ({ default: module.SeriesPlot })));

/** Metrics of a run, those that did not pass first; the first one is open. */
export function MetricTable({ run }: { run: CanaryRun }) {
  const { t } = useI18n();
  const metrics = run.metrics.toSorted(
    (a, b) => Number(a.classification === "Pass") - Number(b.classification === "Pass"),
  );
  const worst = metrics[0];
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(worst ? [worst.name] : []));
  function toggle(name: string): void {
    setOpen((old) => (old.has(name) ? new Set([...old].filter((each) => each !== name)) : new Set([...old, name])));
  }
  return (
    <div>
      <h4>{t.canary.metrics}</h4>
      <ul className={styles["metrics"]}>
        {metrics.map((metric) => (
          <Metric
            key={metric.name}
            metric={metric}
            isOpen={open.has(metric.name)}
            onToggle={() => toggle(metric.name)}
          />
        ))}
      </ul>
    </div>
  );
}

function Metric({ metric, isOpen, onToggle }: { metric: CanaryMetric; isOpen: boolean; onToggle(): void }) {
  const { t, format, canaryWords } = useI18n();
  return (
    <li>
      <button type="button" className={styles["metric"]} aria-expanded={isOpen} onClick={onToggle}>
        <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
        <span className={styles["metricName"]}>
          {metric.name}
          {metric.critical ? <span className={styles["badge"]}>{t.canary.critical}</span> : null}
        </span>
        <MarkText look={classificationLook(metric.classification)}>
          {t.canary.classes[metric.classification] ?? metric.classification}
        </MarkText>
        <span className="num">{metric.ratio === null ? "" : `× ${format.number(metric.ratio)}`}</span>
        <span className={styles["metricReason"]}>{canaryWords.metric(metric, format)}</span>
      </button>
      {isOpen ? (
        <div className={styles["metricBody"]}>
          <Suspense fallback={<LoadingRows rows={1} height={180} />}>
            <SeriesPlot metric={metric} />
          </Suspense>
          <Statistics metric={metric} />
        </div>
      ) : null}
    </li>
  );
}

function Statistics({ metric }: { metric: CanaryMetric }) {
  const { t, format } = useI18n();
  const number = (value: number | null) => (value === null ? "–" : format.number(value, 3));
  return (
    <ScrollRegion className={styles["statisticsBox"]} label={`${t.canary.statistics}: ${metric.name}`}>
      <table className={styles["statistics"]}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t.canary.statistics}</span>
            </th>
            {(["mean", "min", "max", "std", "count"] as const).map((name) => (
              <th key={name} scope="col">
                {t.canary[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(["baseline", "canary"] as const).map((side) => (
            <tr key={side}>
              <th scope="row">
                <span className={styles["key"]} data-side={side} aria-hidden="true" /> {t.canary[side]}
              </th>
              {(["mean", "min", "max", "std", "count"] as const).map((name) => (
                <td key={name} className="num">
                  {number(metric[side][name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
